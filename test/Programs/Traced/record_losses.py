#!/usr/bin/env python3
"""Writes losses.txt: the inputs of losses.cpp, then PyTorch's loss and gradient of each form.

The inputs are logits, class probabilities and class indices; then a line for each loss and each
gradient by the logits, in losses.cpp's order.
"""
import pathlib

import torch
import torch.nn.functional as F


def main():
    torch.manual_seed(0)
    x, p, y = torch.randn(4, 3), torch.rand(4, 3), torch.tensor([0, 2, 1, 1])
    weight, rows = torch.tensor([0.5, 1.5, 2.0]), torch.tensor([1.0, -2.0, 0.5, 3.0])
    lines = [f"# PyTorch {torch.__version__}, {pathlib.Path(__file__).name}"]
    numbers = [x.flatten(), p.flatten(), y]
    for indices in (True, False):
        for w in (None, weight):
            for smoothing in (0.0, 0.1):
                for reduction in ("none", "mean", "sum"):
                    leaf = x.clone().requires_grad_()
                    loss = F.cross_entropy(leaf, y if indices else p, w, reduction=reduction,
                                           ignore_index=2 if indices else -100,
                                           label_smoothing=smoothing)
                    if loss.dim() == 1:
                        loss = (loss * rows).sum()
                    loss.backward()
                    numbers += [loss.detach().reshape(1), leaf.grad.flatten()]
    lines += [" ".join(f"{v:.9g}" for v in t.tolist()) for t in numbers]
    (pathlib.Path(__file__).parent / "losses.txt").write_text("\n".join(lines) + "\n")


main()
