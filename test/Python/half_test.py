"""Programs in bfloat16 and float16; what is expected is PyTorch's, which rounds at other places."""
import unittest

import agc as torch

F = torch.nn.functional


def numbers(rows, columns, factor):
    return (torch.arange(rows * columns, dtype=torch.float32).reshape(rows, columns) * factor % 7 - 3) / 4


class Half(unittest.TestCase):
    def losses(self, dtype, make):
        torch.manual_seed(0)
        net = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.GELU(), torch.nn.LayerNorm(16),
                                  torch.nn.Linear(16, 3)).to(dtype)
        optimizer = make(net.parameters())
        x, y = numbers(12, 6, 5).to(dtype), torch.arange(12) * 2 % 3
        losses = []
        for _ in range(4):
            optimizer.zero_grad()
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
        self.assertEqual({p.dtype for p in net.parameters()} | {loss.dtype}, {dtype})
        return losses

    def check(self, dtype, make, expected):
        for got, want in zip(self.losses(dtype, make), expected, strict=True):
            self.assertAlmostEqual(got, want, delta=2 * torch.finfo(dtype).eps)  # two units below 2

    def test_training_in_bfloat16(self):
        self.check(torch.bfloat16, lambda p: torch.optim.Adam(p, lr=0.01),
                   [1.1953125, 1.1015625, 1.0234375, 0.95703125])

    def test_training_in_float16(self):
        self.check(torch.float16, lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
                   [1.1982421875, 1.08984375, 0.939453125, 0.83740234375])

    def test_norms_of_halves_round_at_the_end(self):
        norms = {"batch": lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True),
                 "instance": lambda x, w, b: F.instance_norm(x, None, None, w, b),
                 "group": lambda x, w, b: F.group_norm(x, 2, w, b),
                 "rms": lambda x, w, b: F.rms_norm(x.transpose(1, 2), (8,), w)}

        def values(norm, *inputs):
            inputs = [x.detach().requires_grad_() for x in inputs]
            result = norm(*inputs)
            result.backward(numbers(64 * 8, 65, 3).reshape(result.shape).to(result.dtype))
            return [result.detach(), *(x.grad for x in inputs[:2])]

        torch.manual_seed(0)
        for dtype in (torch.bfloat16, torch.float16):
            inputs = [torch.rand(64, 8, 65).to(dtype), torch.rand(8).to(dtype), torch.rand(8).to(dtype)]
            for name, norm in norms.items():
                for got, want in zip(values(norm, *inputs), values(norm, *(x.double() for x in inputs)), strict=True):
                    self.assertEqual(got.dtype, dtype)
                    off = ((got.double() - want).abs().max() / want.abs().max()).item()
                    self.assertLess(off, torch.finfo(dtype).eps, f"{name} in {dtype}")

    def test_rms_norm_of_halves_adds_the_eps_of_f32(self):
        self.assertEqual(F.rms_norm(torch.full((1, 2), 0.01, dtype=torch.bfloat16), (2,)).tolist(), [[1.0, 1.0]])

    def test_inference_in_float16_beside_float32(self):
        torch.manual_seed(1)
        net = torch.nn.Sequential(torch.nn.Linear(6, 12), torch.nn.ReLU(), torch.nn.Linear(12, 3)).eval()
        x = numbers(5, 6, 3)
        with torch.no_grad():
            full, half = net(x), net.half()(x.half())
        self.assertEqual((half.dtype, (full - half).dtype), (torch.float16, torch.float32))
        self.assertLess((full - half).abs().max().item(), 2e-3)
        self.assertEqual(half.numpy().dtype.name, "float16")
        self.assertEqual(half.argmax(1).tolist(), full.argmax(1).tolist())

    def test_numbers_of_halves_as_python_sees_them(self):
        x = torch.tensor([1 / 3, 1e-3], dtype=torch.bfloat16)
        self.assertEqual(x.tolist(), [0.333984375, 0.00099945068359375])
        self.assertEqual(repr(x), "tensor([0.3340, 0.0010], dtype=torch.bfloat16)")
        self.assertEqual(repr(torch.tensor(1 / 3, dtype=torch.float16)), "tensor(0.3333, dtype=torch.float16)")
        self.assertEqual((x + x.half()).dtype, torch.float32)
        with self.assertRaisesRegex(TypeError, "Got unsupported ScalarType BFloat16"):
            x.numpy()

    def test_limits_of_halves(self):
        self.assertEqual(repr(torch.finfo(torch.bfloat16)), "finfo(resolution=0.01, min=-3.38953e+38, max=3.38953e+38, "
                         "eps=0.0078125, smallest_normal=1.17549e-38, tiny=1.17549e-38, dtype=bfloat16)")
        self.assertEqual(torch.finfo(torch.float16).max, 65504)

    def test_a_linear_layer_rounds_once(self):
        x, w, b = (torch.tensor(numbers, dtype=torch.bfloat16) for numbers in ([[256.0, 1.0]], [[1.0, 1.0]], [1.0]))
        self.assertEqual((F.linear(x, w, b).item(), (F.linear(x, w) + b).item()), (258, 256))


if __name__ == "__main__":
    unittest.main()
