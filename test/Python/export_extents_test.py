"""Exported functions of extents that only a call tells."""
import unittest

import agc as torch
from exporting import loaded, same


class UnknownExtents(unittest.TestCase):
    def test_slices_end_where_the_call_does(self):
        model, space = loaded(self, """
            w = torch.arange(1.0, 4.0).requires_grad_()

            @agc.export
            def shifted(x: agc.f32["b", "n"]):
                return x[:, 1:] - x[:, :-1]

            @agc.export
            def inner(x: agc.f32["b", "n"]):
                return x[:, 2:-1]

            @agc.export
            def first(x: agc.f32["b", "n"]):
                return x[:, :3]

            @agc.export
            def trained(x: agc.f32["n", 3]):
                w.grad = None
                y = x * w
                y[1:].pow(2).sum().backward()
                return w.grad

            @agc.export
            def replaced(x: agc.f32["b", "n"]):
                y = x * 1
                y[:, 2:] = 7
                return y
            """)
        for n in (5, 3, 2, 1):
            x = torch.rand(2, n)
            self.assertEqual(tuple(torch.as_tensor(model.inner(x)).shape), (2, max(n - 3, 0)))
            names = ("shifted", "inner", "first", "replaced") if n > 3 else ("first", "replaced")
            same(self, [(name, x) for name in names] + [("trained", torch.rand(n, 3))], model, space)

    def test_a_place_counted_from_the_end_beside_an_unknown_extent(self):
        model, space = loaded(self, """
            w = torch.arange(1.0, 4.0).requires_grad_()

            @agc.export
            def last(x: agc.f32["b", "n", 3]):
                w.grad = None
                y = x * w
                y[:, -1].pow(2).sum().backward()
                return y[:, -1], y.select(2, -2), w.grad
            """)
        same(self, [("last", torch.rand(b, n, 3)) for b, n in ((2, 4), (1, 1), (0, 2))], model, space)

    def test_statistics_of_any_number_of_rows(self):
        model, space = loaded(self, """
            class Sign(torch.autograd.Function):
                @staticmethod
                def forward(ctx, x):
                    ctx.save_for_backward(x)
                    return x.sign()

                @staticmethod
                def backward(ctx, gradient):
                    return gradient * (ctx.saved_tensors[0].abs() <= 1)

            torch.manual_seed(0)
            net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
            optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

            @agc.export
            def train(x: agc.f32["n", 3]):
                y = net(x) + Sign.apply(net(x))
                loss = F.kl_div(y.log_softmax(1), torch.full_like(y, 0.25), reduction="batchmean")
                loss = loss + 2 * (y * y).sum() / x.shape[0] + x.size(0) / y.exp().sum()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                return loss

            @agc.export
            def seen():
                return net[1].running_var
            """)
        same(self, [("train", torch.rand(n, 3)) for n in (5, 2, 9)] + [("seen",)], model, space)

    def test_indexing_by_tensors(self):
        model, space = loaded(self, """
            table = torch.arange(12.0).reshape(4, 3).requires_grad_()

            @agc.export
            def rows(x: agc.f32["n", 3], i: agc.i64["m"]):
                return x[i]

            @agc.export
            def pairs(x: agc.f32["n", "k"], i: agc.i64["m", 2], j: agc.i64[2]):
                return x[i, j]

            @agc.export
            def columns(x: agc.f32[2, "n", 3], i: agc.i64["m"]):
                return x[:, i]

            @agc.export
            def written(x: agc.f32["n", 3], i: agc.i64["m"], v: agc.f32["m", 3]):
                y = x.clone()
                y[i] = v
                return y

            @agc.export
            def positive(x: agc.f32["n", 3]):
                return x[x > 0.5]

            @agc.export
            def cut(x: agc.f32["n", 3]):
                y = x.clone()
                y[y > 0.5] = 0
                return y

            @agc.export
            def added(x: agc.f32["n", 3], i: agc.i64["m"], v: agc.f32["m", 3]):
                return x.index_add(0, i, v)

            @agc.export
            def joined(x: agc.f32["n"], i: agc.i64["m"]):
                return torch.cat([x, x[i]])

            @agc.export
            def gradient(i: agc.i64["m"]):
                table.grad = None
                (table[i] * table[i]).sum().backward()
                return table.grad * 1
            """)
        x, i = torch.rand(5, 3), torch.tensor([4, -5, 2, 2])
        pairs, three = torch.tensor([[0, 1], [2, 3], [4, -1]]), torch.rand(2, 5, 3)
        same(self, [("rows", x, i), ("pairs", x, pairs, torch.tensor([2, -3])), ("columns", three, i),
                              ("written", x, torch.tensor([3, 1]), torch.rand(2, 3)), ("positive", x), ("cut", x),
                              ("added", x, torch.tensor([3, 1]), torch.rand(2, 3)), ("joined", x[:, 0].clone(), i + 0),
                              ("gradient", torch.tensor([3, 0, 3]))], model, space)

    def test_an_index_out_of_range_is_an_error_of_the_call(self):
        model, _ = loaded(self, """
            @agc.export
            def rows(x: agc.f32["n", 3], i: agc.i64["m"]):
                return x[i]

            @agc.export
            def pairs(x: agc.f32["n", 3], i: agc.i64["m"], j: agc.i64["m"]):
                return x[i, j]
            """)
        x = torch.rand(5, 3)
        with self.assertRaisesRegex(RuntimeError, "model.py:[0-9]+: index 5 is out of range for dim 0 of size 5"):
            model.rows(x, torch.tensor([5]))
        for i, j, text in [([0, 5], [0, 0], "index 5 is out of range for dim 0 of size 5"),
                           ([0, 4], [-4, 0], "index -4 is out of range for dim 1 of size 3")]:
            with self.assertRaisesRegex(RuntimeError, text):
                model.pairs(x, torch.tensor(i), torch.tensor(j))
        none = torch.zeros(0, dtype=torch.int64)
        self.assertEqual(model.pairs(x[:0], none, none).shape, (0,))

    def test_places_that_count_from_the_end(self):
        model, space = loaded(self, """
            @agc.export
            def last(x: agc.f32["n", 2]):
                return x[-1]

            @agc.export
            def ends(x: agc.f32["n", 2]):
                return x[-3:], x[::2], x[1:-1:2], x[-4:-1], x[:x.shape[0] // 2], x[x.shape[0] - 1:], x[-(-x.shape[0] // 2):]

            @agc.export
            def gradient(x: agc.f32["n", 2]):
                x = x.clone().requires_grad_()
                y = x * 1
                y[-2:] *= 3
                (y[-3:].pow(2).sum() + y[::2].exp().sum()).backward()
                return x.grad

            @agc.export
            def parts(x: agc.f32["n", 2]):
                return *x.chunk(2), *x.split([1, x.shape[0] - 1]), x.narrow(0, -2, 1)

            @agc.export
            def windows(x: agc.f32["n", 2]):
                return x.unfold(0, 3, 2), x.unfold(1, 2, 1)
            """)
        for n in (5, 3, 8):
            x = torch.rand(n, 2)
            same(self, [("last", x), ("ends", x), ("gradient", x), ("parts", x), ("windows", x)], model, space)
        for n in (0, 1, 2):
            same(self, [("ends", torch.rand(n, 2)), ("gradient", torch.rand(n, 2))], model, space)
        for name, n, text in [("last", 0, r"model.py:\d+: select\(\): index -1 out of range for tensor of size \[\?, 2\]"),
                              ("parts", 1, r"chunk\(\): the extent of dim 0 makes fewer than 2 parts"),
                              ("windows", 2, r"maximum size for tensor at dimension 0 is \? but size is 3")]:
            with self.assertRaisesRegex(RuntimeError, text + r".*AGC_ERROR_EXTENT"):
                getattr(model, name)(torch.rand(n, 2))

    def test_functions_that_ask_for_an_extent(self):
        model, space = loaded(self, """
            @agc.export
            def ordered(x: agc.f32["n"]):
                return x.kthvalue(2)[0], x.median(), x.median(0)[1], x.quantile(0.3), x.diff(), x.topk(2)[0]

            @agc.export
            def padded(x: agc.f32["b", "n"]):
                return tuple(F.pad(x, (1, 2), mode=mode) for mode in ("reflect", "replicate", "circular", "constant"))

            @agc.export
            def made(x: agc.f32["n", 3]):
                n = x.shape[0]
                return (torch.hann_window(n), torch.eye(n), torch.arange(1, n + 1), torch.linspace(0, 1, n), x / n,
                        torch.tensor(n), torch.full((2,), n), torch.bartlett_window(n))

            @agc.export
            def products(x: agc.f32["n", "k"], y: agc.f32["k", "n"]):
                return torch.einsum("ij,jk->ik", x, y), torch.cdist(x, x + 1), torch.cat([x, y.t()]), F.group_norm(x[None], 1)

            @agc.export
            def likely(x: agc.f32["n"], scale: agc.f32["n"]):
                return torch.distributions.Normal(x, scale).log_prob(x + 1)
            """)
        for n in (4, 7, 3):
            x, m, y = torch.rand(n), torch.rand(n, 3), torch.rand(3, n)
            same(self, [("ordered", x), ("padded", m.t().contiguous()), ("made", m), ("products", m, y),
                               ("likely", x, x + 1)], model, space)
        same(self, [("made", torch.rand(n, 3)) for n in (0, 1)], model, space)
        for name, inputs, text in [("ordered", [torch.rand(1)], "selected number k out of range"),
                                   ("padded", [torch.rand(2, 2)], "Padding size should be less than"),
                                   ("likely", [torch.rand(2), -torch.rand(2)], "to satisfy the constraint")]:
            with self.assertRaisesRegex(RuntimeError, text):
                getattr(model, name)(*inputs)


if __name__ == "__main__":
    unittest.main()
