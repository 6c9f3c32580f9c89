"""Functions that are traced to be compiled: what cannot be, and what comes of a program."""
import inspect
import pathlib
import subprocess
import tempfile
import textwrap
import unittest

import numpy

import agc
import agc as torch
from agc.utils.checkpoint import checkpoint
from exporting import AGC, emitted, trace


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

    def test_quotient_as_a_factor(self):
        """What a header says of an extent drops the same rest as the call does."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "program.py")
            path.write_text(textwrap.dedent("""
                import agc, torch
                @agc.export
                def f(x: agc.f32["n"], y: agc.f32["m"]):
                    n, m = x.shape[0], y.shape[0]
                    return torch.zeros(n * (m // 2)), torch.zeros(n * m // 2)
                """))
            subprocess.run([AGC, "-c", str(path), "-o", "m.o"], check=True, cwd=folder)
            header = pathlib.Path(folder, "m.h").read_text()
            for extent in ("n * (m / 2)", "n * m / 2"):
                self.assertIn(f"f32[{extent}]", header)


class Refused(unittest.TestCase):
    def refuse(self, text, function, line=None):
        """Tracing the function is an error, `line` lines below its `def`."""
        with self.assertRaises(Exception) as raised:
            trace(function)
        self.assertIn(text, str(raised.exception))
        if line is not None:
            self.assertEqual(raised.exception.agc_line[1] - inspect.unwrap(function).__code__.co_firstlineno, line)

    def test_arithmetic_of_extents(self):
        """What has no result is refused at its line."""
        @agc.export
        def f(x: agc.f32["n"]):
            return x * (x.shape[0] // 0)

        @agc.export
        def g(x: agc.f32["n"]):
            return x.view(0, -1)

        @agc.export
        def h(x: agc.f32["n", 4]):
            return x.chunk(2 ** 63 - 1, 1)
        self.refuse("integer division or modulo by zero", f, 2)
        self.refuse("cannot reshape tensor of 0 elements into shape [0, -1]", g, 2)
        self.refuse("an extent does not fit in 64 bits", h, 2)

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

    def test_state_of_a_generator(self):
        def f(x: agc.f32[3]):
            torch.manual_seed(0)
            return x + torch.rand(3)
        self.refuse("manual_seed() of a generator in an exported function is not in agc yet", f)

        def g(x: agc.f32[3]):
            return x + torch.rand(3), torch.get_rng_state()
        self.refuse("get_state() of a generator in an exported function is not in agc yet", g)

        def h(x: agc.f32[3]):
            return checkpoint(torch.nn.functional.dropout, x.clone().requires_grad_(), use_reentrant=True)
        self.refuse("random numbers in a checkpoint with use_reentrant=True", h)

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
        head, row = w[:2], w[1:3]

        def f(x: agc.f32[2]):
            head.add_(1)
            return x + row
        with self.subTest("parts that overlap"):
            self.refuse("'row' shares its elements with 'head'", f, 2)

    def test_no_type(self):
        def f(x):
            return x
        self.refuse("input 'x' of f() has no type", f)

    def test_module_has_no_name(self):
        with self.assertRaisesRegex(TypeError, "a Linear has no name for C: give a function that calls it"):
            agc.export(agc.nn.Linear(3, 2), x=agc.f32["n", 3])

    def test_result_that_is_no_tensor(self):
        def f(x: agc.f32[3]):
            return x, 3
        self.refuse("f() returns int for 'result1'", f, 1)

        def g(x: agc.f32[3]):
            y = x * 2
            return {"y": y, 1: y}
        self.refuse("g() returns a dict with the key 1: the keys name the outputs", g, 2)

        def h(x: agc.f32[3]):
            x * 2
        self.refuse("function 'h' returns nothing and changes no state", h, 0)

        def i(x: agc.f32[3]):
            yield x
        self.refuse("i() is a generator", i)

        async def j(x: agc.f32[3]):
            return x
        self.refuse("j() is a coroutine", j)

        kinds = []

        def k(x: agc.f32[3]):
            kinds.append(1)
            return [x, x] if len(kinds) == 1 else (x, x)
        self.refuse("the second call of 'k' returns another structure than the first", k, 0)

    def test_names_of_extents(self):
        def f(x: agc.f32["n+1"], y: agc.f32["n"]):
            return x, y
        self.refuse("expected an extent to be named with letters, digits and '_', got 'n+1'", f, 0)

        def g(x: agc.f32["n"], n: agc.f32[3]):
            return x, n
        self.refuse("two extents, inputs or outputs are named 'n'", g, 0)

    def test_write_to_an_input(self):
        def f(x: agc.f32[3]):
            x.mul_(2)
            return x * x
        self.refuse("f() writes to its input 'x'", f, 0)

    def test_write_to_an_array(self):
        numbers = numpy.ones(3, "float32")

        def f(x: agc.f32[3]):
            return x + torch.from_numpy(numbers).add_(1)
        self.refuse("f() writes to a numpy array, or to a tensor that shares its memory", f, 0)

        def g(x: agc.f32[3]):
            own = numpy.zeros(3, "float32")
            ones = torch.from_numpy(own)
            own[0] = 1
            return x + ones
        self.refuse("g() writes to a numpy array", g, 0)

    def test_autograd_mistake(self):
        w = torch.ones(3, requires_grad=True)

        def f(x: agc.f32[3]):
            w.mul_(2)
            return x * w
        self.refuse("a leaf Variable that requires grad is being used in an in-place operation", f, 1)


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

    def test_a_program_that_ends_itself(self):
        done = emitted("""
            import sys, agc

            @agc.export
            def f(x: agc.f32[3]):
                return x
            sys.exit(3)
            """, "-c")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"program\.py:7: error: the program ends itself here, before its functions are compiled")

    def test_an_error_of_a_function_has_no_column(self):
        done = emitted("""
            import agc

            @agc.export
            def f(x: agc.f32[3]):
                return x

            @agc.export
            def F(x: agc.f32[3]):
                return x
            """, "-c")
        self.assertRegex(done.stderr, r"^\S*program\.py:8: error: .*two functions' names differ only in case: 'F'\n@agc\.export\n$")

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
