"""Loops whose number of rounds changes from run to run."""
import itertools
import unittest

import agc as torch
from agc import _agc

LOOPS = """
import agc as torch
import agc.nn.functional as F

torch.manual_seed(3)
cell, head = torch.nn.GRUCell(5, 7), torch.nn.Linear(7, 3)
parameters = [*cell.parameters(), *head.parameters()]
optimizer = torch.optim.SGD(parameters, lr=0.0)  # each step from the same numbers


def states(n):
    x = torch.arange(n * 5).reshape(n, 1, 5).float().sin()
    h = torch.zeros(1, 7)
    for i in range(n):
        h = cell(x[i], h)
        yield h


def last(n):
    *_, h = states(n)
    return F.cross_entropy(head(h), torch.tensor([1]))


def listed(n):
    return sum([F.cross_entropy(head(h), torch.tensor([1])) for h in states(n)])


def joined(n):
    return torch.cat([(head(h) ** 2).sum(1) for h in states(n)]).mean()


def stacked(n):
    return torch.stack([head(h)[0] for h in states(n)], 1).exp().mean()


def written(n):
    out = torch.zeros(n, 7)
    for i, h in enumerate(states(n)):
        out[i] = h[0] * 2
    return (head(out) ** 2).mean()


def step(loss_of, n):
    optimizer.zero_grad()
    loss = loss_of(n)
    loss.backward()
    optimizer.step()
    return [loss.item().hex(), *[x.hex() for p in parameters for x in p.grad.flatten().tolist()]]


def eval(loss_of, n):
    with torch.no_grad():
        return loss_of(n).item().hex()


def retained(n):
    x = torch.linspace(0.1, 1, 6).requires_grad_()
    t = x
    for i in range(n):
        t = torch.tanh(t * x + 0.25)
        if i == n // 2:
            held = t
            held.retain_grad()
    (t * t).sum().backward(retain_graph=True)
    (t.sum() * 2).backward()
    return [x.hex() for t in (x, held) for x in t.grad.tolist()]


def nested(n):
    x = torch.linspace(0.1, 1, 6).requires_grad_()
    t = x
    for i in range(n):
        t = torch.tanh(t * x + 0.25)
    slope, = torch.autograd.grad(t.sum(), x, create_graph=True)
    (slope * slope).sum().backward()
    return [x.hex() for x in x.grad.tolist()]
"""
names = itertools.count()


def loops():
    """The loops above in a file of their own: they have not come with other numbers there."""
    found = {}
    exec(compile(LOOPS, f"loops{next(names)}.py", "exec"), found)
    return found


def compiles():
    """Segments that were not known, whether compiled or read from disk."""
    return _agc.stats()[1] - _agc.stats()[3]


class Rounds(unittest.TestCase):
    def test_a_loop_of_another_length_is_no_other_code(self):
        loop = loops()
        for name in "listed", "joined", "written":
            for n in 13, 10, 8, 3, 4:
                loop["step"](loop[name], n)
            before = compiles()
            for n in 17, 20, 12, 5, 15, 7:
                loop["step"](loop[name], n)
            self.assertLessEqual(compiles() - before, 2, name)

    def test_a_loop_in_pieces_has_the_bits_of_a_whole(self):
        def bits(name, lengths):
            one = loops()
            return [one["step"](one[name], n) for n in lengths]
        for name in "listed", "stacked", "written":
            self.assertEqual(bits(name, [6, 9, 2]), [bits(name, [n])[0] for n in (6, 9, 2)], name)

    def test_a_loop_without_gradient_has_the_bits_of_a_whole(self):
        def bits(lengths):
            one = loops()
            return [one["eval"](one["joined"], n) for n in lengths]
        self.assertEqual(bits([6, 9, 2]), [bits([n])[0] for n in (6, 9, 2)])

    def test_retained_and_nested_gradients_of_a_loop_in_pieces(self):
        for name in "retained", "nested":
            one = loops()
            self.assertEqual([one[name](n) for n in (8, 11, 3)], [loops()[name](n) for n in (8, 11, 3)], name)

    def test_a_loop_of_one_length_stays_whole(self):
        loop = loops()
        for n in 9, 9:
            loop["step"](loop["listed"], n)
        ran = _agc.stats()[1]
        loop["step"](loop["listed"], 9)
        self.assertLessEqual(_agc.stats()[1] - ran, 2)


if __name__ == "__main__":
    unittest.main()
