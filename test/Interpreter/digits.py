#!/usr/bin/env python3
"""The digits model in the interpreter: its losses are PyTorch's.

    digits.py GENERATOR INTERPRETER EXAMPLE [STEPS]

The traced program is run as it is: gradients are those of the interpreter's own autograd, which reads no rule.
"""
import pathlib
import re
import subprocess
import sys

BATCH = 64
RTOL = 1.3e-6  # torch.testing's for float32


def dense(rows):
    return "[" + ", ".join(dense(row) if isinstance(row, list) else repr(row) for row in rows) + "]"


def batches(example, steps):
    lines = (example / "digits.csv").read_text().splitlines()
    rows = [[int(field) for field in line.split(",")] for line in lines if not line.startswith("#")]
    rows = [row for i, row in enumerate(rows) if i % 5 != 4]
    for step in range(steps):
        batch = rows[step * BATCH:(step + 1) * BATCH]
        yield [[pixel / 16 for pixel in row[:64]] for row in batch], [row[64] for row in batch]


def main(generator, interpreter, example, steps=10):
    example, steps = pathlib.Path(example), int(steps)
    module = subprocess.run([generator, "--print"], cwd=example, capture_output=True, text=True, check=True).stdout
    head, brace, rest = module.partition("{\n")
    step = rest[rest.index("  func.func @train_step("):rest.index("  func.func @predict(")]
    calls = []
    for i, (x, y) in enumerate(batches(example, steps)):
        calls += [f"%x{i} = ag.constant dense<{dense(x)}> : tensor<64x64xf32>",
                  f"%y{i} = ag.constant dense<{dense(y)}> : tensor<64xi64>",
                  f"%l{i} = func.call @train_step_{i}(%x{i}, %y{i}) : (tensor<64x64xf32>, tensor<64xi64>) -> tensor<f32>"]
    results = ", ".join(f"%l{i}" for i in range(steps))
    types = ", ".join(["tensor<f32>"] * steps)
    entry = f"func.func @main() -> ({types}) {{\n" + "\n".join(calls) + f"\nreturn {results} : {types}\n}}\n"
    # A function's objects are those of one call: each step is a function of its own.
    copies = "".join(step.replace("@train_step(", f"@train_step_{i}(") for i in range(steps))
    done = subprocess.run([interpreter, "-"], input=head + brace + entry + copies + rest, capture_output=True, text=True)
    sys.stderr.write(done.stderr)
    losses = [float(number) for number in re.findall(r"tensor<f32> (\S+)", done.stdout)]
    recorded = [float(line) for line in (example / "losses.txt").read_text().splitlines()[1:steps + 1]]
    print("interpreter", losses, "recorded", recorded)
    agree = len(losses) == steps and all(abs(a - b) <= RTOL * abs(b) for a, b in zip(losses, recorded))
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
