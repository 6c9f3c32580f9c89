"""A program that runs while it is traced."""
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

import numpy as np

import agc as torch
from agc import _agc


def segments():
    return _agc.stats()[1]


def compiles():
    """Segments that were not known, whether compiled or read from disk."""
    return _agc.stats()[1] - _agc.stats()[3]


class Session(unittest.TestCase):
    def test_an_address_that_came_again_is_another_value(self):
        for i in range(300):
            run = torch.tensor([float(i), 1.0])
            self.assertEqual((run * 2).tolist(), [2 * i, 2])
            made = [torch.tensor([float(i + j)]) for j in range(3)]
            self.assertEqual([t.item() for t in made], [i, i + 1, i + 2])

    def test_a_chain_of_dozens_has_a_gradient(self):
        x = torch.full((4,), 0.5, requires_grad=True)
        t, slope, expected = x, 1.0, 0.5
        for _ in range(40):
            t = torch.sin(t)
            slope, expected = slope * math.cos(expected), math.sin(expected)
        t.sum().backward()
        self.assertAlmostEqual(x.grad[0].item(), slope, places=6)

    def test_a_result_of_many_parts(self):
        parts = [torch.full((1 + i % 3, 2), float(i), requires_grad=True) for i in range(300)]  # a minute each as one chain
        joined = torch.cat([part * 2 for part in parts])
        self.assertEqual(joined.tolist(), [[2.0 * i] * 2 for i in range(300) for _ in range(1 + i % 3)])
        self.assertEqual(torch.stack([p.sum() for p in parts]).tolist(), [2.0 * i * (1 + i % 3) for i in range(300)])

    def test_a_computed_index_runs_nothing_of_what_it_picks_from(self):
        x = torch.arange(8.0)
        for turn in range(12):  # each read ran all that x was computed by since the beginning: other code each time
            if turn == 3:
                compiled = compiles()
            at = torch.arange(8).roll(1) % 8
            x = x + x[at] * 0.5
        self.assertLessEqual(compiles() - compiled, 1)
        self.assertRaisesRegex(IndexError, "index 8 is out of bounds", lambda: x[at + 1])
        self.assertAlmostEqual(x.sum().item(), 28 * 1.5 ** 12, delta=0.1)

    def test_slices_at_any_place_are_the_same_code(self):
        x = torch.arange(64.0).reshape(16, 4) * 1
        (x[0:2] * 3).tolist()
        compiled = compiles()
        for i in range(2, 16, 2):
            self.assertEqual((x[i:i + 2] * 3)[1, 1].item(), 3 * (4 * i + 5))
            self.assertEqual((x[i:i + 2, 1:3] * 3)[0].tolist(), [3 * (4 * i + 1), 3 * (4 * i + 2)])
        self.assertLessEqual(compiles() - compiled, 9)  # columns lie apart: one a place

    def test_numbers_compile_nothing_anew(self):
        y = torch.arange(30) % 10
        counts = [(y == 0).sum().item()]
        compiled = compiles()
        for c in range(1, 10):
            counts.append((y == c).sum().item())
            self.assertEqual((y * -c + 300)[9].item(), 300 - 9 * c)
        self.assertEqual(counts, [3] * 10)
        self.assertLessEqual(compiles() - compiled, 2)

    def test_positions_are_known_to_be_in_range(self):
        table = torch.zeros(8, 16) * 1
        ran = segments()
        rows = torch.nn.functional.embedding(torch.arange(8).unsqueeze(0), table + 1)
        self.assertEqual(segments(), ran)  # nothing had to run to see that no index is wrong
        self.assertEqual(rows.tolist(), [[[1] * 16] * 8])
        with self.assertRaises(IndexError):
            torch.nn.functional.embedding(torch.arange(9), table + 1)

    def test_classes_and_rows_beyond_the_batch_are_known_to_be_in_range(self):
        # Each was compared with the least of all extents, and what had been recorded ran twice.
        table, weight = torch.ones(9, 4, requires_grad=True), torch.ones(4, 6, requires_grad=True)
        for step in range(3):
            ran = segments()
            rows = torch.embedding(table, torch.tensor([8, step]))
            loss = torch.nn.functional.cross_entropy(rows @ weight, torch.tensor([5, -100]))
            loss.backward()
            self.assertEqual(segments(), ran)
            self.assertAlmostEqual(loss.item(), math.log(6), places=6)
            self.assertEqual(segments(), ran + 1)
        with self.assertRaises(IndexError):  # no index is below 0 rows, not even the first
            torch.embedding(torch.ones(0, 4), torch.tensor([0]))

    def test_a_long_loop_is_cut_at_the_same_place(self):
        t = torch.zeros(4)
        before, ran = compiles(), segments()
        for i in range(3500):
            t = t * 0.5
            t = torch.relu(t)
            t = t + 1.0
        self.assertEqual(t.tolist(), [2.0] * 4)
        self.assertLessEqual(compiles() - before, 4)
        self.assertGreaterEqual(segments() - ran, 5)

    def test_a_training_loop_is_a_segment_a_turn_and_compiles_nothing_from_the_third_on(self):
        net = torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.ReLU(), torch.nn.Linear(4, 3))
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        x, y = torch.rand(60, 5), torch.randint(3, (60,))
        for i in range(20):
            if i == 2:
                compiled, ran = compiles(), segments()
            optimizer.param_groups[0]["lr"] = 0.1 / (i + 1)
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(net(x[3 * i:3 * i + 3]), y[3 * i:3 * i + 3])
            loss.backward()
            optimizer.step()
            if i % 10 == 0:
                loss.item()
        self.assertEqual((compiles() - compiled, segments() - ran), (0, 18))

    def test_growing_lengths_compile_three_times_and_are_the_same_bits(self):
        def bits(*lengths):
            program = pathlib.Path(__file__).parent / "growing.py"
            lines = subprocess.run([sys.executable, program, *map(str, lengths)], check=True, text=True,
                                   stdout=subprocess.PIPE).stdout.splitlines()
            return {int(n): (digest, int(new)) for n, digest, new in map(str.split, lines)}
        loop = bits(1, 2, 3, 4, 5, 9)
        self.assertEqual([new for _, new in loop.values()], [1, 1, 1, 0, 0, 0])
        self.assertEqual(loop[9][0], bits(9)[9][0])

    def test_slices_written_at_chance_places_compile_a_few_times(self):
        # Places that agree by chance are found to be several when they differ.
        draw = random.Random(0)
        compiled = compiles()
        for step in range(20):
            image, expected = torch.zeros(4, 12, 12), np.zeros((4, 12, 12), np.float32)
            for i in range(4):
                a, b = draw.randrange(8), draw.randrange(6)
                image[i, a:a + 4, b:b + 5] += step
                expected[i, a:a + 4, b:b + 5] += step
            self.assertEqual(image.tolist(), expected.tolist())
        self.assertLessEqual(compiles() - compiled, 4)

    def test_a_long_backward_is_cut_at_the_same_places(self):
        program = ("import agc as torch\n"
                   "x = torch.full((4,), 0.5, requires_grad=True)\n"
                   "for steps in 400, 900:\n"
                   "    _, ran, _, hits, *_ = torch._agc.stats()\n"
                   "    t = x\n"
                   "    for i in range(steps):\n"
                   "        t = t * x\n"
                   "        t = t + 0.25\n"
                   "    (slope,) = torch.autograd.grad(t.sum(), [x])\n"
                   "    print(slope.tolist())\n"
                   "    _, segments, _, found, *_ = torch._agc.stats()\n"
                   "    print(segments - ran >= 15, (segments - found) - (ran - hits) <= 12)\n")
        printed = subprocess.run([sys.executable, "-c", program], check=True, text=True, stdout=subprocess.PIPE,
                                 env={**os.environ, "AGC_SEGMENT_EVENTS": "200"}).stdout
        # What is new is where the second one begins and where it ends, in pieces, forward and back.
        self.assertEqual(printed.splitlines()[2:], ["[1.0, 1.0, 1.0, 1.0]", "True True"])

    def test_a_loop_that_asks_for_numbers_goes_back_by_the_same_code(self):
        # Episodes of a game: each step's action is asked for, and no two have the same length.
        w = torch.tensor([0.5, -0.25, 1.5], requires_grad=True)

        def episode(steps, asks):
            h, loss, w.grad = torch.ones(3), 0.0, None
            for i in range(steps):
                h = torch.tanh(w * h + 0.125)
                loss = loss + (h * h).sum()
                if asks:
                    h[0].item()
            loss.backward()
            return [x.hex() for x in w.grad.tolist()]

        for steps in 7, 9:
            episode(steps, True)
        compiled = compiles()
        slope = episode(23, True)
        self.assertEqual(compiles(), compiled)
        self.assertEqual(slope, episode(23, False))

    def test_a_failure_within_a_long_path_loses_nothing(self):
        x = torch.full((4,), 0.5, requires_grad=True)
        t = x
        for i in range(2500):
            t = t * 1.0
        _agc.synchronize()  # what comes now is collected beside what is kept
        t = t * x
        whole = torch.tensor([1, 0]) // torch.tensor([1, 1])
        with self.assertRaisesRegex(RuntimeError, "ZeroDivisionError"):
            (whole // torch.tensor([1, 0])).tolist()
        for i in range(10):
            t = t * x
            _agc.synchronize()
        t.sum().backward()
        self.assertEqual(x.grad.tolist(), [12 * 0.5 ** 11] * 4)

    def test_where_a_long_backward_is_cut_changes_no_bit(self):
        def bits(events):
            program = pathlib.Path(__file__).parent / "long.py"
            return subprocess.run([sys.executable, program], check=True, text=True, stdout=subprocess.PIPE,
                                  env={**os.environ, "AGC_SEGMENT_EVENTS": str(events)}).stdout
        whole = bits(10 ** 6)
        self.assertEqual(whole.count("\n"), 15)
        self.assertEqual(bits(20), whole)

    def test_segments_share_their_kernels(self):
        program = ("import agc as torch\n"
                   "x, w = torch.ones(20, 30), torch.ones(30, 40)\n"
                   "print((x @ w)[1, 1].item())\n"
                   "print(((x @ w).exp() + 1).log()[1, 1].item())\n")
        def run():
            return subprocess.run([sys.executable, "-c", program], check=True, text=True, stdout=subprocess.PIPE,
                                  env={**os.environ, "AGC_CACHE_DIR": folder}).stdout
        def names():
            lines = [file.read_bytes()[32:].split(b"\n", 2)[:2] for file in files()]
            return [[set(line.split()) for line in pair] for pair in lines]
        def files():
            return sorted(pathlib.Path(folder).iterdir(), key=lambda file: file.stat().st_mtime_ns)
        with tempfile.TemporaryDirectory() as folder:
            printed = run()
            self.assertEqual(printed, "30.0\n30.0\n")
            (first, none), (second, taken) = names()
            self.assertEqual((none, first & second), (set(), set()))
            self.assertTrue(taken and taken <= first)
            # Without what it takes, or beside what has it, an object is of no use.
            files()[0].unlink()
            self.assertEqual(run(), printed)
            self.assertEqual(len(files()), 2)

    def test_numbers_that_are_equal_by_chance_compile_nothing_anew(self):
        def f(x, a, b):
            return (x * a + b)[0].item()
        x = torch.ones(3)
        self.assertEqual(f(x, 1.5, 1.5), 3)
        before = compiles()
        self.assertEqual([f(x, 1.5, 2.5), f(x, 2.5, 2.5), f(x, 4.0, 3.0)], [4, 5, 7])
        self.assertLessEqual(compiles() - before, 2)  # once where they part

    def test_a_leaf_that_is_a_view_has_numbers_after_its_segment(self):
        x = torch.ones(4).view(2, 2).requires_grad_()
        low = x <= 0.5
        _agc.synchronize()
        y = torch.where(low, 7.0, x)
        y.sum().backward()
        self.assertEqual(y.tolist(), [[1, 1], [1, 1]])
        self.assertEqual(x.grad.tolist(), [[1, 1], [1, 1]])

    def test_a_seed_that_nothing_holds_outlives_its_segment(self):
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        g, = torch.autograd.grad(x * x * x, x, torch.tensor([1.0, 2.0]) * 2, create_graph=True)
        self.assertEqual(g.tolist(), [6, 48])
        g.sum().backward()
        self.assertEqual(x.grad.tolist(), [12, 48])

    def test_a_refused_backward_leaves_the_grad_slots_as_they_were(self):
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        y = x.exp()
        g, = torch.autograd.grad(y, x, x * 1, create_graph=True)
        y.data[0] = 100.0
        with self.assertRaisesRegex(RuntimeError, "written through .data"):
            g.sum().backward()
        self.assertIsNone(x.grad)

    def test_what_a_gradient_was_computed_from_may_not_be_written_before_it_is_differentiated(self):
        class Square(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x * x

            @staticmethod
            def backward(ctx, gradient):
                return gradient * 2 * ctx.saved_tensors[0]

        places = torch.tensor([0, 0])

        def products(h):
            return h.scatter_reduce(0, places, torch.full_like(h, 2.0), "prod")

        for function in (torch.prod, Square.apply, torch.Tensor.i0, products):
            for written in ("input", "seed"):
                x, seed = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([1.0, 3.0])
                h = x * 1
                y = function(h)
                seed = seed if y.dim() else seed[0].clone()
                g, = torch.autograd.grad(y, x, seed, create_graph=True)
                (h if written == "input" else seed).data.mul_(2)
                if function == Square.apply and written == "input":  # saved by the program, and read as it is
                    torch.autograd.grad(g.sum(), x)
                    continue
                with self.subTest(function, written=written), self.assertRaisesRegex(RuntimeError, "written through .data"):
                    torch.autograd.grad(g.sum(), x)

    def test_what_torch_saves_apart_may_not_be_written_without_notice(self):
        functional = torch.nn.functional
        for function, written in ((functional.logsigmoid, "input"), (torch.cholesky_inverse, "input"), (torch.logdet, "input"),
                                  (lambda h: functional.soft_margin_loss(h, torch.ones(2, 2)), "input"),
                                  (torch.median, "result"), (lambda h: torch.linalg.solve(h, h), "input"),
                                  (lambda h: torch.tensordot(h, h, dims=([0, 1], [1, 0])), "input")):
            x = torch.tensor([[1.0, 0.0], [0.5, 2.0]], requires_grad=True)
            h = x * 1
            y = function(h)
            (h if written == "input" else y).data.mul_(2)
            y = y.sum()
            with self.subTest(function), self.assertRaisesRegex(RuntimeError, "written through .data"):
                y.backward()


if __name__ == "__main__":
    unittest.main()
