#!/usr/bin/env python3
"""What a program costs while it is traced and run, beside the same program under PyTorch eager, one thread each.

    session.py PYTHON [PYTORCH]     interpreters that have agc and, if it is to be compared, torch

Prints microseconds a call for the recording of single ops, and a step of the digits network. Both run in turns; of each
the best of ROUNDS counts.
"""
import subprocess
import sys

ROUNDS = 5
PROGRAM = """
import sys, time
if sys.argv[1] == "agc":
    from agc._command import as_torch
    as_torch()
import torch
if sys.argv[1] == "torch":
    torch.set_num_threads(1)
import torch.nn.functional as F

def measure(name, steps, count, runs):
    steps(count)
    runs()
    best = None
    for _ in range(40):
        start = time.perf_counter()
        steps(count)
        seconds = time.perf_counter() - start
        runs()
        best = seconds if best is None else min(best, seconds)
    print(name, 1e6 * best / count)

a, b = torch.ones(4, 4, requires_grad=True), torch.ones(4, 4)

def add_tracked(count):
    for _ in range(count):
        a + b

def add(count):
    for _ in range(count):
        b + b

def look(count):
    for _ in range(count):
        b[1:3]

for name, steps in (("a+b", add_tracked), ("b+b", add), ("b[1:3]", look)):
    measure(name, steps, 400, lambda: b.sum().item())

model = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
x, y = torch.rand(640, 64), torch.randint(10, (640,))
place = 0

def train():
    global place
    place = (place + 64) % 640
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x[place:place + 64]), y[place:place + 64])
    loss.backward()
    optimizer.step()
    return loss

def train_often(count):
    for _ in range(count):
        train()

measure("digits-step", train_often, 50, lambda: train().item())
"""


def times(python, package):
    """Microseconds by name of one run under an interpreter."""
    done = subprocess.run([python, "-c", PROGRAM, package], check=True, capture_output=True, text=True)
    return {name: float(number) for name, number in map(str.split, done.stdout.splitlines())}


def main():
    if not sys.argv[1:]:
        sys.exit(__doc__)
    best = [{} for _ in sys.argv[1:3]]
    for _ in range(ROUNDS):
        for result, python, package in zip(best, sys.argv[1:3], ("agc", "torch")):
            for name, number in times(python, package).items():
                result[name] = min(number, result.get(name, number))
    print(f"{'':14}{'agc us':>10}" + (f"{'torch us':>10}{'ratio':>8}" if best[1:] else ""))
    for name, ours in best[0].items():
        theirs = best[1].get(name) if best[1:] else None
        print(f"{name:14}{ours:10.2f}" + (f"{theirs:10.2f}{theirs / ours:8.2f}" if theirs else ""))


if __name__ == "__main__":
    main()
