# What modules, optimizers, files, custom functions and constructors say of what they cannot take
import io
import torch
import torch.nn as nn
import torch.nn.functional as F

x, w, image = torch.ones(2, 3), torch.ones(3, requires_grad=True), torch.ones(1, 1, 5, 5)


def apply(forward=lambda ctx, a: a * 2, backward=lambda g: g):
    class Twice(torch.autograd.Function):
        @staticmethod
        def forward(ctx, a):
            return forward(ctx, a)

        @staticmethod
        def backward(ctx, g):
            return backward(g)
    return Twice.apply(w).sum().backward()


def parameters():
    return [nn.Parameter(torch.ones(3))]


calls = [
    lambda: nn.Linear(3, 4)(3), lambda: nn.LSTM(3, 4, dropout=2), lambda: nn.LSTM("a", 4),
    lambda: nn.LSTM(3, 4)(torch.ones(2, 5, 3), (torch.ones(1, 4, 4), torch.ones(1, 5, 4))), lambda: nn.MaxPool2d(2)(x),
    lambda: nn.MaxPool2d(9)(image), lambda: nn.AdaptiveAvgPool2d(2)(x), lambda: nn.AvgPool2d(2, 0)(image),
    lambda: F.batch_norm(x, None, None), lambda: F.pad(x, (1, 1), mode="bogus"), lambda: F.cosine_similarity(x, torch.ones(4)),
    lambda: torch.optim.SGD(parameters(), lr=torch.ones(2)), lambda: torch.optim.Adam(parameters(), lr=torch.ones(2)),
    lambda: nn.utils.vector_to_parameters(3, parameters()), lambda: torch.load(3), lambda: torch.save(x, 3),
    lambda: torch.save(x, "/nonexistent/folder/file"), lambda: torch.load(io.BytesIO()),
    lambda: apply(backward=lambda g: 3), lambda: apply(backward=lambda g: [g]),
    lambda: apply(lambda ctx, a: (ctx.mark_dirty(3), a)[1]), lambda: apply(lambda ctx, a: (ctx.mark_non_differentiable(3), a * 2)[1]),
    lambda: setattr(w, "grad", 3), lambda: setattr(w, "data", 3), lambda: setattr(w, "data", torch.ones(3).long()),
    lambda: torch.cat(x), lambda: torch.cat(3), lambda: torch.stack(x), lambda: torch.full(2, 1), lambda: torch.full((2,)),
    lambda: torch.finfo(torch.int64), lambda: torch.iinfo(torch.float32), lambda: torch.finfo("a"), lambda: torch.device("cpu:x"),
    lambda: torch.manual_seed(2 ** 65), lambda: torch.manual_seed("a"), lambda: torch.Generator().manual_seed("a"),
    lambda: torch.ones(2, 2, 2).diag(),
    lambda: torch.einsum("ij,jk", x), lambda: torch.einsum("ij", x, x), lambda: torch.einsum("ijk", x), lambda: torch.einsum("$", x),
    lambda: torch.einsum("ij->"), lambda: torch.einsum("...i,i", x, x), lambda: nn.Linear(2, 2).to(float).weight.dtype,
    lambda: torch.tensor([1, 2], dtype=float), lambda: torch.zeros(2, dtype=int), lambda: x.to(bool), lambda: x.sum(dtype=complex),
    lambda: torch.arange(3, dtype=float), lambda: x.new_zeros(2, dtype=int), lambda: x.type(float), lambda: torch.device("bogus"),
    lambda: x.to(3), lambda: torch.autograd.grad(w.sum(), []), lambda: setattr(w, "requires_grad", "a"), lambda: x.repeat(-1, 2),
    lambda: x.take(torch.tensor([7])), lambda: torch.set_grad_enabled("a"), lambda: nn.MultiheadAttention(4, 2)(x, x, x),
    lambda: torch.optim.lr_scheduler.SequentialLR(torch.optim.SGD(parameters()), [], []),
    lambda: nn.BatchNorm1d(3, eps=0.0)(x), lambda: nn.BatchNorm1d(3, eps=-1.0).eval()(x), lambda: nn.HuberLoss(delta=1j),
    lambda: nn.CrossEntropyLoss(label_smoothing=1.5)(x, torch.tensor([0, 1])), lambda: nn.GRU(3, 4)(x.double()),
    lambda: nn.RNN(3, 4, bias=1), lambda: nn.LSTM(3, 4, batch_first="a"), lambda: nn.LSTM(0, 4), lambda: nn.GRU(3, -1),
    lambda: nn.CircularPad1d(1)(image), lambda: nn.CircularPad2d(1)(x), lambda: nn.CircularPad3d(1)(x),
    lambda: torch.optim.SGD([{"params": parameters()}, {"params": [("w", w)]}]),
    lambda: torch.optim.Adam([{"params": [("w", w)]}, {"params": parameters()}]), lambda: torch.optim.Adam(parameters(), betas=(0, 0.9)),
    lambda: torch.optim.AdamW(parameters(), lr=torch.tensor(0.1), foreach=True),
    lambda: torch.optim.Adam(parameters(), fused=True, differentiable=True),
    lambda: torch.optim.Adam(parameters(), fused=True, foreach=True),
    lambda: torch.optim.Adam(parameters(), betas=(torch.tensor(0.1), torch.tensor(0.1)), foreach=True),
]
for number, call in enumerate(calls):
    try:
        print(number, "gives", call())
    except Exception as error:
        print(number, f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}")
