# What scatter takes of a source larger than its index: torch's gradient by it has the index's shape, and is refused
import torch

x = torch.arange(1.0, 7).reshape(2, 3).requires_grad_()
src = torch.arange(1.0, 13).reshape(3, 4).div(4).requires_grad_()
index = torch.tensor([[0, 1, 1], [1, 0, 1]])


def tried(name, function):
    x.grad = src.grad = None
    for wanted in ((x,), (src,), (x, src)):
        y = function(x, src)
        try:
            print(name, y.grad_fn.name(), *torch.autograd.grad(y.sum(), wanted))
        except RuntimeError as error:
            print(name, str(error).split("\n")[0])


tried("scatter", lambda x, s: x.scatter(0, index, s))
tried("scatter_add", lambda x, s: x.scatter_add(0, index, s))
tried("scatter_", lambda x, s: x.clone().scatter_(0, index, s))
tried("scatter_add_", lambda x, s: x.clone().scatter_add_(1, index, s))
tried("of a row", lambda x, s: x[0].scatter(0, index[0], s[0]))
tried("as large", lambda x, s: x.scatter(0, index, s[:2, :3]))
tried("no index", lambda x, s: x.scatter(0, index[:0], s))
for reduce in ("sum", "mean", "prod", "amax", "amin"):
    tried(reduce, lambda x, s: x.scatter_reduce(0, index, s, reduce))
    tried(reduce + " as large", lambda x, s: x.clone().scatter_reduce_(0, index, s[:2, :3], reduce))
y = (x * 2).scatter_reduce_(0, index, src[:2, :3], "prod")
y.mul_(2)
try:
    y.sum().backward()
except RuntimeError as error:
    print("modified" in str(error))
