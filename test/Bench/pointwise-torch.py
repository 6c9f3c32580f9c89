#!/usr/bin/env python3
"""Pointwise and row-wise ops beside PyTorch's on f32, one thread each, interleaved: in L2 and of 64 MB.

    pointwise-torch.py LIBRARY [FILTER]     with the library that CMake's target bench-pointwise-ops makes

Prints the median time of both and their ratio. Needs PyTorch.
"""
import ctypes
import statistics
import sys
import time

import torch

ROUNDS, COLUMNS = 9, 1024
OPS = {  # as pointwise-ops.mlir has them; all write where they are told
    "add": lambda x, y, out: torch.add(x, y, out=out),
    "mul": lambda x, y, out: torch.mul(x, y, out=out),
    "relu": lambda x, y, out: torch.clamp_min(x, 0, out=out),
    "exp": lambda x, y, out: torch.exp(x, out=out),
    "tanh": lambda x, y, out: torch.tanh(x, out=out),
    "sigmoid": lambda x, y, out: torch.sigmoid(x, out=out),
    "erf": lambda x, y, out: torch.erf(x, out=out),
    "gelu": lambda x, y, out: torch._C._nn.gelu(x, out=out),
    "softmax": lambda x, y, out: torch.softmax(x, 1, out=out),
    "layer_norm": lambda x, y, out: layer_norm(x, out),
}


def layer_norm(x, out):
    rows = torch.empty(len(x), 1), torch.empty(len(x), 1)
    torch.ops.aten.native_layer_norm.out(x, [COLUMNS], None, None, 1e-5, out0=out, out1=rows[0], out2=rows[1])
    return out


def seconds(call, times):
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def main():
    torch.set_num_threads(1)
    library = ctypes.CDLL(sys.argv[1])
    library.run_times.restype = ctypes.c_double
    library.run_times.argtypes = [ctypes.c_char_p, ctypes.c_int64] + 3 * [ctypes.c_void_p] + [ctypes.c_int64]
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    print("kernel        elements   agc ns/el  PyTorch ns/el   PyTorch / agc")
    for rows in (32, 16384):
        x, y = torch.randn(rows, COLUMNS), torch.randn(rows, COLUMNS)
        out, ours = torch.empty_like(x), torch.empty_like(x)
        for name, op in OPS.items():
            if wanted not in name:
                continue

            def run(times):
                spent = library.run_times(name.encode(), rows, x.data_ptr(), y.data_ptr(), ours.data_ptr(), times)
                return spent if spent >= 0 else sys.exit(f"pointwise-torch: {name} failed")

            run(1)
            torch.testing.assert_close(ours, op(x, y, out))
            times = max(1, 2**22 // x.numel())
            pairs = [(run(times), seconds(lambda: op(x, y, out), times)) for _ in range(ROUNDS)]
            mine, other = (1e9 * statistics.median(column) / x.numel() for column in zip(*pairs))
            ratio = statistics.median(b / a for a, b in pairs)
            print(f"{name:12} {x.numel():9} {mine:11.3f} {other:14.3f} {ratio:15.2f}", flush=True)


with torch.no_grad():
    main()
