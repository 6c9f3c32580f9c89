"""Complex tensors and the views of their parts; what is expected is PyTorch's."""
import unittest

import agc as torch


class Complex(unittest.TestCase):
    def test_writing_a_part_writes_the_tensor(self):
        z = torch.tensor([1 + 2j, 3 - 4j])
        z.real[0] = 10.0
        z.imag.mul_(2)
        self.assertEqual(z.tolist(), [10 + 4j, 3 - 8j])
        torch.view_as_real(z)[:, 1] = 0.0
        self.assertEqual(z.tolist(), [10, 3])
        self.assertEqual(z._version, 3)

    def test_parts_as_complex_numbers_share_elements(self):
        x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
        z = torch.view_as_complex(x)
        z *= 1j
        self.assertEqual(x.tolist(), [[-2, 1], [-4, 3]])
        self.assertEqual((z.real.stride(), z.imag.storage_offset()), ((2,), 1))

    def test_what_has_no_two_parts_is_refused(self):
        for wrong, text in ((torch.ones(3), "Tensor must have a last dimension of size 2"),
                            (torch.ones(2, 2).t(), "Tensor must have a last dimension with stride 1"),
                            (torch.ones(2, dtype=torch.int64), "view_as_complex is only supported for")):
            with self.assertRaisesRegex(RuntimeError, text):
                torch.view_as_complex(wrong)
        with self.assertRaisesRegex(RuntimeError, "view_as_real is only supported for complex tensors"):
            torch.view_as_real(torch.ones(2))
        with self.assertRaisesRegex(RuntimeError, "imag is not implemented for tensors with non-complex dtypes."):
            torch.ones(2).imag

    def test_a_gradient_goes_through_a_write_to_a_part(self):
        x = torch.tensor([1 + 1j, 2 - 1j], requires_grad=True)
        y = x * 2
        y.real[0] = 5.0
        y.abs().sum().backward()
        expected = [2j * 2 / abs(5 + 2j), 2 * (4 - 2j) / abs(4 - 2j)]
        for got, want in zip(x.grad.tolist(), expected):
            self.assertAlmostEqual(abs(got - want), 0, places=6)

    def test_numpy_sees_a_part_where_it_lies(self):
        import numpy
        z = torch.tensor([1 + 2j, 3 - 4j])
        part = z.imag.numpy()
        self.assertEqual(part.tolist(), [2, -4])
        part[0] = 7
        self.assertEqual(z.tolist(), [1 + 7j, 3 - 4j])
        self.assertEqual(part.dtype, numpy.float32)


if __name__ == "__main__":
    unittest.main()
