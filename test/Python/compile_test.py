"""agc.compile: it computes what the function computes, and leaves the program as the function leaves it."""
import unittest

import agc
import agc as torch
from agc.nn import functional as F


def made(**options):
    """A network, its optimizer, and a step of both."""
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, **options)

    def step(x, y):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        return loss
    return net, optimizer, step


def batch(rows, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(rows, 3, generator=generator), torch.randint(2, (rows,), generator=generator)


class Compile(unittest.TestCase):
    def assertClose(self, a, b):
        self.assertTrue(torch.allclose(a, b, rtol=1e-5, atol=1e-7), (a, b))

    def test_training_beside_the_functions_own(self):
        net, optimizer, step = made()
        other, other_optimizer, other_step = made()
        compiled = agc.compile(step)
        for i in range(4):
            x, y = batch(5 if i < 3 else 7, i)  # a last batch of another size
            self.assertClose(compiled(x, y), other_step(x, y).detach())
        self.assertEqual(len(compiled.entries), 2)
        for p, q in zip(net.parameters(), other.parameters()):
            self.assertClose(p.detach(), q.detach())
            self.assertClose(p.grad, q.grad)
            self.assertClose(optimizer.state[p]["momentum_buffer"], other_optimizer.state[q]["momentum_buffer"])

    def test_eager_and_compiled_steps_take_turns(self):
        net, _, step = made()
        other, _, other_step = made()
        compiled = agc.compile(step)
        for i in range(4):
            x, y = batch(5, i)
            self.assertClose((compiled if i % 2 else step)(x, y).detach(), other_step(x, y).detach())
        with torch.no_grad():
            net[0].weight.zero_()
            other[0].weight.zero_()
        x, y = batch(5)
        self.assertClose(compiled(x, y), other_step(x, y).detach())
        self.assertClose(net(x).detach(), other(x).detach())

    def test_a_new_learning_rate_is_seen(self):
        net, optimizer, step = made()
        other, other_optimizer, other_step = made()
        compiled = agc.compile(step)
        for rate in (0.1, 0.5):
            for chosen in (optimizer, other_optimizer):
                chosen.param_groups[0]["lr"] = rate
            x, y = batch(5)
            compiled(x, y)
            other_step(x, y)
            self.assertClose(net[2].weight.detach(), other[2].weight.detach())

    def test_results_in_their_structure(self):
        w = torch.ones(2)

        @agc.compile
        def f(x, kind, scale=2.0):
            y = x * w * scale
            return {"one": y} if kind == "dict" else (y, y.sum()) if kind == "tuple" else y
        x = torch.tensor([1.0, 2.0])
        self.assertEqual(f(x, "dict")["one"].tolist(), [2, 4])
        self.assertEqual([t.tolist() for t in f(x, "tuple")], [[2, 4], 6])
        self.assertEqual(f(x, "tensor", scale=3.0).tolist(), [3, 6])

    def test_gradients_that_are_not_touched_stay(self):
        w = torch.ones(2, requires_grad=True)
        (w * 3).sum().backward()

        @agc.compile
        def f(x):
            with torch.no_grad():
                return x * w
        f(torch.ones(2))
        self.assertEqual(w.grad.tolist(), [3, 3])

    def test_gradient_from_before(self):
        w = torch.ones(2, requires_grad=True)

        @agc.compile
        def f(x):
            (x * w).sum().backward()
            with torch.no_grad():
                w.sub_(w.grad)
            w.grad = None
        f(torch.ones(2))
        self.assertEqual((w.tolist(), w.grad), ([0, 0], None))
        w.grad = torch.ones(2)
        with self.assertRaisesRegex(RuntimeError, "'w' has a gradient from before"):
            f(torch.ones(2))

    def test_what_it_refuses(self):
        with self.assertRaisesRegex(NotImplementedError, "argument 'x' requires grad"):
            agc.compile(lambda x: x * 2)(torch.ones(2, requires_grad=True))
        with self.assertRaisesRegex(RuntimeError, "writes to a tensor that it is given"):
            agc.compile(lambda x: x.add_(1))(torch.ones(2))
        with self.assertRaisesRegex(RuntimeError, "the numbers of a tensor are asked for"):
            agc.compile(lambda x: x * x.sum().item())(torch.ones(2))
        with self.assertRaisesRegex(NotImplementedError, "not a module"):
            agc.compile(torch.nn.Linear(2, 2))


if __name__ == "__main__":
    unittest.main()
