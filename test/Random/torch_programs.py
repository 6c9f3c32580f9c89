#!/usr/bin/env python3
"""Runs random programs in PyTorch and compares values, gradients, answers and the text of errors.

    random-programs --json --programs=2000 | torch_programs.py          # needs torch 2.13
"""
import json
import pathlib
import re
import sys
import warnings

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Ops"))
import record_torch  # noqa: E402

ERRORS = (RuntimeError, TypeError, ValueError, IndexError, AttributeError, NotImplementedError)
aten = torch.ops.aten

VIEWS = {
    "view": lambda t, args, shapes: t.view(shapes[0]),
    "permute": lambda t, args, shapes: t.permute(args),
    "transpose": lambda t, args, shapes: t.transpose(*args),
    "t": lambda t, args, shapes: t.t(),
    "select": lambda t, args, shapes: t.select(*args),
    "slice": lambda t, args, shapes: aten.slice(
        t, args[0], args[1], args[1] + (shapes[0][args[0]] - 1) * args[2] + 1, args[2]),
    "expand": lambda t, args, shapes: t.expand(shapes[0]),
    "squeeze": lambda t, args, shapes: t.squeeze(*args),
    "unsqueeze": lambda t, args, shapes: t.unsqueeze(*args),
    "diagonal": lambda t, args, shapes: t.diagonal(*args),
    "unbind": lambda t, args, shapes: t.unbind(*args),
    "split": lambda t, args, shapes: t.split(*args),
    "split_with_sizes": lambda t, args, shapes: t.split([s[args[0]] for s in shapes], args[0]),
    "alias": lambda t, args, shapes: aten.alias(t),
}  # fmt: skip
QUESTIONS = {
    "is_leaf": lambda t: t.is_leaf,
    "requires_grad": lambda t: t.requires_grad,
    "retains_grad": lambda t: t.retains_grad,
    "grad_is_none": lambda t: t.grad is None,
    "is_view": lambda t: t._is_view(),
    "version": lambda t: t._version,
}


class Run:
    def __init__(self):
        self.tensors = {}
        self.modes = []
        self.gradients = set()  # the names of slots' gradients, and of what looks at them

    def names(self, names):
        return [self.tensors[n] for n in names]

    def event(self, e):
        """Runs an event; the tensors that it makes."""
        if e["op"] == "grad_get" or (e["op"] in ("view", "detach") and e["self"] in self.gradients):
            self.gradients.update(e.get("out", []))
        return getattr(self, "on_" + e["op"])(e, self.tensors.get(e.get("self")))

    def on_leaf(self, e, _):
        return [record_torch.tensor(e["tensor"]).clone().requires_grad_(e["requires_grad"])]

    def operands(self, e):
        return [record_torch.tensor(o) if isinstance(o, dict) else self.tensors[o] for o in e["operands"]]

    def on_call(self, e, _):
        results = record_torch.call(e, self.operands(e))
        results = list(results) if isinstance(results, (tuple, list)) else [results]
        # Some kernels write their result in place, which counts as versions.
        return [t if t._is_view() or t.requires_grad or not t._version else t.clone() for t in results]

    def on_call_(self, e, _):
        first, *rest = self.operands(e)
        name = e["record"] + "_"
        params = {k: record_torch.number(v) for k, v in e["params"].items()}
        function = getattr(torch.Tensor, name, None) or getattr(aten, name)
        function(first, *rest, **params)

    def on_view(self, e, t):
        result = VIEWS[e["kind"]](t, e["args"], e["shapes"])
        return list(result) if isinstance(result, (tuple, list)) else [result]

    def on_detach(self, e, t):
        return [t.detach()]

    def on_data(self, e, t):
        return [t.data]

    def on_detach_(self, e, t):
        t.detach_()

    def on_set_data(self, e, t):
        t.data = self.tensors[e["other"]]

    def on_write(self, e, t):
        if e["fn"] == "copy_":
            t.copy_(self.tensors[e["other"]])
        elif e["fn"] == "zero_":
            t.zero_()
        else:
            t.fill_(e["number"])

    def on_requires_grad_(self, e, t):
        t.requires_grad_(e["value"])

    def on_set_requires_grad(self, e, t):
        t.requires_grad = e["value"]

    def on_retain_grad(self, e, t):
        t.retain_grad()

    def on_hook(self, e, t):
        t.register_hook(lambda g: None)

    def on_push_mode(self, e, _):
        self.modes.append(torch.is_grad_enabled())
        torch.set_grad_enabled(e["enabled"])

    def on_pop_mode(self, e, _):
        torch.set_grad_enabled(self.modes.pop())

    def on_grad_get(self, e, t):
        return [t.grad]

    def on_grad_set(self, e, t):
        t.grad = self.tensors[e["other"]]

    def on_grad_clear(self, e, t):
        t.grad = None

    def on_query(self, e, t):
        if e["question"] == "version" and e["self"] in self.gradients:
            return  # where PyTorch lays a gradient out as its leaf, the copy counts as a version
        answer = int(QUESTIONS[e["question"]](t))
        if answer != e["answer"]:
            raise AssertionError(f"{e['question']} is {answer}")

    def on_backward(self, e, _):
        # Without a copy a gradient may share the seed's memory.
        with torch.set_grad_enabled(e["create_graph"]):
            seeds = [s.clone() for s in self.names(e["seeds"])]
        torch.autograd.backward(self.names(e["roots"]), seeds or None,
                                retain_graph=e["retain_graph"], create_graph=e["create_graph"],
                                inputs=self.names(e["inputs"]) or None)

    def on_grad(self, e, _):
        grads = torch.autograd.grad(self.names(e["roots"]), self.names(e["inputs"]),
                                    self.names(e["seeds"]) or None, retain_graph=e["retain_graph"],
                                    create_graph=e["create_graph"], allow_unused=e["allow_unused"])
        # PyTorch may return the seed itself, or one tensor twice.
        if not e["create_graph"]:
            grads = [g if g is None else g.detach() for g in grads]
        with torch.enable_grad():
            return [g if g is None else g.clone(memory_format=torch.contiguous_format if t.is_contiguous()
                                                else torch.preserve_format)
                    for g, t in zip(grads, self.names(e["inputs"]))]


# What one of the two does not do.
REFUSED = ("_forward' is not differentiable", "aten::hardsigmoid_backward is not implemented",
            "because the unspecified dimension size -1 can be any value")


def names_its_node(e):
    """Whether the call is one op of PyTorch's, whose node it is that is compared."""
    return not e.get("torch") or (
        re.search(rf"\b{e['record']}\(", e["torch"]) and not e["params"].get("reverse"))


def agrees(actual, expected):
    """Whether a tensor is what the interpreter computed."""
    if expected is None:
        return actual is None
    if actual is None:  # PyTorch knows of some gradients that they are zero
        return not any(expected["data"])
    expected = record_torch.tensor(expected)
    actual = actual.detach()
    if actual.dtype != expected.dtype or actual.shape != expected.shape:
        return False
    if not (actual.dtype.is_floating_point or actual.dtype.is_complex):
        return torch.equal(actual, expected)
    finite = expected[torch.isfinite(expected)].abs()
    largest = max(1.0, finite.max().item() if finite.numel() else 1.0)
    return torch.allclose(actual, expected, rtol=1e-7, atol=1e-9 * largest, equal_nan=True)


def check(program, kind=Run):
    """What differs, in words; nothing where the program agrees."""
    run = kind()
    last = None
    try:
        for i, e in enumerate(program["events"]):
            if "error" in e and e["op"] in ("backward", "grad"):
                last = i
                break
            try:
                made = run.event(e)
            except ERRORS as error:
                text = str(error)
                if any(only in text for only in REFUSED):
                    return None
                if "error" not in e:
                    return f"event {i} {e['op']}: refused: {text}"
                if text != e["error"]:
                    return f"event {i} {e['op']}: PyTorch says: {text} EXPECTED {e['error']}"
                continue
            except AssertionError as error:
                return f"event {i} query: {error} in PyTorch"
            if "error" in e:
                return f"event {i} {e['op']}: PyTorch does not say: {e['error']}"
            for name, t in zip(e.get("out", []), made or []):
                if name is not None:
                    run.tensors[name] = t
                    if "node" in e and t is not None and names_its_node(e):
                        node = t.grad_fn and t.grad_fn.name().removeprefix("torch::autograd::")
                        if node != (e["node"] and e["node"].removeprefix("torch::autograd::")):
                            return f"event {i} {e['op']}: the node is {node} in PyTorch, EXPECTED {e['node']}"
                    if t is None:
                        return f"event {i} {e['op']}: PyTorch has no {name}"
                elif t is not None:
                    return f"event {i} {e['op']}: PyTorch has a result more"
        if program["stale"]:
            return None
        for name, expected in program["results"].items():
            t = run.tensors[name.removesuffix(".grad")]
            if name.endswith(".grad"):
                t = t.grad
            if not agrees(t, expected):
                return f"{name} is {t} in PyTorch, EXPECTED {expected and expected['data']}"
        if last is not None:
            e = program["events"][last]
            try:
                run.event(e)
            except ERRORS as error:
                if str(error) != e["error"]:
                    return f"event {last} {e['op']}: PyTorch says: {error} EXPECTED {e['error']}"
            else:
                return f"event {last} {e['op']}: PyTorch does not say: {e['error']}"
    finally:
        torch.set_grad_enabled(True)
    return None


def main(lines, kind=Run):
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    count = differ = 0
    for line in lines:
        program = json.loads(line)
        count += 1
        if difference := check(program, kind):
            differ += 1
            print(f"program {program['seed']}: {difference[:600]}")
    print(f"{count} programs, {differ} differ")
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main(sys.stdin)
