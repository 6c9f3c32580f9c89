#!/usr/bin/env python3
"""Writes promotion.txt: torch.result_type of every pair of dtypes and operand kinds.

Each line: kind and dtype of two operands (dims: a tensor with dims, zero: a 0-dim tensor, number:
a Python scalar), then what PyTorch promotes them to, and torch.can_cast of the two dtypes.
"""
import pathlib

import torch

DTYPES = [
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16,
    torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128,
]
NUMBERS = [(torch.bool, True), (torch.int64, 1), (torch.float64, 1.5), (torch.complex128, 1j)]


def operands():
    for dtype in DTYPES:
        yield "dims", dtype, torch.ones(2, dtype=dtype)
        yield "zero", dtype, torch.ones((), dtype=dtype)
    for dtype, value in NUMBERS:
        yield "number", dtype, value


def name(dtype):
    return str(dtype).removeprefix("torch.")


def main():
    lines = [f"# torch {torch.__version__}, {pathlib.Path(__file__).name}"]
    for kind_a, dtype_a, a in operands():
        for kind_b, dtype_b, b in operands():
            result = name(torch.result_type(a, b))
            cast = int(torch.can_cast(dtype_a, dtype_b))
            lines.append(f"{kind_a} {name(dtype_a)} {kind_b} {name(dtype_b)} {result} {cast}")
    pathlib.Path(__file__).with_name("promotion.txt").write_text("\n".join(lines) + "\n")


main()
