#!/usr/bin/env python3
"""Writes dtypes-expected.inc: what PyTorch gives for each function of dtypes.mlir."""
import pathlib

import torch
import torch.nn.functional as F


def ramp(count, step, start):
    return torch.arange(count, dtype=torch.float64) * step + start


def half(dtype):
    x = ramp(20, 0.125, -1).reshape(4, 5).to(dtype)
    w = (ramp(15, 7, 0) % 11 * 0.25 - 1).reshape(5, 3).to(dtype).requires_grad_()
    b = ramp(3, 0.5, 0).to(dtype).requires_grad_()
    h = F.relu(torch.mm(x, w) + b)
    e = torch.exp(-h)
    loss = F.nll_loss(F.log_softmax(h, 1), torch.tensor([0, 2, 1, 2]))
    loss = loss + ((e - h) / 3).mean() + torch.log(e.sum(0)).sum()
    loss.backward()
    return [loss, w.grad, b.grad]


def complex_(dtype):
    z = torch.complex(ramp(6, 0.25, -0.5), ramp(6, -0.125, 0.75)).reshape(2, 3).to(dtype)
    w = torch.complex(ramp(6, -0.25, 1), ramp(6, 0.5, -1)).reshape(3, 2).to(dtype)
    z.requires_grad_()
    w.requires_grad_()
    p = torch.mm(z, w)
    log = torch.log(p)
    total = ((torch.exp(p) * log - p) / -log).mean(0).sum()
    gradients = torch.autograd.grad(total, [z, w], torch.ones((), dtype=dtype))
    return [total, *gradients]


def numbers(tensors):
    for tensor in tensors:
        tensor = tensor.detach().resolve_conj().resolve_neg()
        if tensor.dtype.is_complex:
            tensor = torch.view_as_real(tensor)
        yield from tensor.double().flatten().tolist()


def main():
    lines = [f"/* PyTorch {torch.__version__}, {pathlib.Path(__file__).name} */"]
    for name, values in [("f16", half(torch.float16)), ("bf16", half(torch.bfloat16)),
                         ("c64", complex_(torch.complex64)), ("c128", complex_(torch.complex128))]:
        text = ", ".join(f"{v:.17g}" for v in numbers(values))
        lines.append(f"static const double expected_{name}[] = {{{text}}};")
    pathlib.Path(__file__).with_name("dtypes-expected.inc").write_text("\n".join(lines) + "\n")


main()
