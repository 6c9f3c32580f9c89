#!/usr/bin/env python3
"""Runs every conformance program several ways and compares the bits of all that it asks for and of all that it ends with.

    bits.py [--every N] [--offset K]     all of them, or each N-th from the K-th; agc is in PYTHONPATH

The ways: segments as they come, compiled; the same, found in the cache of the first; a segment for each event, and so
other code for all. Where a segment ends and whence its code comes changes no bit, no text and no exception.
"""
import argparse
import contextlib
import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "variations")]


def all_programs():
    from programs import programs
    made = {str(path.relative_to(HERE)): path.read_text() for path in sorted(HERE.glob("0*/*.py"))}
    return {**made, **{name + ".py": text for name, text in programs().items()}}


class Observed:
    """The bits of tensors that were asked for."""

    def __init__(self):
        from agc import _agc
        self.seen, self.bytes_of = [], _agc.to_bytes
        for name in ("to_list", "item", "to_bytes", "share"):
            setattr(_agc, name, self.watched(getattr(_agc, name)))

    def note(self, what, tensor):
        digest = hashlib.sha256(self.bytes_of(tensor)).hexdigest()[:16]
        self.seen.append(f"{what} {tensor.dtype} {list(tensor.shape)} {digest}")

    def watched(self, function):
        def asked(tensor, *args, **kwargs):
            result = function(tensor, *args, **kwargs)
            self.note(function.__name__, tensor)
            return result
        return asked

    def take(self):
        seen, self.seen = self.seen, []
        return seen


def run(name, text, observed):
    """All that a program shows: printed text, exception, and bits."""
    import torch
    torch.manual_seed(0)
    printed, scope, ending = io.StringIO(), {"__name__": "__main__"}, ""
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(compile(text, name, "exec"), scope)
        except (Exception, SystemExit) as error:
            ending = f"{type(error).__name__}: {error}"
    tensors = {n: t for n, t in scope.items() if isinstance(t, torch.Tensor)}
    for n, tensor in tensors.items():
        observed.note(n, tensor)
        try:
            gradient = tensor.grad if tensor.is_leaf or tensor.retains_grad else None
        except RuntimeError as error:  # of a view whose history is forbidden
            ending += f"\n{n}: {error}"
            continue
        if gradient is not None:
            observed.note(n + ".grad", gradient)
    return [printed.getvalue(), ending] + observed.take()


def child(names):
    from agc._command import as_torch
    as_torch()
    observed, programs = Observed(), all_programs()
    json.dump({name: run(name, programs[name], observed) for name in names}, sys.stdout)


def results(names, **environment):
    done = subprocess.run([sys.executable, __file__, "--child"], input=json.dumps(names), text=True, stdout=subprocess.PIPE,
                          env={**os.environ, **environment}, cwd=environment["AGC_CACHE_DIR"], check=True)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--child", action="store_true")
    options = parser.parse_args()
    if options.child:
        return child(json.load(sys.stdin))
    names = list(all_programs())[options.offset::options.every]
    with tempfile.TemporaryDirectory() as folder:
        whole = results(names, AGC_CACHE_DIR=folder)
        others = {"found in the cache": results(names, AGC_CACHE_DIR=folder),
                  "a segment for each event": results(names, AGC_CACHE_DIR=folder, AGC_SEGMENT_EVENTS="1")}
    wrong = 0
    for way, ones in others.items():
        for name in names:
            apart = [f"  {a!r}\n  {b!r}" for a, b in zip(whole[name], ones[name]) if a != b]
            if apart or len(whole[name]) != len(ones[name]):
                wrong += 1
                print(f"{name}, {way}:\n" + "\n".join(apart or [f"  {len(whole[name])} and {len(ones[name])} values"]))
    print(f"{len(names)} programs, {sum(map(len, whole.values())) - 2 * len(names)} tensors: {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
