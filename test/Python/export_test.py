"""Functions that are traced to be compiled: what becomes state, and what cannot be compiled."""
import inspect
import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

import agc
import agc as torch
from agc import _export
from agc.nn import functional as F

AGC = os.environ.get("AGC", "agc")
# Libraries stay until the end, as dlopen knows a file by its inode.
FOLDER = tempfile.TemporaryDirectory()


def trace(*functions):
    """Traces functions with annotations."""
    held, _export.exported[:] = list(_export.exported), []
    for function in functions:
        agc.export(function)
    try:
        return _export.trace(_export.exported, "model")
    finally:
        _export.exported[:] = held


def emitted(source, *options):
    """What agc says of a program in a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "program.py")
        path.write_text(textwrap.dedent(source))
        return subprocess.run([AGC, *options, str(path)], text=True, capture_output=True, cwd=folder)


class Headers(unittest.TestCase):
    def test_room_and_macros(self):
        """What is counted has room for a product of extents; names that are macros are no parameters."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "program.py")
            path.write_text(textwrap.dedent("""
                import agc
                @agc.export
                def f(x: agc.f32["n", "m"], I: agc.f32["linux"], errno: agc.f32["NULL"], int64_t: agc.i64[2]):
                    return x.nonzero(), agc.unique(x), I * 1, errno * 1, int64_t * 1
                """))
            subprocess.run([AGC, "-c", str(path), "-o", "m.o"], check=True, cwd=folder)
            header = pathlib.Path(folder, "m.h").read_text()
            self.assertRegex(header, r"i64\[n \* m, 2\], the first result0_count filled")
            self.assertRegex(header, r"f32\[n \* m\], the first result1_count filled")
            for name in ("I_", "errno_", "linux_", "NULL_", "int64_t_"):
                self.assertRegex(header, rf"\b{name},")


class Refused(unittest.TestCase):
    def refuse(self, text, function, line=None):
        """Tracing the function is an error, `line` lines below its `def`."""
        with self.assertRaises(Exception) as raised:
            trace(function)
        self.assertIn(text, str(raised.exception))
        if line is not None:
            self.assertEqual(raised.exception.agc_line[1] - inspect.unwrap(function).__code__.co_firstlineno, line)

    def test_item(self):
        def f(x: agc.f32[3]):
            y = x * 2
            return y * y.sum().item()
        self.refuse("the numbers of a tensor are asked for", f, 2)

    def test_branch_on_a_value(self):
        def f(x: agc.f32[3]):
            y = x * 2
            if y.sum() > 0:
                y = y * 2
            return y
        self.refuse("the numbers of a tensor are asked for", f, 2)

    def test_print(self):
        def f(x: agc.f32[3]):
            print(x)
            return x
        self.refuse("the numbers of a tensor are asked for", f, 1)

    def test_value_of_state(self):
        count = torch.tensor(0)

        def f(x: agc.f32[3]):
            count.add_(1)
            return x * int(count)
        self.refuse("the numbers of a tensor are asked for", f, 2)

    def test_number_that_changes_from_call_to_call(self):
        calls = [0]

        def f(x: agc.f32[3]):
            calls[0] += 1
            return x * calls[0]
        self.refuse("the second call of 'f' does something else here than the first", f, 2)

    def test_branch_on_the_first_call(self):
        calls = [0]

        def f(x: agc.f32[3]):
            calls[0] += 1
            return x if calls[0] == 1 else x.exp()
        self.refuse("the second call of 'f' does something else", f, 2)

    def test_tensor_of_an_earlier_call(self):
        kept = [None]

        def f(x: agc.f32[3]):
            y = x if kept[0] is None else x + kept[0]
            kept[0] = y
            return y
        self.refuse("a tensor that an earlier call of an exported function made is used here", f, 1)

    def test_learning_rate_of_a_scheduler(self):
        w = torch.ones(3, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=0.1)
        scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)

        def f(x: agc.f32[3]):
            optimizer.zero_grad()
            loss = (x * w).sum()
            loss.backward()
            optimizer.step()
            scheduler.step()
            return loss
        self.refuse("the second call of 'f' does something else here", f, 4)

    def test_random_numbers_that_are_not_drawn_yet(self):
        def f(x: agc.f32[3]):
            return x.clone().random_()
        self.refuse("any_numbers() of random numbers in an exported function is not in agc yet", f)

        def g(x: agc.f32["n"]):
            return x * torch.rand(x.shape)
        self.refuse("random numbers for an extent that only a call tells", g)

        def h(x: agc.f32["n"]):
            return torch.nn.functional.dropout(x)
        self.refuse("random numbers for an extent that only a call tells", h)

    def test_parts_as_many_as_an_unknown_extent(self):
        def f(x: agc.f32["n", 3]):
            return x.split(2)[0]
        self.refuse("split() of dim 0 makes as many parts as its extent tells", f, 1)

        def g(x: agc.f32["n", 3]):
            return torch.stack([row for row in x])
        self.refuse("unbind() of dim 0 makes as many parts as its extent tells", g, 1)

    def test_comparison_of_an_unknown_extent(self):
        def f(x: agc.f32["n", 3]):
            assert x.shape[0] <= 64
            return x
        self.refuse("the number of an extent is asked for", f, 1)

    def test_tensor_with_a_history(self):
        w = torch.ones(3, requires_grad=True)
        scaled = w * 2

        def f(x: agc.f32[3]):
            return x * scaled
        self.refuse("a tensor that was computed outside of the exported function", f, 1)

    def test_view_of_state(self):
        w = torch.zeros(4)
        row = w[:2]

        def f(x: agc.f32[2]):
            w.add_(1)
            return x + row
        self.refuse("'row' shares its elements with 'w'", f, 2)

    def test_no_type(self):
        def f(x):
            return x
        self.refuse("input 'x' of f() has no type", f)

    def test_result_that_is_no_tensor(self):
        def f(x: agc.f32[3]):
            return x, 3
        self.refuse("returns int for 'result1'", f)

    def test_write_to_an_input(self):
        def f(x: agc.f32[3]):
            x.mul_(2)
            return x * x
        self.refuse("f() writes to its input 'x'", f)

    def test_autograd_mistake(self):
        w = torch.ones(3, requires_grad=True)

        def f(x: agc.f32[3]):
            w.mul_(2)
            return x * w
        self.refuse("a leaf Variable that requires grad is being used in an in-place operation", f, 1)


class Gradients(unittest.TestCase):
    """Gradients that one call leaves and another one uses."""

    def model(self, source):
        path = pathlib.Path(tempfile.mkdtemp(dir=FOLDER.name), "model.py")
        path.write_text("import torch\nimport torch.nn.functional as F\nimport agc\n" + textwrap.dedent(source))
        done = subprocess.run([AGC, "--shared", str(path), "-o", str(path.with_suffix(".so"))], text=True,
                              capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        space = {"agc": agc, "__name__": "model"}
        exec(compile(path.read_text().replace("import torch\n", "import agc as torch\n").replace(
            "import torch.nn.functional as F\n", "from agc.nn import functional as F\n"), "model.py", "exec"), space)
        return agc.load(str(path.with_suffix(".so"))), space

    def same(self, calls, model, space):
        for name, *arguments in calls:
            got, wanted = getattr(model, name)(*arguments), space[name](*arguments)
            got = got[0][:len(wanted)] if isinstance(got, tuple) else got  # with the count of what was found
            self.assertTrue(torch.allclose(torch.as_tensor(got), wanted.detach(), rtol=1e-5), (name, got, wanted))

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
        model, space = self.model(self.ACCUMULATING)
        self.assertIn("weight.grad", model.state_dict())
        x, y = torch.rand(4, 3), torch.tensor([0, 1, 1, 0])
        calls = [("accumulate", x, y), ("accumulate", x * 2, y), ("seen",), ("update",), ("accumulate", x, y),
                 ("update",), ("accumulate", x[:2], y[:2])]
        self.same(calls, model, space)

    def test_a_gradient_that_no_backward_has_filled(self):
        model, space = self.model(self.ACCUMULATING + """
        @agc.export
        def zeroed():
            optimizer.zero_grad(set_to_none=False)
            return net.bias
        """)
        x, y = torch.rand(4, 3), torch.tensor([0, 1, 1, 0])
        nothing = "the gradient of '(weight|bias)' is used here, and no backward has filled it"
        for function in (model.update, model.seen):  # PyTorch's optimizer passes over such a parameter
            with self.assertRaisesRegex(RuntimeError, nothing):
                function()
        self.same([("zeroed",)], model, space)
        with self.assertRaisesRegex(RuntimeError, nothing):
            model.update()
        self.same([("accumulate", x, y), ("zeroed",), ("update",), ("accumulate", x, y), ("update",)], model, space)
        with self.assertRaisesRegex(RuntimeError, nothing):
            model.update()

    def test_never_cleared(self):
        model, space = self.model("""
            w = torch.ones(3, requires_grad=True)
            optimizer = torch.optim.SGD([w], lr=0.1)

            @agc.export
            def f(x: agc.f32[3]):
                loss = (x * w).sum()
                loss.backward()
                optimizer.step()
                return loss
            """)
        self.same([("f", torch.ones(3))] * 3, model, space)

    def test_what_the_program_has_accumulated_before(self):
        model, space = self.model("""
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
        self.same([("taken",), ("add", x), ("add", x), ("taken",)], model, space)


class Windows(unittest.TestCase):
    def test_a_convolutional_network_of_any_number_of_images(self):
        images, labels = torch.rand(3, 1, 6, 6), torch.tensor([0, 1, 1])
        model, space = Gradients.model(self, """
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
        Gradients.same(self, [("train", images, labels)] * 2 + [("seen", images), ("seen", images[:1])], model, space)


class Random(unittest.TestCase):
    def test_a_call_draws_what_the_program_would(self):
        x = torch.rand(20, 40)
        model, space = Gradients.model(self, """
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
        Gradients.same(self, [("train", x)] * 3 + [("noise", x)] * 2 + [("train", x)], model, space)


    def test_numbers_that_are_drawn_one_by_one(self):
        five, four, nine, p = torch.rand(5), torch.rand(4), torch.rand(9), torch.rand(2, 6)
        model, space = Gradients.model(self, """
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
        self.same([("few", five), ("even", four), ("many", torch.ones(20)), ("few", five), ("order", nine), ("picked", p),
                   ("even", four), ("drawn", p), ("few", five), ("few", five), ("order", nine)], model, space)
        with self.assertRaisesRegex(RuntimeError, "probability tensor contains"):
            model.drawn(-p)

    def same(self, calls, model, space):
        """All results of calls, one after the other."""
        for name, *inputs in calls:
            got, wanted = getattr(model, name)(*inputs), space[name](*inputs)
            pairs = zip(got, wanted) if isinstance(wanted, tuple) else [(got, wanted)]
            for x, y in pairs:
                self.assertTrue(torch.allclose(torch.as_tensor(x), y, rtol=1e-5), (name, x, y))


class UnknownExtents(unittest.TestCase):
    def test_slices_end_where_the_call_does(self):
        model, space = Gradients.model(self, """
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
            Gradients.same(self, [(name, x) for name in names] + [("trained", torch.rand(n, 3))], model, space)

    def test_statistics_of_any_number_of_rows(self):
        model, space = Gradients.model(self, """
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
        Gradients.same(self, [("train", torch.rand(n, 3)) for n in (5, 2, 9)] + [("seen",)], model, space)

    def test_indexing_by_tensors(self):
        model, space = Gradients.model(self, """
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
        Gradients.same(self, [("rows", x, i), ("pairs", x, pairs, torch.tensor([2, -3])), ("columns", three, i),
                              ("written", x, torch.tensor([3, 1]), torch.rand(2, 3)), ("positive", x), ("cut", x),
                              ("added", x, torch.tensor([3, 1]), torch.rand(2, 3)), ("joined", x[:, 0].clone(), i + 0),
                              ("gradient", torch.tensor([3, 0, 3]))], model, space)

    def test_an_index_out_of_range_is_an_error_of_the_call(self):
        model, _ = Gradients.model(self, """
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
        model, space = Gradients.model(self, """
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
                return x.unfold(0, 3, 2)
            """)
        for n in (5, 3, 8):
            x = torch.rand(n, 2)
            Random.same(self, [("last", x), ("ends", x), ("gradient", x), ("parts", x), ("windows", x)], model, space)
        for n in (0, 1, 2):
            Random.same(self, [("ends", torch.rand(n, 2)), ("gradient", torch.rand(n, 2))], model, space)
        for name, n, text in [("last", 0, r"model.py:\d+: select\(\): index -1 out of range for tensor of size \[\?, 2\]"),
                              ("parts", 1, r"chunk\(\): the extent of dim 0 makes fewer than 2 parts"),
                              ("windows", 2, r"maximum size for tensor at dimension 0 is \? but size is 3")]:
            with self.assertRaisesRegex(RuntimeError, text + r".*AGC_ERROR_EXTENT"):
                getattr(model, name)(torch.rand(n, 2))

    def test_functions_that_ask_for_an_extent(self):
        model, space = Gradients.model(self, """
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
            Random.same(self, [("ordered", x), ("padded", m.t().contiguous()), ("made", m), ("products", m, y),
                               ("likely", x, x + 1)], model, space)
        Random.same(self, [("made", torch.rand(n, 3)) for n in (0, 1)], model, space)
        for name, inputs, text in [("ordered", [torch.rand(1)], "selected number k out of range"),
                                   ("padded", [torch.rand(2, 2)], "Padding size should be less than"),
                                   ("likely", [torch.rand(2), -torch.rand(2)], "to satisfy the constraint")]:
            with self.assertRaisesRegex(RuntimeError, text):
                getattr(model, name)(*inputs)


class Emitted(unittest.TestCase):
    def test_an_error_stands_at_its_line(self):
        done = emitted("""
            import torch
            import agc

            @agc.export
            def f(x: agc.f32[3]):
                return x * x.sum().item()
            """, "-c")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"program\.py:7: error: the numbers of a tensor are asked for .*\n"
                                      r"    return x \* x\.sum\(\)\.item\(\)\n$")

    def test_an_exception_of_the_program_is_its_own(self):
        done = emitted("""
            import agc

            @agc.export
            def f(x: agc.f32[3]):
                return 1 / 0
            """, "-c")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r'program\.py", line 6, in f\n(.*\n)*ZeroDivisionError')

    def test_a_module_of_the_folder_with_the_name_of_pythons_own(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "warnings.py").write_text("raise SystemExit('the wrong one')\n")
            pathlib.Path(folder, "mine.py").write_text("value = 3\n")
            pathlib.Path(folder, "program.py").write_text("import torch, mine\nprint(torch.tensor(mine.value))\n")
            done = subprocess.run([AGC, "run", "program.py"], text=True, capture_output=True, cwd=folder)
        self.assertEqual((done.returncode, done.stdout), (0, "tensor(3)\n"), done.stderr)

    def test_nothing_exported(self):
        done = emitted("import torch\n", "-c")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1))
        self.assertIn("nothing is exported", done.stderr)

    def test_state_has_its_names(self):
        done = emitted("""
            import torch
            import torch.nn.functional as F
            import agc

            class Net(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.layers = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Tanh())
                    self.register_buffer("scale", torch.ones(2))

                def forward(self, x):
                    return self.layers(x) * self.scale

            net, criterion = Net(), torch.nn.MSELoss()
            temperature = torch.tensor(2.0)
            optimizer = torch.optim.AdamW(net.parameters())

            @agc.export
            def train_step(x: agc.f32["n", 3], y: agc.f32["n", 2]):
                optimizer.zero_grad()
                loss = criterion(net(x) / temperature, y)
                loss.backward()
                optimizer.step()
                return loss

            if __name__ == "__main__":
                raise SystemExit("this is not for the compiler")
            """, "--emit=agt")
        self.assertEqual(done.returncode, 0, done.stderr)
        states = [line.split("@")[1].split()[0] for line in done.stdout.splitlines() if "agt.state @" in line]
        self.assertEqual(set(states), {"layers.0.weight", "layers.0.bias", "scale", "temperature"} |
                         {f"optimizer.layers.0.{name}.{what}" for name in ("weight", "bias")
                          for what in ("step", "exp_avg", "exp_avg_sq")})
        self.assertIn('agc.extents = ["n", ""], agc.name = "x"', done.stdout)
        self.assertIn('agc.name = "loss"', done.stdout)

    def test_modules_side_by_side_have_their_variables_names(self):
        done = emitted("""
            import torch, agc
            one, two = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)

            @agc.export
            def f(x: agc.f32[2]):
                return one(x) + two(x)
            """, "--emit=agt")
        self.assertEqual(done.stdout.count("agt.state @one."), 2, done.stderr)
        self.assertEqual(done.stdout.count("agt.state @two."), 2)


if __name__ == "__main__":
    unittest.main()
