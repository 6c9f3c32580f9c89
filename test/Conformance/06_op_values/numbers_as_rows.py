import torch
import torch.nn.functional as F


def show(f):
    try:
        result = f()
        print([x.tolist() for x in result] if isinstance(result, (tuple, list)) else result.tolist())
    except Exception as error:
        print(type(error).__name__, error)


x = torch.arange(24.).reshape(2, 3, 4)
for f in (lambda: x[torch.tensor(1), :, [0, 1]], lambda: x[:, torch.tensor(1), [0, 1]],
          lambda: x[torch.tensor(0, dtype=torch.int32)], lambda: x[[0, 1], torch.tensor(1)], lambda: x[torch.tensor(7)]):
    show(f)
y = x.clone()
y[torch.tensor(1), :, [0, 1]] = torch.arange(6.).reshape(3, 2)
print(y)

z = torch.tensor(3., requires_grad=True)
none, row = torch.tensor(0), torch.tensor([0])
for f in (lambda: torch.gather(z, 0, none), lambda: torch.gather(z, 0, torch.tensor([0, 0])),
          lambda: torch.scatter(z, 0, none, torch.tensor(5.)), lambda: torch.scatter_add(z, 0, row, torch.tensor([5.])),
          lambda: z.clone().scatter_add_(0, row, torch.tensor([5.])), lambda: z.clone().scatter_(0, none, 2.),
          lambda: torch.index_fill(z, 0, row, 7.), lambda: torch.index_copy(z, 0, row, torch.tensor(7.)),
          lambda: z.unfold(0, 1, 1), lambda: z.movedim(0, -1), lambda: z.flip(0), lambda: torch.where(z),
          lambda: torch.gather(x[0], 0, torch.zeros(1, 4, dtype=torch.int32)),
          lambda: torch.gather(x[0], 0, torch.zeros(1, 4, dtype=torch.int16))):
    show(f)

w = torch.tensor([[1., 5., 2.], [4., 4., 9.]], requires_grad=True)
q = torch.tensor([0.25, 0.5], requires_grad=True)
v = torch.tensor(2., requires_grad=True)
for kind in ("linear", "lower", "higher", "midpoint", "nearest"):
    for quantile in (torch.quantile, torch.nanquantile):
        for dims in ({}, {"dim": 0}, {"dim": 1, "keepdim": True}, {"keepdim": True}):
            show(lambda: quantile(w, q, interpolation=kind, **dims))
            show(lambda: quantile(torch.where(w > 8, float("nan"), w), 0.5, interpolation=kind, **dims))
show(lambda: torch.autograd.grad(torch.quantile(w, q, 1).sum(), [q, w]))
show(lambda: torch.autograd.grad(torch.index_fill(w, 1, torch.tensor([0, 0, 1]), v).sum(), [v, w]))
for f in (lambda: torch.var_mean(w[0] * 0, True), lambda: torch.std_mean(w[1] * 0 + 2, False), lambda: torch.cov(w[:1] * 0),
          lambda: torch.diff(w, 0, 0, torch.ones(1, 3)), lambda: torch.diff(w, 1, 0, torch.ones(3)),
          lambda: torch.tensor_split(w, torch.tensor(2)), lambda: torch.combinations(w[0], 2),
          lambda: torch.combinations(w[0], 4), lambda: torch.combinations(w[0], 0),
          lambda: torch.tensordot(torch.ones(1, 1, 1), torch.ones(2, 1, 2), dims=[[0, 1], [2, 0]]),
          lambda: torch.take_along_dim(w, torch.tensor([[-1]]), 1),
          lambda: F.cosine_similarity(torch.tensor([[1.], [2.]]), torch.ones(2, 4)),
          lambda: torch.slice_scatter(w, torch.ones(1, 3)), lambda: torch.diagonal_scatter(w, torch.ones(1)),
          lambda: torch.index_copy(w, 0, row, torch.ones(3)), lambda: torch.index_copy(w, 0, row, torch.ones(2, 3))):
    show(f)
