"""Tensors and numpy's arrays share their elements, as under PyTorch."""
import copy
import gc
import pickle
import unittest
import warnings

import agc as torch

try:
    import numpy as np
except ImportError:
    raise unittest.SkipTest("numpy is not installed") from None


class FromNumpy(unittest.TestCase):
    def test_writes_of_numpy_are_seen(self):
        a = np.arange(6.0, dtype=np.float32).reshape(2, 3)
        t = torch.from_numpy(a)
        twice = t * 2
        a[0, 1] = 50
        self.assertEqual(t.tolist(), [[0, 50, 2], [3, 4, 5]])
        self.assertEqual(twice.tolist(), [[0, 2, 4], [6, 8, 10]], "what was recorded before reads what was there")
        self.assertEqual((t * 2).tolist(), [[0, 100, 4], [6, 8, 10]])

    def test_writes_of_tensors_are_seen(self):
        a = np.zeros((2, 3))
        t = torch.from_numpy(a)
        t += 1
        t[1] = 7
        t.t()[2] *= 2
        self.assertEqual(a.tolist(), [[1, 1, 2], [7, 7, 14]])
        t.zero_()
        self.assertEqual(a.tolist(), [[0, 0, 0], [0, 0, 0]])

    def test_a_write_of_a_part_keeps_what_numpy_wrote(self):
        a = np.zeros(4)
        t = torch.from_numpy(a)
        t[0] = 1
        a[1] = 2
        t[2] = 3
        a[3] = 4
        self.assertEqual(a.tolist(), [1, 2, 3, 4])
        self.assertEqual(t.tolist(), [1, 2, 3, 4])

    def test_two_tensors_of_one_array(self):
        a = np.zeros(3, dtype=np.int64)
        t, u = torch.from_numpy(a), torch.from_numpy(a[1:])
        t += 1
        u += 1
        self.assertEqual((t.tolist(), u.tolist(), a.tolist()), ([1, 2, 2], [2, 2], [1, 2, 2]))
        self.assertEqual(t[1:].data_ptr(), u.data_ptr())
        self.assertEqual(t.data_ptr(), a.ctypes.data)

    def test_layouts(self):
        a = np.arange(24.0).reshape(2, 3, 4)
        for name, array in [("fortran", np.asfortranarray(a)), ("transposed", a.T), ("every other", a[:, ::2, 1::2]),
                            ("repeated", np.broadcast_to(a[:, :1], a.shape)), ("number", np.array(3.0)),
                            ("one extent", a[:1, :, :1])]:
            with self.subTest(name), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                t = torch.from_numpy(array)
                self.assertEqual(t.tolist(), array.tolist())
                self.assertEqual(t.stride(), tuple(s // 8 for s in array.strides))
                self.assertEqual((t + 1).tolist(), (array + 1).tolist())
                copy = torch.tensor(array)
                self.assertEqual(copy.tolist(), array.tolist())
                order = {"fortran": (1, 2, 6), "transposed": (1, 4, 12)}.get(name, copy.contiguous().stride())
                self.assertEqual(copy.stride(), order)
                self.assertIsNone(copy._base)
        f = np.asfortranarray(a)
        t = torch.from_numpy(f)
        t[1, 2] = -1
        self.assertEqual(f[1, 2].tolist(), [-1] * 4)
        self.assertEqual(t.contiguous().stride(), (12, 4, 1))

    def test_no_elements(self):
        self.assertEqual(torch.from_numpy(np.zeros((0, 3))).shape, (0, 3))
        self.assertEqual(torch.from_numpy(np.zeros((3, 0, 2))[:, :, ::-1]).tolist(), [[], [], []])
        self.assertEqual(torch.zeros(0, 2).numpy().shape, (0, 2))

    def test_misaligned(self):
        a = np.frombuffer(bytearray(17), dtype=np.uint8)[1:].view(np.float32)
        t = torch.from_numpy(a)
        t += 1.5
        self.assertEqual(a.tolist(), [1.5] * 4)

    def test_masked_arrays_have_what_the_mask_hides(self):
        a = np.ma.array([1.0, 2.0], mask=[False, True])
        self.assertEqual(torch.tensor(a).tolist(), [1, 2])
        self.assertEqual(torch.from_numpy(a).tolist(), [1, 2])

    def test_buffers_that_do_not_fit(self):
        b = bytearray(12)
        for text, count, offset, value in [
                ("buffer length (9 bytes) after offset (3 bytes) must be a multiple of element size (4)", -1, 3, b),
                ("offset (12 bytes) must be non-negative and no greater than buffer length (12 bytes) minus 1", -1, 12, b),
                ("offset (-1 bytes) must be non-negative and no greater than buffer length (12 bytes) minus 1", -1, -1, b),
                ("requested buffer length (4 * 4 bytes) after offset (0 bytes) must not be greater than actual buffer length "
                 "(12 bytes)", 4, 0, b),
                ("both buffer length (12) and count (0) must not be 0", 0, 0, b),
                ("both buffer length (0) and count (-1) must not be 0", -1, 0, b""),
                ("object does not implement Python buffer protocol.", -1, 0, 3)]:
            with self.assertRaises(ValueError) as caught:
                torch.frombuffer(value, dtype=torch.float32, count=count, offset=offset)
            self.assertEqual(str(caught.exception), text)
        self.assertEqual(torch.frombuffer(b, dtype=torch.float32, count=1, offset=3).tolist(), [0])
        self.assertEqual(torch.frombuffer(b, dtype=torch.float32, count=-2).tolist(), [0, 0, 0])

    def test_refused(self):
        a = np.arange(6.0).reshape(2, 3)
        packed = np.zeros(4, dtype=[("a", "i1"), ("b", "f4")])
        for kind, text, value in [
                (ValueError, "stride in the given numpy array is negative", a[::-1]),
                (ValueError, "byte order different from the native", a.astype(">f8")),
                (ValueError, "strides not a multiple of the element byte size", packed["b"]),
                (TypeError, "can't convert np.ndarray of type numpy.str_", np.array(["a"])),
                (TypeError, "can't convert np.ndarray of type numpy.object_", np.array([None])),
                (TypeError, "torch.uint32 is not in agc yet", np.zeros(2, dtype=np.uint32)),
                (TypeError, "expected np.ndarray .got list.", [1]),
                (TypeError, "expected np.ndarray .got numpy.float64.", np.float64(1))]:
            with self.subTest(text), self.assertRaisesRegex(kind, text):
                torch.from_numpy(value)

    def test_an_array_that_is_not_writable_is_read_only(self):
        a = np.arange(3.0)
        a.flags.writeable = False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            t = torch.from_numpy(a)
        self.assertEqual((t + 1).tolist(), [1, 2, 3])
        with self.assertRaisesRegex(RuntimeError, "not writable"):
            t += 1
        self.assertEqual(a.tolist(), [0, 1, 2])

    def test_dtypes(self):
        for name in ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64", "complex64",
                     "complex128"]:
            with self.subTest(name):
                a = np.ones(3, dtype=name)
                t = torch.from_numpy(a)
                self.assertEqual(t.dtype, getattr(torch, name))
                a[1] = 0
                self.assertEqual(t.tolist(), a.tolist())
                back = t.numpy()
                self.assertEqual((back.dtype, back.tolist()), (a.dtype, a.tolist()))
                self.assertEqual(back.ctypes.data, a.ctypes.data)

    def test_gradients_of_shared_memory(self):
        a = np.array([1.0, 2.0, 3.0], dtype=np.float32)
        w = torch.from_numpy(a).requires_grad_()
        (w * w).sum().backward()
        self.assertEqual(w.grad.tolist(), [2, 4, 6])
        with torch.no_grad():
            w -= 0.5 * w.grad
        self.assertEqual(a.tolist(), [0, 0, 0])
        a[:] = 5
        (w * w).sum().backward()
        self.assertEqual(w.grad.tolist(), [12, 14, 16])
        g = w.grad.numpy()
        (w * w).sum().backward()
        self.assertEqual(g.tolist(), [22, 24, 26], "a gradient accumulates into the memory that numpy holds")

    def test_a_backward_reads_what_numpy_wrote_to_a_saved_tensor(self):
        a = np.array([1.0, 2.0])
        w = torch.ones(2, dtype=torch.float64, requires_grad=True)
        y = (torch.from_numpy(a) * w).sum()
        a[0] = 9
        y.backward()
        self.assertEqual(w.grad.tolist(), [9, 2])

    def test_memory_that_no_one_else_holds_is_the_tensors_own(self):
        t = torch.from_numpy(np.arange(4.0))
        for _ in range(3):
            t = t + 1
        self.assertEqual(t.tolist(), [3, 4, 5, 6])
        u = torch.from_numpy(np.arange(4.0))
        u += 1
        gc.collect()
        self.assertEqual(u.tolist(), [1, 2, 3, 4])

    def test_copies(self):
        a = np.array([1.0, 2.0])
        copied, shared, cast = torch.tensor(a), torch.as_tensor(a), torch.as_tensor(a, dtype=torch.float32)
        a[0] = 9
        self.assertEqual((copied.tolist(), shared.tolist(), cast.tolist()), ([1, 2], [9, 2], [1, 2]))


class ToNumpy(unittest.TestCase):
    def test_writes_of_both_are_seen(self):
        t = torch.zeros(2, 2)
        a = t.numpy()
        a[0, 0] = 3
        t[1, 1] = 4
        self.assertEqual((t.tolist(), a.tolist()), ([[3, 0], [0, 4]], [[3, 0], [0, 4]]))

    def test_pending_work_runs(self):
        t = torch.ones(3)
        u = t * 2
        a = u.numpy()
        self.assertEqual(a.tolist(), [2, 2, 2])
        u.add_(1)
        self.assertEqual(a.tolist(), [3, 3, 3])

    def test_views(self):
        t = torch.arange(6.0).reshape(2, 3)
        column, turned = t[:, 1].numpy(), t.t().numpy()
        self.assertEqual((column.strides, turned.strides), ((12,), (4, 12)))
        column[1] = 50
        self.assertEqual(t.tolist(), [[0, 1, 2], [3, 50, 5]])
        t[0] = 7
        self.assertEqual(turned.tolist(), [[7, 3], [7, 50], [7, 5]])
        self.assertEqual(torch.arange(3.0).expand(2, 3).numpy().strides, (0, 4))

    def test_the_array_outlives_the_tensor(self):
        a = (torch.ones(1000) * 3).numpy()
        gc.collect()
        torch.zeros(1000).tolist()
        self.assertEqual(a.sum(), 3000)

    def test_a_training_step_writes_what_numpy_sees(self):
        w = torch.ones(3, requires_grad=True)
        a = w.detach().numpy()
        for _ in range(4):
            w.grad = None
            (w * w).sum().backward()
            with torch.no_grad():
                w -= 0.25 * w.grad
        self.assertEqual(a.tolist(), [0.0625] * 3)
        del a
        (w * w).sum().backward()
        self.assertEqual(w.tolist(), [0.0625] * 3)

    def test_refused(self):
        with self.assertRaisesRegex(RuntimeError, r"Use tensor.detach\(\).numpy\(\) instead"):
            torch.ones(2, requires_grad=True).numpy()
        with self.assertRaisesRegex(TypeError, "unsupported ScalarType BFloat16"):
            torch.ones(2, dtype=torch.bfloat16).numpy()

    def test_numpy_takes_tensors(self):
        t = torch.arange(3.0)
        self.assertEqual(np.asarray(t).tolist(), [0, 1, 2])
        self.assertEqual(np.array(t, dtype=np.int64).dtype, np.int64)
        self.assertEqual(np.sqrt(torch.ones(2)).tolist(), [1, 1])
        made = np.array(t)
        made[0] = 9
        self.assertEqual(t.tolist(), [0, 1, 2])


    def test_arrays_are_operands(self):
        self.assertEqual((torch.ones(2) + np.arange(2.0)).tolist(), [1, 2])
        self.assertEqual((torch.ones(2) * np.float64(3)).dtype, torch.float32)
        t = torch.zeros(2)
        t += np.arange(2, dtype=np.float32)
        self.assertEqual(t.tolist(), [0, 1])
        self.assertEqual(torch.tensor([np.arange(2), torch.ones(2, dtype=torch.int64)]).tolist(), [[0, 1], [1, 1]])
        self.assertEqual(torch.tensor(np.float64(2)).dtype, torch.float64)


class DLPack(unittest.TestCase):
    def test_both_ways(self):
        a = np.arange(4.0)
        t = torch.from_dlpack(a)
        b = np.from_dlpack(t)
        a[0] = 9
        t[1] = 8
        self.assertEqual((t.tolist(), b.tolist(), a.tolist()), ([9, 8, 2, 3],) * 3)
        self.assertEqual(t.__dlpack_device__(), (1, 0))

    def test_tensors_share(self):
        t = torch.zeros(2, 3)
        u = torch.from_dlpack(t.t())
        self.assertEqual(u.stride(), (1, 3))
        u[2, 1] = 5
        self.assertEqual(t.tolist(), [[0, 0, 0], [0, 0, 5]])
        half = torch.from_dlpack(torch.ones(2, dtype=torch.bfloat16))
        self.assertEqual(half.dtype, torch.bfloat16)

    def test_a_capsule_is_consumed_once(self):
        capsule = torch.ones(2).__dlpack__()
        self.assertEqual(torch.from_dlpack(capsule).tolist(), [1, 1])
        with self.assertRaisesRegex(RuntimeError, "consumed only once"):
            torch.from_dlpack(capsule)
        torch.ones(2).__dlpack__()  # one that no one consumes
        gc.collect()

    def test_refused(self):
        with self.assertRaisesRegex(BufferError, "require gradient"):
            torch.ones(2, requires_grad=True).__dlpack__()
        with self.assertRaisesRegex(RuntimeError, "invalid capsule"):
            torch.from_dlpack([1])
        with self.assertRaisesRegex(ValueError, "negative strides"):
            torch.from_dlpack(np.arange(3.0)[::-1])


class Copies(unittest.TestCase):
    def test_deepcopy(self):
        w = torch.ones(3, requires_grad=True)
        (w * 2).sum().backward()
        copied = copy.deepcopy(w)
        self.assertTrue(copied.requires_grad and copied.is_leaf)
        self.assertEqual(copied.grad.tolist(), [2, 2, 2])
        with torch.no_grad():
            w.zero_()
        self.assertEqual(copied.tolist(), [1, 1, 1])
        with self.assertRaisesRegex(RuntimeError, "graph leaves"):
            copy.deepcopy(w * 2)

    def test_deepcopy_keeps_what_is_shared(self):
        t = torch.arange(6.0).reshape(2, 3)
        for together in ([t, t[1], t.t(), t[:, 1]], [t[1], t], [t[:, 1], t[:, 2:]]):
            copies, before = copy.deepcopy(together), t.tolist()
            copies[0].fill_(7)
            self.assertEqual(t.tolist(), before)
            together[0].fill_(7)
            self.assertEqual([u.tolist() for u in copies], [u.tolist() for u in together])
            t.copy_(torch.arange(6.0).reshape(2, 3))

    def test_copy_shares(self):
        t = torch.zeros(2)
        u = copy.copy(t)
        u[0] = 1
        self.assertEqual(t.tolist(), [1, 0])
        self.assertFalse(u is t)

    def test_pickle(self):
        t = torch.arange(6.0).reshape(2, 3)
        w = torch.ones(2, requires_grad=True)
        back, row, leaf, again = pickle.loads(pickle.dumps([t, t[1], w, t]))
        row[0] = 9
        self.assertEqual((back.tolist(), row.tolist()), ([[0, 1, 2], [3, 4, 5]], [9, 4, 5]))
        self.assertIs(back, again)
        self.assertTrue(leaf.requires_grad)
        self.assertIs(pickle.loads(pickle.dumps(torch.float16)), torch.float16)
        self.assertEqual(pickle.loads(pickle.dumps(torch.Size([2, 3]))), torch.Size([2, 3]))


if __name__ == "__main__":
    unittest.main()
