"""agc.compile: it computes what the function computes, and leaves the program as the function leaves it."""
import argparse
import array
import collections
import copy
import operator
import re
import threading
import time
import types
import unittest

import numpy

import agc
import agc as torch
from agc.nn import functional as F
from agc.utils.checkpoint import checkpoint


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

    def test_a_function_that_seeds_or_draws_again(self):
        def seeds(x):
            torch.manual_seed(3)
            return x + torch.rand(2)

        def checkpointed(x):
            x.grad = None
            y = checkpoint(F.dropout, x, use_reentrant=True)
            y.sum().backward()
            return torch.stack([y, x.grad])
        x = torch.ones(8, requires_grad=True)
        for function, given in ((seeds, torch.ones(2)), (checkpointed, x)):
            results = []
            for call in (function, agc.compile(function)):
                torch.manual_seed(1)
                results.append([call(given).tolist() for _ in range(3)])
            self.assertEqual(*results)

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

    def test_results_that_are_views(self):
        w, z = torch.arange(3.0), torch.ones(2, requires_grad=True)

        def f(x):
            y = x * 2
            return x, x.view(-1), w, [w[1:], (y, y[0])], x.detach(), None
        for function in (f, agc.compile(f)):
            x = torch.arange(6.0).reshape(2, 3)
            same, flat, state, (part, (y, row)), alone, nothing = function(x)
            self.assertIs(same, x)
            self.assertIsNone(nothing)
            for changed, source in [(flat, x), (state, w), (part, w), (row, y), (alone, x)]:
                before = source.sum().item()
                changed.add_(1)
                self.assertEqual(source.sum().item(), before + changed.numel())
        flat, scaled = agc.compile(lambda x: (x.view(1, 2), x * 3))(z)
        self.assertEqual(type(flat.grad_fn).__name__, "ViewBackward0")
        (flat.sum() + scaled.sum()).backward()
        self.assertEqual(z.grad.tolist(), [4, 4])
        self.assertIs(agc.compile(lambda x: x)(z), z)

    def test_results_as_named_tuples_and_of_counted_extents(self):
        compiled = agc.compile(lambda x: {"sorted": x.sort(), 3: [x[x > 1]]})
        for x in (torch.tensor([2.0, 0, 3]), torch.tensor([0.0, 5, 1])):
            x.requires_grad_()
            made = compiled(x * 1)
            self.assertEqual(made["sorted"].indices.tolist(), x.sort().indices.tolist())
            self.assertEqual(made[3][0].tolist(), x[x > 1].tolist())
            made[3][0].sum().backward()
            self.assertEqual(x.grad.tolist(), (x > 1).float().tolist())

    def test_growing_extents_are_compiled_three_times(self):
        w = torch.ones(4, requires_grad=True)

        def f(x, y):
            return (x * w).tanh().sum(1), y.cumsum(0)
        compiled = agc.compile(f)
        for n in range(1, 8):
            found = []
            for function in (f, compiled):
                w.grad = None
                one, two = function(torch.rand(n, 4, generator=torch.Generator().manual_seed(n)), torch.ones(2 * n))
                (one.sum() * two[-1]).backward()
                found.append((one, two, w.grad))
            for eager, made in zip(*found):
                self.assertClose(eager, made)
        self.assertEqual(len(compiled.entries), 3)

    def test_extents_whose_numbers_are_asked_for(self):
        compiled = agc.compile(lambda x: x * 2 if x.shape[0] > 3 else x.exp())
        self.assertEqual([compiled(torch.zeros(n))[0].item() for n in range(2, 6)], [1, 1, 0, 0])
        compiled = agc.compile(lambda x: x.squeeze(0).sum(0))
        for n in (2, 3, 1, 4):
            self.assertEqual(compiled(torch.ones(n, 3)).tolist(), torch.ones(n, 3).squeeze(0).sum(0).tolist())

    def test_shapes_that_fit_no_compiled_form_are_called_as_they_are(self):
        def function(x):
            try:
                return x.view(-1, 3) * 2
            except RuntimeError:
                return float(x.sum()) * x

        compiled = torch.compile(function)
        for n in (6, 9, 12, 7, 6, 7, 15):
            x = torch.arange(float(n))
            self.assertEqual(compiled(x).tolist(), function(x).tolist())

    def test_other_threads_run_while_a_function_is_compiled(self):
        @torch.compile
        def function(x):
            for i in range(60):
                x = torch.tanh(x @ x + i).sin().cumsum(0)
            return x

        gaps, done = [], threading.Event()

        def watch():
            before = time.perf_counter()
            while not done.wait(0.001):
                before, last = time.perf_counter(), before
                gaps.append(before - last)

        other = threading.Thread(target=watch)
        other.start()
        begun = time.perf_counter()
        function(torch.ones(3, 3))
        seconds = time.perf_counter() - begun
        done.set()
        other.join()
        self.assertLess(max(gaps), seconds / 2)

    def test_arrays_are_taken_as_they_are_at_each_call(self):
        table = numpy.ones(2, "float32")
        for compiled in (agc.compile(lambda x: x * torch.from_numpy(table)), agc.compile(lambda x: x * torch.tensor(table))):
            for number in (2, 3):
                table[:] = number
                self.assertEqual(compiled(torch.ones(2)).tolist(), [number, number])

    def test_errors_at_their_lines(self):
        count = [0]

        def change(x):
            count[0] += 1
            return x * count[0]

        def number(x):
            return 3
        at = f"{__file__}:{change.__code__.co_firstlineno + 2}: the second call of 'change' does something else here"
        with self.assertRaisesRegex(RuntimeError, re.escape(at)):
            agc.compile(change, fullgraph=True)(torch.ones(2))
        with self.assertRaisesRegex(TypeError, re.escape(f"{__file__}:{number.__code__.co_firstlineno}: what agc.compile")):
            agc.compile(number, fullgraph=True)(torch.ones(2))

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

        @agc.compile(fullgraph=True)
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

    def test_gradients_are_accumulated_where_none_is_cleared(self):
        w, v = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)

        def of(parameter):
            def f(x):
                (x * parameter).sum().backward()
                return x
            return f
        compiled = agc.compile(of(w))
        for _ in range(3):
            compiled(torch.ones(2))
            of(v)(torch.ones(2))
            self.assertEqual(w.grad.tolist(), v.grad.tolist())
        w.grad = None
        compiled(torch.ones(2))
        self.assertEqual(w.grad.tolist(), [1, 1])

    def test_gradients_of_arguments_and_parameters(self):
        w = torch.tensor([2.0, 3.0], requires_grad=True)

        def f(x, y, scale):
            return (x * w).exp() * scale, y.sum()
        compiled = agc.compile(f)
        results = []
        for function in (compiled, f, compiled):
            x, y = torch.tensor([0.5, 0.25], requires_grad=True), torch.ones(2, requires_grad=True)
            w.grad = None
            one, two = function(x * 1, y, 2.0)
            self.assertTrue(one.requires_grad)
            (one.sum() * 3 + two).backward()
            results.append([x.grad, y.grad, w.grad])
        for pair in zip(*results):
            self.assertClose(pair[0], pair[1])
            self.assertClose(pair[2], pair[1])

    def test_a_module(self):
        torch.manual_seed(0)
        net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 1))
        torch.manual_seed(0)
        other = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 1))
        compiled = torch.compile(net)
        self.assertIs(compiled._orig_mod, net)
        self.assertEqual(list(compiled.state_dict())[0], "_orig_mod.0.weight")
        optimizers = [torch.optim.SGD(m.parameters(), lr=0.1) for m in (compiled, other)]
        for step in range(3):
            x, _ = batch(6, step)
            losses = []
            for module, optimizer in zip((compiled, other), optimizers):
                optimizer.zero_grad()
                losses.append(module(x).pow(2).mean())
                losses[-1].backward()
                optimizer.step()
            self.assertClose(*losses)
        for p, q in zip([*net.parameters(), *net.buffers()], [*other.parameters(), *other.buffers()]):
            self.assertClose(p.detach(), q.detach())
        compiled.eval()
        other.eval()
        self.assertClose(compiled(x), other(x))

    def test_dropout_draws_from_the_programs_generator(self):
        net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Dropout(0.5))
        compiled, results = torch.compile(net), []
        x, _ = batch(6)
        for module in (net, compiled, net):
            torch.manual_seed(3)
            net.zero_grad()
            y = module(x)
            y.sum().backward()
            results.append((y.detach(), net[0].weight.grad.clone(), torch.rand(3)))
        for eager, one in zip(results[0], results[1]):
            self.assertClose(eager, one)

    def test_a_parameter_written_before_the_backward(self):
        w = torch.ones(2, requires_grad=True)
        y = agc.compile(lambda x: x * w)(torch.ones(2))
        with torch.no_grad():
            w.add_(1)
        with self.assertRaisesRegex(RuntimeError, "modified by an inplace operation"):
            y.sum().backward()

    def test_a_second_derivative(self):
        w = torch.tensor([0.5, 2.0], requires_grad=True)

        def f(x, y):
            return (x * w).tanh() * y.exp()
        results = []
        for function in (f, agc.compile(f)):
            x = torch.tensor([1.0, 0.3], requires_grad=True)
            y = torch.tensor([0.1, 0.2], requires_grad=True)
            w.grad = None
            first = torch.autograd.grad(function(x * 2, y).sum(), [x, w], create_graph=True)
            penalty = first[0].pow(2).sum() + (first[1] * y).sum()
            penalty.backward()
            results.append([*first, penalty, x.grad, y.grad, w.grad])
        for eager, compiled in zip(*results):
            self.assertClose(eager.detach(), compiled.detach())

    def test_a_step_without_a_gradient_is_an_error(self):
        w = torch.ones(2, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=0.1, weight_decay=0.5)

        def add(x):
            (w * x).sum().backward()
        step = agc.compile(lambda: optimizer.step(), fullgraph=True)
        add(torch.ones(2))
        step()
        self.assertClose(w.detach(), torch.full((2,), 0.85))
        w.grad = None
        with self.assertRaisesRegex(RuntimeError, "the gradient of '.*' is used here, and no backward has filled it"):
            step()
        self.assertClose(w.detach(), torch.full((2,), 0.85))

    def test_what_it_reads_of_the_program_is_seen_when_it_changes(self):
        @torch.no_grad()
        def changed(compiled, x, change):
            before = compiled(x).tolist()
            change()
            self.assertEqual(compiled(x).tolist(), f(x).tolist())
            self.assertNotEqual(compiled(x).tolist(), before)

        class Config:
            gain = 1.0

        class Scaled(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.scales, self.log = [1.0], []
                self.register_buffer("shift", torch.zeros(2))

            def forward(self, x):
                return x * self.scales[0] + self.shift
        config, options, weights, module = Config(), {"rate": 1.0}, [torch.ones(2)], Scaled()
        table, gain, handle = numpy.ones(2, "float32"), 1.0, None

        def scaled(x):
            return x * gain

        def f(x):
            return scaled(module(x)) * config.gain * options["rate"] * weights[0] * torch.from_numpy(table)

        def hooked():
            nonlocal handle
            handle = module.register_forward_hook(lambda module, args, result: result * 5)

        def regained():
            nonlocal gain
            gain = 3.0
        compiled, x = agc.compile(f), torch.tensor([1.0, 2.0])
        for change in (lambda: setattr(config, "gain", 2.0), lambda: options.update(rate=0.5), regained, hooked,
                       lambda: weights.__setitem__(0, torch.full((2,), 7.0)), lambda: module.scales.__setitem__(0, 4.0),
                       lambda: setattr(module, "shift", torch.ones(2)), lambda: table.fill(2), lambda: handle.remove()):
            changed(compiled, x, change)
        count = len(compiled.entries)
        module.log.append(1)  # which nothing reads
        with torch.no_grad():
            compiled(x)
        self.assertEqual(len(compiled.entries), count)
        compiled = agc.compile(lambda x, s: x * s)
        whole = torch.tensor([1, 2])
        self.assertEqual([str(compiled(whole, s)) for s in (1, 1.0, True, 0.0, -0.0)],
                         [str(whole * s) for s in (1, 1.0, True, 0.0, -0.0)])

    def test_what_it_reads_of_other_classes_is_seen_when_it_changes(self):
        class Base:
            gain = 1.0

        class Meta(type):
            @property
            def most(cls):
                return cls._most

        class Derived(Base, metaclass=Meta):
            _most = 1.0

        class Weights(list):
            scale = 1.0
        config, tree = argparse.Namespace(rate=1.0), types.SimpleNamespace(inner=types.SimpleNamespace(deep=1.0))
        recent, packed, users = collections.deque([1.0]), array.array("d", [1.0]), collections.UserDict(a=1.0)
        weights, derived, marked, linear = Weights([1.0]), Derived(), torch.ones(2), torch.nn.Linear(2, 2)
        marked.factor, found, rate = 1.0, {"a": 1.0}, operator.attrgetter("rate")
        get = found.get
        cases = [
            (lambda x: x * config.rate, lambda: setattr(config, "rate", 2.0)),
            (lambda x: x * rate(config), lambda: setattr(config, "rate", 3.0)),
            (lambda x: x * tree.inner.deep, lambda: setattr(tree.inner, "deep", 2.0)),
            (lambda x: x * recent[0], lambda: recent.appendleft(2.0)),
            (lambda x: x * packed[0], lambda: packed.__setitem__(0, 2.0)),
            (lambda x: x * users["a"], lambda: users.update(a=2.0)),
            (lambda x: x * weights.scale * weights[0], lambda: setattr(weights, "scale", 2.0)),
            (lambda x: x * derived.gain, lambda: setattr(Derived, "gain", 2.0)),
            (lambda x: x * Derived.most, lambda: setattr(Derived, "_most", 2.0)),
            (lambda x: x * marked.factor, lambda: setattr(marked, "factor", 2.0)),
            (lambda x: x * get("a"), lambda: found.update(a=2.0)),
            (lambda x: x * (2 if hasattr(config, "flag") else 1), lambda: setattr(config, "flag", True)),
            (lambda x: x * getattr(config, "twice", 1), lambda: setattr(config, "twice", 2)),
            (lambda x: x * globals().get("_given", 1), lambda: globals().update(_given=2)),
            (lambda x: linear(x), lambda: setattr(linear, "forward", lambda x: x * 2))]
        x = torch.tensor([1.0, 2.0])
        for i, (f, change) in enumerate(cases):
            with self.subTest(case=i):
                compiled = agc.compile(f)
                before = compiled(x).tolist()
                change()
                self.assertEqual(compiled(x).tolist(), f(x).tolist())
                self.assertNotEqual(compiled(x).tolist(), before)

    def test_whether_gradients_are_recorded_is_what_it_is_in_the_program(self):
        compiled, x = agc.compile(lambda x: x * torch.is_grad_enabled()), torch.ones(2)
        self.assertEqual(compiled(x).tolist(), [1, 1])
        with torch.no_grad():
            self.assertEqual(compiled(x).tolist(), [0, 0])

    def test_an_optimizer_that_took_another_state(self):
        net, optimizer, step = made()
        other, other_optimizer, other_step = made()
        compiled = agc.compile(step)
        for function, chosen in ((compiled, optimizer), (other_step, other_optimizer)):
            function(*batch(5))
            state = copy.deepcopy(chosen.state_dict())
            function(*batch(5))
            chosen.load_state_dict(state)
            function(*batch(5))
        for p, q in zip(net.parameters(), other.parameters()):
            self.assertClose(p.detach(), q.detach())

    def test_arguments_in_lists_and_dicts(self):
        def f(pair, named):
            return (pair[0] * named["a"]).sum(), [pair[1]]
        compiled = agc.compile(f)
        for i in range(3):
            x, y = torch.full((2,), 0.1 * i), torch.full((2,), 3.0 + i, requires_grad=True)
            result, (same,) = compiled([x, x], {"a": y, "kind": 1})
            result.backward()
            self.assertIs(same, x)
            self.assertEqual(y.grad.tolist(), x.tolist())
        self.assertEqual(len(compiled.entries), 1)

    def test_the_program_changes_before_the_backward(self):
        w, scale, table = torch.ones(2, requires_grad=True), [2.0], numpy.ones(2, "float32")
        shift = torch.ones(2)

        @agc.compile
        def f(x):
            return (x * w * scale[0] * torch.tensor(table) * shift).sum()
        loss = f(torch.ones(2))
        scale[0] = 5.0
        table[:] = 3
        loss.backward()
        self.assertEqual(w.grad.tolist(), [2, 2])
        loss = f(torch.ones(2))
        shift.add_(1)
        with self.assertRaisesRegex(RuntimeError, "modified by an inplace operation"):
            loss.backward()

    def test_what_it_refuses(self):
        x = torch.ones(2, requires_grad=True)
        norm = torch.nn.BatchNorm1d(2)
        with self.assertRaisesRegex(RuntimeError, "does not currently support double backward"):
            torch.autograd.grad(agc.compile(lambda x: norm(x.view(2, 1).expand(2, 2)))(x).sum(), x, create_graph=True)
        with self.assertRaisesRegex(NotImplementedError, "a backward inside gives argument 'x' a gradient"):
            agc.compile(lambda x: (x * x).sum().backward(), fullgraph=True)(x)
        with self.assertRaisesRegex(RuntimeError, "writes to a tensor that it is given"):
            agc.compile(lambda x: x.add_(1), fullgraph=True)(torch.ones(2))
        with self.assertRaisesRegex(RuntimeError, "the numbers of a tensor are asked for"):
            agc.compile(lambda x: x * x.sum().item(), fullgraph=True)(torch.ones(2))
        losses = []
        with self.assertRaisesRegex(TypeError, "changes a list or a dict: what agc.compile compiles"):
            agc.compile(lambda x: losses.append(1) or x * 2, fullgraph=True)(torch.ones(2))
        with self.assertRaisesRegex(TypeError, "changes a list or a dict that it is given"):
            agc.compile(lambda x, kept: kept.append(1) or x * 2, fullgraph=True)(torch.ones(2), [])

    def test_what_is_no_graph_is_called_as_it_is(self):
        log, box, flag = [], types.SimpleNamespace(kind=None), types.SimpleNamespace()

        def writes(x, *more):
            return x.add_(len(more))

        def counts(x):
            log.append(1)
            return x * len(log)

        def stores(x):
            box.kind, flag.new = "set", x.sum()
            return x * 2

        def needs(x):
            return x * 2 if x.sum() > 0 else x.sum().item()
        x = torch.ones(2)
        self.assertIs(agc.compile(writes)(x, 1, 2), x)
        self.assertEqual(x.tolist(), [3, 3])
        compiled = agc.compile(counts)
        self.assertEqual([compiled(x)[0].item() for _ in range(3)], [3, 6, 9])
        self.assertEqual(len(log), 3)
        compiled = agc.compile(stores)
        for _ in range(2):
            box.kind = flag.new = None
            compiled(x)
            self.assertEqual((box.kind, flag.new.item()), ("set", 6))
        self.assertEqual(agc.compile(needs)(x).tolist(), [6, 6])
        self.assertEqual(agc.compile(needs)(-x), -6)

    def test_a_scheduler_counts_once_where_a_step_is_no_graph(self):
        net, optimizer, step = made()
        scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
        losses = []

        @agc.compile
        def train(x, y):
            step(x, y)
            scheduler.step()
            losses.append(1)
        for i in range(3):
            train(*batch(5, i))
        self.assertEqual((scheduler.last_epoch, optimizer.param_groups[0]["lr"], len(losses)), (3, 0.0125, 3))

    def test_a_flag_that_an_argument_gets_is_kept(self):
        x = torch.ones(2)
        agc.compile(lambda x: (x.requires_grad_() * 2).sum())(x).backward()
        self.assertEqual(x.grad.tolist(), [2, 2])


if __name__ == "__main__":
    unittest.main()
