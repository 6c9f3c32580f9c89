"""Files of torch.save travel both ways, and nothing in them is executed."""
import io
import os
import pickle
import struct
import tempfile
import unittest
import zipfile

import agc as torch
import serialization_cases


class Opaque:
    """Not for files."""


def archive(pickled, storages=(), name="archive", **others):
    """A file of torch.save's kind."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(f"{name}/data.pkl", pickled)
        for number, data in enumerate(storages):
            made.writestr(f"{name}/data/{number}", data)
        for other, data in others.items():
            made.writestr(f"{name}/{other}", data)
    file.seek(0)
    return file


def tensor_pickle(offset, sizes, strides, count, storage="FloatStorage"):
    """A pickle of one tensor, as torch writes it."""
    def name(module, text):
        return pickle.GLOBAL + f"{module}\n{text}\n".encode()

    def plain(value):
        return pickle.dumps(value, 2)[2:-1].replace(b"q\x00", b"").replace(b"q\x01", b"")
    return (pickle.PROTO + b"\x02" + name("torch._utils", "_rebuild_tensor_v2") + pickle.MARK + pickle.MARK
            + plain("storage") + name("torch", storage) + plain("0") + plain("cpu") + plain(count) + pickle.TUPLE
            + pickle.BINPERSID + plain(offset) + plain(tuple(sizes)) + plain(tuple(strides)) + pickle.NEWFALSE
            + name("collections", "OrderedDict") + pickle.EMPTY_TUPLE + pickle.REDUCE + pickle.TUPLE + pickle.REDUCE
            + pickle.STOP)


class Serialization(unittest.TestCase):
    def same(self, found, expected):
        self.assertIs(type(found), type(expected))
        if isinstance(found, torch.Tensor):
            self.assertEqual((found.dtype, found.shape, found.requires_grad, found.is_leaf, found.tolist()),
                             (expected.dtype, expected.shape, expected.requires_grad, expected.is_leaf,
                              expected.tolist()))
            self.assertEqual((found.stride(), found.storage_offset()), (expected.stride(), expected.storage_offset()))
        elif isinstance(found, dict):
            self.assertEqual(list(found), list(expected))
            for key in found:
                self.same(found[key], expected[key])
        elif isinstance(found, (list, tuple)):
            self.assertEqual(len(found), len(expected))
            for a, b in zip(found, expected):
                self.same(a, b)
        else:
            self.assertEqual(found, expected)

    def views_share(self, views):
        views[0][1, 1] = 100
        self.assertEqual([view.tolist()[0] for view in views[1:3]], [4, [1, 2]])
        self.assertEqual((views[1][1].item(), views[2][1, 0].item(), views[3][1, 1].item(), views[5][0, 5].item()),
                         (100, 100, 100, 100))

    def test_what_pytorch_saved(self):
        found = torch.load(serialization_cases.RECORDED)
        self.same(found, serialization_cases.saved(torch))
        self.assertEqual(found["state"]._metadata, {"version": 1})
        self.views_share(found["views"])

    def test_there_and_back(self):
        expected = serialization_cases.saved(torch)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.pt")
            torch.save(expected, path)
            with zipfile.ZipFile(path) as made:
                self.assertIn("model/data.pkl", made.namelist())
                self.assertEqual(made.read("model/version"), b"3\n")
            found = torch.load(path, weights_only=True)
        self.same(found, expected)
        self.views_share(found["views"])
        file = io.BytesIO()
        torch.save(found["views"], file)
        with zipfile.ZipFile(file) as made:
            self.assertIn("archive/data/0", made.namelist())
            self.assertNotIn("archive/data/1", made.namelist())
        file.seek(0)
        self.assertEqual(torch.load(file)[0].tolist(), found["views"][0].tolist())

    def test_elements_start_at_multiples_of_64(self):
        file = io.BytesIO()
        torch.save([torch.ones(3), torch.ones(5)], file)
        data = file.getvalue()
        for number, count in enumerate((3, 5)):
            at = data.index(struct.pack(f"{count}f", *[1] * count))
            self.assertEqual(at % 64, 0, number)

    def test_elements_that_views_cannot_reach_are_shared(self):
        window = torch.load(archive(tensor_pickle(0, (3, 3), (1, 1), 5), [struct.pack("5f", *range(5))]))
        self.assertEqual((window.tolist(), window.stride()), ([[0, 1, 2], [1, 2, 3], [2, 3, 4]], (1, 1)))

    def test_bits_that_say_conjugate_or_negative(self):
        from agc import _storage, serialization
        def loaded(values, metadata):
            values = torch.tensor(values)
            storage = _storage.Storage(values.dtype, values.numel(), lambda sizes: values.view(sizes))
            return serialization._tensor(storage, 0, (1,), (1,), False, None, metadata).tolist()
        self.assertEqual(loaded([1 + 2j], {"conj": True}), [1 - 2j])
        self.assertEqual(loaded([2.0], {"neg": True}), [-2.0])
        with self.assertRaisesRegex(Exception, "metadata"):
            loaded([2.0], {"other": True})

    def test_a_parameter_without_a_shape_is_refused(self):
        with self.assertRaisesRegex(NotImplementedError, "call the module once before"):
            torch.save(torch.nn.LazyLinear(3).state_dict(), io.BytesIO())

    def test_a_module_is_refused(self):
        with self.assertRaisesRegex(NotImplementedError, "save its state_dict"):
            torch.save(torch.nn.Module if hasattr(torch.nn, "Module") else torch.finfo, io.BytesIO())

    def test_other_names_are_refused(self):
        class Evil:
            def __reduce__(self):
                return os.system, ("exit 1",)
        for value, name in [(Evil(), f"{os.name}.system"), (Opaque(), "__main__.Opaque"), ([eval], "builtin.*eval"),
                            (os.path.join, "posixpath.join")]:
            with self.subTest(name), self.assertRaisesRegex(
                    pickle.UnpicklingError, f"Unsupported global: GLOBAL .*{name}.* was not an allowed global"):
                torch.load(archive(pickle.dumps(value, 2)))
            with self.subTest(name), self.assertRaises(pickle.UnpicklingError):
                torch.load(archive(pickle.dumps(value, 2)), weights_only=False)

    def test_allowed_names_are_called_as_they_are_meant_only(self):
        for text, pickled in [
                ("reduce for unrecognized function", b"ctorch\nfloat32\n)R."),
                ("reduce for unrecognized function", b"ctorch\nFloatStorage\n)R."),
                ("Can only build OrderedDict", b"ctorch\nfloat32\n}X\x04\x00\x00\x00nameK\x01sb."),
                ("Can only build OrderedDict", b"ccollections\nOrderedDict\n}X\x04\x00\x00\x00nameK\x01sb."),
                ("Unsupported operand", b"(ccollections\nOrderedDict\no."),
                ("Unsupported operand", b"(icollections\nOrderedDict\n."),
                ("Unsupported operand", b"\x82\x01."),
                ("a bytearray is made of bytes", b"c__builtin__\nbytearray\n\x8a\x05\x00\x00\x00\x00\x01\x85R."),
                ("an encoding 'zip' is not allowed", b"c_codecs\nencode\nX\x01\x00\x00\x00aX\x03\x00\x00\x00zip\x86R."),
                ("persistent_load of storage", b"K\x01Q."), ("UnpicklingError|EOFError|IndexError", b""),
                ("IndexError", b"R."), ("IndexError", b"."), ("Memo value not found", b"h\x05.")]:
            with self.subTest(pickled=pickled), self.assertRaisesRegex(pickle.UnpicklingError, text):
                torch.load(archive(pickled))

    def test_elements_out_of_the_storage(self):
        for arguments in [(0, (5,), (1,), 4), (1, (4,), (1,), 4), (0, (2, 2), (3, 1), 4), (-1, (1,), (1,), 4),
                          (0, (2,), (-1,), 4), (0, (2, 2), (1,), 4), (0, (2 ** 62,), (0,), 4), (0, (2,), (2 ** 61,), 4)]:
            with self.subTest(arguments), self.assertRaisesRegex(RuntimeError, "setStorage|not negative"):
                torch.load(archive(tensor_pickle(*arguments), [b"\0" * 16]))
        with self.assertRaisesRegex(RuntimeError, "storage 0 has 12 bytes, expected 4 elements"):
            torch.load(archive(tensor_pickle(0, (4,), (1,), 4), [b"\0" * 12]))
        with self.assertRaisesRegex(RuntimeError, "file data/0: file not found"):
            torch.load(archive(tensor_pickle(0, (4,), (1,), 4)))
        with self.assertRaisesRegex(RuntimeError, "byte order 'big'"):
            torch.load(archive(tensor_pickle(0, (4,), (1,), 4), [b"\0" * 16], byteorder="big"))

    def test_damaged_files(self):
        with open(serialization_cases.RECORDED, "rb") as file:
            good = file.read()
        for end in list(range(1, len(good), 97)):
            with self.subTest(end=end), self.assertRaisesRegex(RuntimeError, "failed reading zip archive"):
                torch.load(io.BytesIO(good[:end]))
        with self.assertRaisesRegex(RuntimeError, "failed reading zip archive"):
            torch.load(io.BytesIO(b"hello, this is no zip"))
        with self.assertRaises(EOFError):
            torch.load(io.BytesIO(b""))
        with self.assertRaises(FileNotFoundError):
            torch.load("/no/such/file.pt")
        # One byte changed: whatever comes is an exception or the same containers.
        for at in range(0, len(good), 11):
            bad = bytearray(good)
            bad[at] ^= 0x55
            with self.subTest(at=at):
                try:
                    torch.load(io.BytesIO(bytes(bad)))
                except (RuntimeError, pickle.UnpicklingError, NotImplementedError):
                    pass

    def test_other_devices_are_named(self):
        pickled = tensor_pickle(0, (4,), (1,), 4).replace(b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0")
        with self.assertRaisesRegex(RuntimeError, "map_location=torch.device.'cpu'"):
            torch.load(archive(pickled, [b"\0" * 16]))
        for place in ("cpu", torch.device("cpu"), {"cuda:0": "cpu"}, lambda storage, location: storage):
            self.assertEqual(torch.load(archive(pickled, [b"\0" * 16]), map_location=place).tolist(), [0] * 4)


if __name__ == "__main__":
    unittest.main()
