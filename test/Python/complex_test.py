"""Complex tensors and the views of their parts; what is expected is PyTorch's."""
import unittest

import agc as torch


# The loss of the eighth step.
FITTED = ((lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.5), 1.3662041425704956),
          (lambda p: torch.optim.RMSprop(p, lr=0.05, momentum=0.1, centered=True), 0.05499293655157089),
          (lambda p: torch.optim.Adagrad(p, lr=0.2, initial_accumulator_value=0.5), 0.8071069717407227))
ADAM = 0.47204683567807343


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

    def test_complex_numbers_as_python_and_dtypes_see_them(self):
        z = torch.tensor([1.5 + 0j, 2 - 1j])
        self.assertEqual((float(z[0]), int(z[0]), complex(z[1])), (1.5, 1, 2 - 1j))
        with self.assertRaisesRegex(RuntimeError, "value cannot be converted to type double without overflow"):
            float(z[1])
        self.assertEqual(torch.isreal(z).tolist(), [True, False])
        self.assertEqual(torch.linspace(0, 1, 3, dtype=torch.complex64).tolist(), [0, 0.5, 1])
        self.assertEqual((z.dtype.to_real(), torch.bfloat16.to_complex()), (torch.float32, torch.complex64))
        self.assertEqual(repr(torch.finfo(torch.complex64)), repr(torch.finfo(torch.float32)))
        for refused, name in ((lambda: torch.arange(2, dtype=torch.complex64), "arange_cpu"),
                              (lambda: torch.nn.functional.dropout(z), "bernoulli_scalar_cpu_")):
            with self.assertRaisesRegex(NotImplementedError, f"\"{name}\" not implemented for 'ComplexFloat'"):
                refused()

    def test_functions_of_both_parts(self):
        infinity = float("inf")
        z = torch.tensor([complex(float("nan"), 1), complex(infinity, -infinity), 1 + 2j])
        self.assertEqual(torch.nan_to_num(z, 0.5, 1.0, 2.0).tolist(), [0.5 + 1j, 1 + 2j, 1 + 2j])
        a, b = (torch.tensor([x], requires_grad=True) for x in (0.5 + 1j, 1 + 0.25j))
        sum = torch.logaddexp(a, b)
        sum.backward(torch.ones_like(sum))
        for got, want in ((sum, 1.4067 + 0.5289j), (a.grad, 0.3599 - 0.1833j), (b.grad, 0.6401 + 0.1833j)):
            self.assertLess(abs(got.item() - want), 1e-4)

    def fit(self, make, dtype=torch.complex64):
        """What is left of an error after fitting a linear map of complex numbers."""
        a = torch.arange(12).reshape(4, 3)
        target = torch.complex((a * 5 % 7).double() / 4, (a * 3 % 5).double() / 2 - 1).to(dtype)
        b = torch.arange(40).reshape(10, 4)
        x = torch.complex((b * 5 % 9).double() / 4 - 1, (b * 7 % 11).double() / 5 - 1).to(dtype)
        w = torch.zeros(4, 3, dtype=dtype, requires_grad=True)
        optimizer = make([w])
        for _ in range(8):
            optimizer.zero_grad()
            loss = ((x @ w - x @ target).abs() ** 2).mean()
            loss.backward()
            optimizer.step()
        return loss.item(), optimizer

    def test_fitting_a_linear_map(self):
        for make, expected in FITTED:
            self.assertAlmostEqual(self.fit(make)[0] / expected, 1, places=4)

    def test_adam_sees_two_real_numbers_in_a_complex_one(self):
        loss, adam = self.fit(lambda p: torch.optim.Adam(p, lr=0.1), torch.complex128)
        self.assertAlmostEqual(loss, ADAM, places=9)
        state = next(iter(adam.state.values()))
        self.assertEqual((state["exp_avg_sq"].dtype, state["step"].item()), (torch.complex128, 8))

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
