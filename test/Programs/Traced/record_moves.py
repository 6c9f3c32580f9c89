#!/usr/bin/env python3
"""Writes moves.txt: what PyTorch gives for each function of moves.cpp.

Each line: the function, how many values, the values, how many of the gradient, the gradient.
"""
import pathlib

import torch
import torch.nn.functional as F


def index(values, shape=(-1,)):
    return torch.tensor(values).reshape(shape)


def diagonal_write(x):
    z = x * 2
    z.diagonal(-1, 2, 1).mul_(3)
    return z


def split(x):
    first, rest = x.split([1, 3], 2)
    return torch.cat([rest * 2, first], 2)


def scatter_write(x):
    z = x * 1
    z.scatter_add_(0, index([1, 0, 1], (1, 3, 1)), x[:1, :, 1:2])
    z.index_add_(2, index([0]), x.narrow(2, 3, 1))
    return z


def nonzero(x):
    flat = x.flatten()
    return flat.index_select(0, (flat > 0.5).nonzero().squeeze(1)).exp()


def unique(x):
    values, inverse, counts = x.detach().div(2).round().unique(True, True, True)
    return torch.cat([values, inverse.flatten().float(), counts.float()])


def unique_slices(x):
    y = x.detach().div(4).round().index_select(1, index([2, 0, 2, 1, 0]))
    values, inverse, counts = y.unique(True, True, True, dim=1)
    return torch.cat([values.flatten(), inverse.float(), counts.float()])


FUNCTIONS = {
    "roll": lambda x: x.roll((1, -2), (0, 2)),
    "roll_flat": lambda x: x.roll(5),
    "repeat": lambda x: x.repeat(2, 1, 1, 3),
    "tril": lambda x: x.tril(-1),
    "triu": lambda x: x.triu(1),
    "diagonal": lambda x: x.diagonal(1, 1, 2),
    "diagonal_write": diagonal_write,
    "split": split,
    "unbind": lambda x: torch.stack(x.unbind(1), 2),
    "chunk": lambda x: x.chunk(2, 1)[0] * x.chunk(3, 1)[2],
    "flip": lambda x: x.flip((0, 2)),
    "narrow": lambda x: x.narrow(2, -3, 2).transpose(0, 1),
    "pad": lambda x: F.pad(x, (1, -1, 2, 0), "constant", 0.5),
    "pad_reflect": lambda x: F.pad(x, (2, 1, 0, 2), "reflect"),
    "pad_replicate": lambda x: F.pad(x, (1, 2, 1, -1), "replicate"),
    "pad_circular": lambda x: F.pad(x, (1, 2, -1, 2), "circular"),
    "gather": lambda x: x.gather(2, index([3, 0, 0, 1], (2, 1, 2))),
    "index_select": lambda x: x.index_select(1, index([2, 0, 2])),
    "index_add": lambda x: x.index_add(1, index([1, 1, 2]), x * x, alpha=2),
    "scatter_add": lambda x: x.scatter_add(1, index([1, 1, 0, 2], (2, 2, 1)), x.exp()[:, :2, :1]),
    "scatter_write": scatter_write,
    "embedding": lambda x: F.embedding(index([5, 2, 5, 0], (2, 2)), x.view(6, 4), 2),
    "one_hot": lambda x: F.one_hot(index([2, 0]), 3).float() @ x[1],
    "nonzero": nonzero,
    "unique": unique,
    "unique_slices": unique_slices,
    "arange": lambda x: torch.cat([torch.arange(2, 11, 3).float(), torch.arange(5, 0, -2).float(),
                                   torch.arange(0.5, 2, 0.4), torch.arange(-1, 3, dtype=torch.float32)]),
    "linspace": lambda x: torch.cat([torch.linspace(-1, 2, 7), torch.linspace(0, 10, 4, dtype=torch.int64).float(),
                                     torch.linspace(3, 4, 1)]),
    "eye": lambda x: torch.cat([torch.eye(2, 3).flatten(), torch.eye(3, 2).flatten()]),
    "square_norm": lambda x: x.square() + x.norm(2, 1, True) + x.norm(1) + F.relu6(x * 4),
}


def text(values):
    return " ".join([str(values.numel()), *(f"{v:.9g}" for v in values.detach().flatten().tolist())])


def main():
    lines = [f"# PyTorch {torch.__version__}, {pathlib.Path(__file__).name}"]
    for name, function in FUNCTIONS.items():
        x = ((torch.arange(24) * 7 % 24) * 0.25 - 3).reshape(2, 3, 4).requires_grad_()
        y = function(x).flatten()
        gradient = torch.zeros(0)
        if y.requires_grad:
            (y * (torch.arange(y.numel()) * 0.5 - 1)).sum().backward()
            gradient = x.grad
        lines.append(f"{name} {text(y)} {text(gradient)}")
    pathlib.Path(__file__).with_name("moves.txt").write_text("\n".join(lines) + "\n")


main()
