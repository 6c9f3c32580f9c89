#!/usr/bin/env python3
"""Writes optim.txt: PyTorch's parameters and loss after each step of each optimizer in optim.cpp.

Each line: the optimizer, the step, the loss, then the twelve values.
"""
import pathlib

import torch

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
    "dampened": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01,
                                          dampening=0.25),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01,
                                          nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=0.03, weight_decay=0.02),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.03, weight_decay=0.02),
}


def main():
    lines = [f"# PyTorch {torch.__version__}, {pathlib.Path(__file__).name}"]
    x = torch.tensor([0.5, -1.0, 0.25, 2.0])
    for name, make in OPTIMIZERS.items():
        w = (0.25 * torch.arange(12) - 1.5).reshape(3, 4).requires_grad_()
        optimizer = make([w])
        for step in range(10):
            optimizer.zero_grad()
            loss = (w * x).sum() + w.pow(4).sum() / 4
            loss.backward()
            optimizer.step()
            values = " ".join(f"{v:.9g}" for v in [loss.item(), *w.detach().flatten().tolist()])
            lines.append(f"{name} {step} {values}")
    pathlib.Path(__file__).with_name("optim.txt").write_text("\n".join(lines) + "\n")


main()
