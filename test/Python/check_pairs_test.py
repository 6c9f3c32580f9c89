"""`agc check` goes on after a mistake: each kind of mistake followed by each other, on the same tensors, is two errors at
their lines, and nothing else."""
import json
import os
import subprocess
import tempfile
import unittest

# By rule: lines that make the mistake with the tensors below; PyTorch raises at the last one.
MISTAKES = {
    "leaf-written": ["a.add_(1)"],
    "leaf-view-written": ["a[0] = 5.0"],
    "no-grad-view-written": ["y = a * 2", "with torch.no_grad(): part = y[1:]", "part.mul_(2)"],
    "multi-view-written": ["first, second = a.expand(2, 3).clone().unbind()", "first.add_(1)"],
    "saved-overwritten": ["e = a.exp(); e.add_(1)", "e.sum().backward()"],
    "saved-detached": ["m = a * 3; n = m * m; m.detach_()", "n.sum().backward()"],
    "backward-twice": ["k = a.exp().sum(); k.backward()", "k.backward()"],
    "no-grad-fn": ["plain.sum().backward()"],
    "not-scalar": ["(a * 2).backward()"],
    "seed-shape": ["(a * 2).backward(torch.ones(2))"],
    "seed-complex": ["(a * (1 + 2j)).backward(torch.ones(3))"],
    "input-without-grad": ["torch.autograd.grad((a * 2).sum(), plain)"],
    "input-unused": ["torch.autograd.grad((a * 2).sum(), apart)"],
    "dtype-without-grad": ["whole = torch.tensor([1, 2])", "whole.requires_grad_()"],
    "flag-of-non-leaf": ["(a * 2).requires_grad_(False)"],
    "detach-of-view": ["a[0].detach_()"],
    "retain-without-grad": ["plain.retain_grad()"],
    "hook-without-grad": ["plain.register_hook(print)"],
    "not-differentiable": ["torch.unique(a * 2).sum().backward()"],
    "bad-gradient": ["a.grad = apart"],
    "overlapping-write": ["wide = torch.ones(1, 3).expand(2, 3)", "wide.add_(1)"],
    "view-needs-copy": ["a.expand(2, 3).t().view(-1)"],
    "leaf-moved": ["leaf = torch.ones(3, requires_grad=True); s = (leaf * 2).sum(); leaf.requires_grad_(False).mul_(a)",
                   "s.backward()"],
    "inference-tensor": ["with torch.inference_mode(): t = torch.ones(3)", "a * t"],
    "numpy-of-grad": ["a.numpy()"],
    "function-view-written": ["class F(torch.autograd.Function):", "    @staticmethod",
                              "    def forward(ctx, x): return x.view(-1)", "    @staticmethod",
                              "    def backward(ctx, g): return g", "F.apply(a * 2).add_(1)"],
}
TENSORS = ["a, apart = torch.ones(3, requires_grad=True), torch.ones(2, requires_grad=True)", "plain = torch.ones(3)"]

# A mistake, and what only lacks what it took away: one error.
ALONE = {
    "the gradient of a root without a history": ["no-grad-fn", "plain.sum().backward()", "plain.mul(plain.grad).sum()"],
    "the history of a refused flag": ["dtype-without-grad", "whole = torch.ones(3, dtype=torch.int64)",
                                      "whole.requires_grad_()", "(whole * 2.0).sum().backward()",
                                      "whole.grad.zero_()"],
    "the history of a refused write": ["leaf-written", "a.mul_(apart[0])",
                                       "torch.autograd.grad(a.sum(), (a, apart))"],
    "gradients of a refused grad": ["input-without-grad", "g, h = torch.autograd.grad(a.sum(), (plain, a))", "g + h"],
    "a refused gradient": ["bad-gradient", "a.grad = apart", "a.grad.zero_()"],
    "an array of what requires grad": ["numpy-of-grad", "print(a.numpy().sum() + 1)"],
}


def errors_of(lines):
    """Rules by line of a program's errors, and of what ends the check."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        done = subprocess.run([os.environ["AGC"], "check", "--format=sarif", file.name], capture_output=True, text=True,
                              timeout=300)
    found = {}
    for result in json.loads(done.stdout)["runs"][0]["results"]:
        if result["level"] == "error" or result["ruleId"] == "check-ends":
            line = result["locations"][0]["physicalLocation"]["region"]["startLine"]
            found.setdefault(line, []).append(result["ruleId"])
    return found


class Pairs(unittest.TestCase):
    def test_each_mistake_is_told_after_each_other(self):
        lines, wanted = ["import torch"], {}
        for first, before in MISTAKES.items():
            for second, after in MISTAKES.items():
                lines += ["def pair():"] + ["    " + line for line in TENSORS]
                for rule, mistake in (first, before), (second, after):
                    lines += ["    " + line for line in mistake]
                    wanted[len(lines)] = first, second, rule
                lines.append("pair()")
        found = errors_of(lines)
        wrong = [(wanted.get(line, lines[line - 1]), found.get(line)) for line in sorted({*wanted, *found})
                 if found.get(line) != [wanted.get(line, [None])[-1]]]
        self.assertEqual(wrong, [])

    def test_what_a_mistake_takes_away_is_no_mistake_of_its_own(self):
        for name, (rule, *lines) in ALONE.items():
            with self.subTest(name):
                found = errors_of(["import torch"] + TENSORS + lines)
                self.assertEqual([rules for _, rules in sorted(found.items())], [[rule]], found)


if __name__ == "__main__":
    unittest.main()
