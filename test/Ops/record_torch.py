#!/usr/bin/env python3
"""Records what PyTorch gives for every sample of every record, into recorded/NAME.json.

    record-test --emit-json | record_torch.py          # needs torch 2.13
    record-test --emit-json --only=tanh,relu | record_torch.py
    record-test --emit-json | record_torch.py --lacking   # element types that PyTorch has and the record lacks

A sample whose call PyTorch refuses is recorded with the error; record-test accepts that where the
element type is "not implemented for" the function, and nowhere else.
"""
import collections
import itertools
import json
import math
import pathlib
import re
import sys

import torch
import torch.nn.functional as F

FOLDER = pathlib.Path(__file__).resolve().parent / "recorded"
DTYPES = {
    "f16": torch.float16, "bf16": torch.bfloat16, "f32": torch.float32, "f64": torch.float64,
    "complex<f32>": torch.complex64, "complex<f64>": torch.complex128, "i1": torch.bool,
    "ui8": torch.uint8, "i8": torch.int8, "i16": torch.int16, "i32": torch.int32, "i64": torch.int64,
}  # fmt: skip


def number(x):
    return float(x) if isinstance(x, str) else x


def tensor(spec):
    dtype = DTYPES[spec["dtype"]]
    data = [complex(number(x[0]), number(x[1])) if isinstance(x, list) else number(x)
            for x in spec["data"]]
    return torch.tensor(data, dtype=dtype).reshape(spec["shape"])


def real(x, digits):
    if not math.isfinite(x):
        return "nan" if math.isnan(x) else "inf" if x > 0 else "-inf"
    if x == 0 and math.copysign(1, x) < 0:
        return "-0.0"
    return float(f"%.{digits}g" % x)


def numbers(t):
    """A tensor's elements with as many digits as its type needs."""
    t = t.detach().resolve_conj().resolve_neg()
    t = torch.zeros(t.shape, dtype=t.dtype) if t._is_zerotensor() else t
    digits = {torch.float64: 17, torch.complex128: 17, torch.float16: 9, torch.bfloat16: 9}.get(t.dtype, 9)
    if t.dtype.is_complex:
        return [[real(x.real, digits), real(x.imag, digits)] for x in t.reshape(-1).tolist()]
    if t.dtype.is_floating_point:
        return [real(x, digits) for x in t.reshape(-1).tolist()]
    return [int(x) for x in t.reshape(-1).tolist()]


def dim_by_dim(function, self, dim, keepdim):
    """A reduction that takes one dim at a time (prod)."""
    for d in sorted(dim, reverse=True):
        self = function(self, d, keepdim)
    return self


def viewed(base, view):
    """The tensor that the function is called with: of other strides than a fresh one's."""
    if view["name"] == "slice":
        return base[tuple(slice(None, None, step) for step in view["numbers"])]
    return getattr(base, view["name"])(view["numbers"]) if view["name"] else base


def call(sample, operands):
    params = {k: number(v) if v in ("nan", "inf", "-inf") else v for k, v in sample["params"].items()}
    scope = dict(zip(sample["names"], operands))
    if sample["torch"]:
        return eval(sample["torch"], {"torch": torch, "F": F, "math": math, "itertools": itertools, **params, **scope})
    name = sample["record"]
    function = getattr(F, name, None) or getattr(torch, name)
    positional = [t for t, optional in zip(operands, sample["optional"]) if not optional]
    keywords = {n: scope[n] for n, optional in zip(sample["names"], sample["optional"]) if optional}
    try:
        return function(*positional, **keywords, **params)
    except TypeError:
        if not isinstance(params.get("dim"), list):
            raise
        return dim_by_dim(function, operands[0], params["dim"], params.get("keepdim", False))


def record(sample):
    entry = attempt(sample, sample["wrt"])
    for refused in re.findall("not differentiable with respect to argument '(.*?)'", entry.get("error", "")):
        wrt = [w and n != refused for w, n in zip(sample["wrt"], sample["names"])]
        entry = attempt(sample, wrt)
    return entry


def attempt(sample, wrt):
    """Values and gradients; null for an operand that has none in PyTorch."""
    operands = [tensor(spec) for spec in sample["operands"]]
    differentiable = [t for t, w in zip(operands, wrt) if w]
    for t in differentiable:
        t.requires_grad_(sample["differentiable"])
    entry = {"inputs": sample["inputs"]}
    try:
        results = call(sample, [viewed(t, view) for t, view in zip(operands, sample["views"])])
        results = list(results) if isinstance(results, (tuple, list)) else [results]
        entry["values"] = [numbers(t) for t in results]
        entry["dtypes"] = [str(t.dtype) for t in results]
        if sample["differentiable"]:
            outputs = [t for t in results if t.dtype.is_floating_point or t.dtype.is_complex]
            seeds = [tensor(spec) for spec in sample["seeds"]]
            grads = torch.autograd.grad(outputs, differentiable, seeds, allow_unused=True,
                                        materialize_grads=True, retain_graph=True)
            left = iter(grads)
            entry["grads"] = [numbers(next(left)) if w else None
                              for w, asked in zip(wrt, sample["wrt"]) if asked]
        if sample["tangents"] and all(wrt[i] for i, asked in enumerate(sample["wrt"]) if asked):
            entry["second"] = second(sample, outputs, differentiable, seeds)
    except (RuntimeError, TypeError, ValueError, IndexError, AttributeError, NotImplementedError) as e:
        return {"inputs": sample["inputs"], "error": str(e).splitlines()[0]}
    return entry


def second(sample, outputs, differentiable, seeds):
    """The gradients' gradients, which the tangents weight; null where PyTorch has none."""
    try:
        grads = torch.autograd.grad(outputs, differentiable, seeds, create_graph=True, allow_unused=True)
        pairs = [(g, tensor(spec)) for g, spec in zip(grads, sample["tangents"]) if g is not None and g.requires_grad]
        if not pairs:
            return [numbers(torch.zeros_like(t)) for t in differentiable]
        gradients, weights = zip(*pairs)
        moved = torch.autograd.grad(gradients, differentiable, weights, allow_unused=True, materialize_grads=True)
        return [numbers(t) for t in moved]
    except (RuntimeError, NotImplementedError):
        return None


def in_dtype(sample, dtype):
    """A sample of another element type."""
    def cast(specs):
        return [{**spec, "dtype": dtype} if spec["dtype"] == "f32" else spec for spec in specs]
    return {**sample, "operands": cast(sample["operands"]), "seeds": cast(sample["seeds"])}


def worked(sample, dtype, backward):
    """Whether PyTorch computes a sample in another element type; null where there is nothing to differentiate."""
    sample = in_dtype(sample, dtype)
    operands = [tensor(spec) for spec in sample["operands"]]
    wrt = [t for t, w in zip(operands, sample["wrt"]) if w]
    if backward and not (wrt and sample["differentiable"]):
        return None
    for t in wrt:
        t.requires_grad_(backward)
    try:
        results = call(sample, [viewed(t, view) for t, view in zip(operands, sample["views"])])
        results = [t for t in (results if isinstance(results, (tuple, list)) else [results]) if t.requires_grad]
        if backward:
            torch.autograd.grad(results, wrt, [torch.ones_like(t) for t in results], allow_unused=True)
        return True
    except (RuntimeError, TypeError, ValueError, NotImplementedError):
        return False


def print_lacking():
    """The element types of halves and complex numbers that PyTorch has for a sample and the record lacks."""
    samples = [json.loads(line) for line in sys.stdin]
    has = {(sample["record"], sample["key"].split("/")[1]) for sample in samples}
    print(f"{'record':32}{'element':14}{'forward':>10}{'backward':>10}   of PyTorch")
    for name in sorted({record for record, _ in has}):
        own = [sample for sample in samples if sample["record"] == name and sample["key"].split("/")[1] == "f32"]
        for dtype in ("f16", "bf16", "complex<f32>", "complex<f64>"):
            if (name, dtype) in has:
                continue
            counts = [[x for x in (worked(sample, dtype, backward) for sample in own) if x is not None]
                      for backward in (False, True)]
            if any(counts[0]):
                print(f"{name:32}{dtype:14}" + "".join(f"{sum(c)}/{len(c)}".rjust(10) for c in counts))


def main():
    torch.set_num_threads(1)
    if sys.argv[1:] == ["--lacking"]:
        return print_lacking()
    files = collections.defaultdict(dict)
    for line in sys.stdin:
        sample = json.loads(line)
        files[sample["record"]][sample["key"]] = record(sample)
    FOLDER.mkdir(exist_ok=True)
    for name, entries in files.items():
        lines = [f"{json.dumps(key)}: {json.dumps(entry, separators=(',', ':'))}"
                 for key, entry in sorted(entries.items())]
        (FOLDER / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
        errors = {e["error"] for e in entries.values() if "error" in e}
        for error in sorted(errors):
            print(f"{name}: {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
