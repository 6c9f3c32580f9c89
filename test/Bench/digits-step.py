#!/usr/bin/env python3
"""The digits example's training step beside PyTorch eager's, one thread each, interleaved.

    digits-step.py LIBRARY     with the library that CMake's target bench-digits-step makes

Prints the median time of both and their ratio. Needs PyTorch.
"""
import ctypes
import statistics
import sys
import time

import torch
import torch.nn.functional as F

ROUNDS, STEPS = 15, 100


def torch_steps(x, y):
    """Seconds for STEPS steps of the same network and optimizer."""
    torch.manual_seed(0)
    fc1, fc2 = torch.nn.Linear(64, 64), torch.nn.Linear(64, 10)
    optimizer = torch.optim.SGD([*fc1.parameters(), *fc2.parameters()], lr=0.1, momentum=0.9)
    start = time.perf_counter()
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.cross_entropy(fc2(F.relu(fc1(x))), y)
        loss.backward()
        optimizer.step()
    return time.perf_counter() - start


def main():
    torch.set_num_threads(1)
    library = ctypes.CDLL(sys.argv[1])
    library.digits_steps.restype = ctypes.c_double
    x, y = torch.rand(64, 64), torch.randint(10, (64,))

    def agc_steps():
        seconds = library.digits_steps(ctypes.c_void_p(x.data_ptr()),
                                       ctypes.c_void_p(y.data_ptr()), ctypes.c_int64(STEPS))
        if seconds < 0:
            sys.exit("digits-step: a call failed")
        return seconds

    torch_steps(x, y), agc_steps()
    rounds = [(torch_steps(x, y), agc_steps()) for _ in range(ROUNDS)]
    theirs, ours = (1e6 * statistics.median(column) / STEPS for column in zip(*rounds))
    ratio = statistics.median(a / b for a, b in rounds)
    print(f"digits step: agc {ours:.2f} us, PyTorch eager {theirs:.2f} us, {ratio:.1f} times")


main()
