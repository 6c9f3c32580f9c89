"""What exported functions keep from call to call: parameters, gradients, a generator's numbers."""
import unittest

import agc as torch
from exporting import emitted, loaded, same


class Aliases(unittest.TestCase):
    """Tensors that share elements with what is state are views of it in the functions, too."""

    def test_views_and_detached_tensors(self):
        model, space = loaded(self, """
            w = torch.arange(6.0).reshape(3, 2)
            rows = list(w)
            p = torch.ones(2, requires_grad=True)
            detached = p.detach()
            q = torch.nn.Parameter(torch.ones(2))
            data = q.data
            optimizer = torch.optim.SGD([q], lr=0.5)

            @agc.export
            def first(x: agc.f32[2]):
                rows[0].add_(x)
                return rows[1] + w.sum(), rows[0]

            @agc.export
            def seen():
                return w

            @agc.export
            def doubled(x: agc.f32[2]):
                with torch.no_grad():
                    p.mul_(2)
                return detached + x, p

            @agc.export
            def step(x: agc.f32[2]):
                optimizer.zero_grad()
                before = data.clone()
                (q * x).sum().backward()
                optimizer.step()
                return before, data
            """)
        self.assertEqual(list(model.state_dict()), ["w", "p", "q"])
        x = torch.tensor([1.0, 5.0])
        same(self, [("first", x), ("first", x), ("seen",), ("doubled", x), ("doubled", x), ("step", x), ("step", x)],
             model, space)

    def test_parts_of_what_is_no_state(self):
        model, space = loaded(self, """
            parts = torch.zeros(6).split(2)

            @agc.export
            def add(x: agc.f32[2]):
                parts[0].add_(x)
                return parts[1] + x, parts[0]
            """)
        self.assertEqual(list(model.state_dict()), ["parts.0", "parts.1"])
        same(self, [("add", torch.ones(2))] * 2, model, space)

    def test_a_state_with_the_name_of_a_function(self):
        model, space = loaded(self, """
            net = torch.nn.Module()
            net.register_buffer("step", torch.zeros(3))

            @agc.export
            def step(x: agc.f32[3]):
                net.step.add_(x)
                return net.step
            """)
        self.assertEqual(list(model.state_dict()), ["step.state"])
        same(self, [("step", torch.ones(3))] * 2, model, space)

    def test_parameters_of_one_memory(self):
        source = """
            torch.manual_seed(0)
            a, b = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
            b.weight.data = a.weight.data
            optimizer = torch.optim.SGD([*a.parameters(), *b.parameters()], lr=0.1)

            @agc.export
            def train(x: agc.f32[2]):
                loss = b(a(x)).pow(2).sum()
                loss.backward()
                optimizer.step()
                {}
                return loss

            @agc.export
            def predict(x: agc.f32[2]):
                return b(a(x))
            """
        model, space = loaded(self, source.format("optimizer.zero_grad()"))
        self.assertNotIn("b.weight", model.state_dict())
        x = torch.tensor([1.0, 5.0])
        same(self, [("predict", x), ("train", x), ("train", x), ("predict", x)], model, space)
        done = emitted("\n            import torch, agc" + source.format("pass"), "-c")
        self.assertRegex(done.stderr, r"program.py:8: error: the gradient of 'b.weight', which shares its elements with "
                                      "another state, would be lost")


class Gradients(unittest.TestCase):
    """Gradients that one call leaves and another one uses."""

    ACCUMULATING = """
        torch.manual_seed(0)
        net = torch.nn.Linear(3, 2)
        optimizer = torch.optim.Adam(net.parameters(), lr=0.1)

        @agc.export
        def accumulate(x: agc.f32["n", 3], y: agc.i64["n"]):
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            return loss

        @agc.export
        def update():
            total = torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            return total

        @agc.export
        def seen():
            return net.weight.grad
        """

    def test_accumulated_over_calls(self):
        model, space = loaded(self, self.ACCUMULATING)
        self.assertIn("weight.grad", model.state_dict())
        x, y = torch.rand(4, 3), torch.tensor([0, 1, 1, 0])
        calls = [("accumulate", x, y), ("accumulate", x * 2, y), ("seen",), ("update",), ("accumulate", x, y),
                 ("update",), ("accumulate", x[:2], y[:2])]
        same(self, calls, model, space)

    def test_a_gradient_that_no_backward_has_filled(self):
        model, space = loaded(self, self.ACCUMULATING + """
        @agc.export
        def zeroed():
            optimizer.zero_grad(set_to_none=False)
            return net.bias
        """)
        x, y = torch.rand(4, 3), torch.tensor([0, 1, 1, 0])
        nothing = ("the gradient of '(weight|bias)' is used here, and no backward has filled it: call what computes it first "
                   ".*AGC_ERROR_VALUE")
        for function in (model.update, model.seen):  # PyTorch's optimizer passes over such a parameter
            with self.assertRaisesRegex(RuntimeError, nothing):
                function()
        same(self, [("zeroed",)], model, space)
        with self.assertRaisesRegex(RuntimeError, nothing):
            model.update()
        same(self, [("accumulate", x, y), ("zeroed",), ("update",), ("accumulate", x, y), ("update",)], model, space)
        with self.assertRaisesRegex(RuntimeError, nothing):
            model.update()

    def test_never_cleared(self):
        model, space = loaded(self, """
            w = torch.ones(3, requires_grad=True)
            optimizer = torch.optim.SGD([w], lr=0.1)

            @agc.export
            def f(x: agc.f32[3]):
                loss = (x * w).sum()
                loss.backward()
                optimizer.step()
                return loss
            """)
        same(self, [("f", torch.ones(3))] * 3, model, space)

    def test_what_the_program_has_accumulated_before(self):
        model, space = loaded(self, """
            w = torch.ones(3, requires_grad=True)
            (w * 3).sum().backward()

            @agc.export
            def taken():
                result = w.grad
                w.grad = None
                return result

            @agc.export
            def add(x: agc.f32[3]):
                (x * w).sum().backward()
                return x
            """)
        x = torch.ones(3)
        same(self, [("taken",), ("add", x), ("add", x), ("taken",)], model, space)


class Windows(unittest.TestCase):
    def test_a_convolutional_network_of_any_number_of_images(self):
        images, labels = torch.rand(3, 1, 6, 6), torch.tensor([0, 1, 1])
        model, space = loaded(self, """
            torch.manual_seed(0)
            net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3, padding=1), torch.nn.BatchNorm2d(2), torch.nn.ReLU(),
                                      torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(18, 2))
            optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

            @agc.export
            def train(x: agc.f32[3, 1, 6, 6], y: agc.i64[3]):
                optimizer.zero_grad()
                loss = F.cross_entropy(net(x), y)
                loss.backward()
                optimizer.step()
                return loss

            features = torch.nn.Sequential(net[0], net[2], net[3], net[4])

            @agc.export
            def seen(x: agc.f32["n", 1, 6, 6]):
                return features(x)
            """)
        same(self, [("train", images, labels)] * 2 + [("seen", images), ("seen", images[:1])], model, space)


class Random(unittest.TestCase):
    def test_a_call_draws_what_the_program_would(self):
        x = torch.rand(20, 40)
        model, space = loaded(self, """
            net = torch.nn.Sequential(torch.nn.Linear(40, 30), torch.nn.Dropout(0.3), torch.nn.Linear(30, 2))
            optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
            torch.manual_seed(7)
            torch.rand(100)

            @agc.export
            def train(x: agc.f32[20, 40]):
                optimizer.zero_grad()
                loss = net(x).pow(2).mean()
                loss.backward()
                optimizer.step()
                return loss

            @agc.export
            def noise(x: agc.f32[20, 40]):
                return torch.rand(7) + torch.randn(21).sum() + torch.randint(5, (7,)) + torch.bernoulli(x[0, :7])
            """.replace("net = ", "torch.manual_seed(1); net = "))
        self.assertIn("generator", model.state_dict())
        same(self, [("train", x)] * 3 + [("noise", x)] * 2 + [("train", x)], model, space)

    def test_numbers_that_are_drawn_one_by_one(self):
        five, four, nine, p = torch.rand(5), torch.rand(4), torch.rand(9), torch.rand(2, 6)
        model, space = loaded(self, """
            torch.manual_seed(7)
            torch.randn(3)

            @agc.export
            def few(x: agc.f32[5]):
                return x + torch.randn(5)

            @agc.export
            def even(x: agc.f32[4]):
                return torch.randn_like(x) * 2, torch.zeros(3, 6).t().normal_(1, 3)

            @agc.export
            def many(x: agc.f32[20]):
                return x * torch.randn(20)

            @agc.export
            def order(x: agc.f32[9]):
                return x[torch.randperm(9)] + torch.randperm(1) + torch.randperm(2)[0]

            @agc.export
            def picked(p: agc.f32[2, 6]):
                return torch.multinomial(p, 3), torch.multinomial(p[0], 1), torch.multinomial(p.double(), 6)

            @agc.export
            def drawn(p: agc.f32[2, 6]):
                return torch.multinomial(p, 9, replacement=True)
            """)
        self.assertIn("generator.normal", model.state_dict())
        same(self, [("few", five), ("even", four), ("many", torch.ones(20)), ("few", five), ("order", nine), ("picked", p),
                   ("even", four), ("drawn", p), ("few", five), ("few", five), ("order", nine)], model, space)
        with self.assertRaisesRegex(RuntimeError, "probability tensor contains"):
            model.drawn(-p)


if __name__ == "__main__":
    unittest.main()
