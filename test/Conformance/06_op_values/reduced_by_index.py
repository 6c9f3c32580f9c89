# scatter_reduce with each reduction, and extremes up to each element: values, gradients, refusals
import torch

x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
src = torch.tensor([[2.0, 0.5, 3.0], [4.0, 1.0, -1.0]], requires_grad=True)
index = torch.tensor([[0, 1, 0], [2, 2, 1]])


def show(name, y):
    (y * torch.arange(1.0, 1 + y.numel()).reshape(y.shape)).sum().backward()
    print(name, y.detach(), y.grad_fn.name(), [None if t.grad is None else t.grad.tolist() for t in (x, src)])
    x.grad = src.grad = None


for reduce in ("sum", "prod", "mean", "amax", "amin"):
    for include in (True, False):
        show(reduce, x.scatter_reduce(1, index, src, reduce, include_self=include))
print("part", x.detach().scatter_reduce(0, torch.tensor([[1, 1]]), src.detach(), "amax"))
print(torch.tensor([1, 2, 3]).scatter_reduce(0, torch.tensor([0, 0, 2]), torch.tensor([5, 7, -1]), "mean"))
print(torch.zeros(3).scatter_(0, torch.tensor([0, 0, 2]), 1.5), torch.ones(3).scatter(0, torch.tensor([0, 0, 2]), 2.0, reduce="add"))
print(x.detach().index_reduce(0, torch.tensor([1]), src.detach()[:1], "prod"))
for bad in (lambda: x.scatter_reduce(1, index, src, "max"), lambda: x.scatter_reduce(1, index, src.double(), "sum"),
            lambda: x.scatter_reduce(1, index + 2, src, "amax")):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)

nan = float("nan")
row = torch.tensor([1.0, 3.0, 3.0, nan, 5.0, 2.0])
print(row.cummax(0), row.cummin(0), torch.tensor([[3, 1], [2, 2]]).cummax(1))
show("cummax", torch.cummax(src, 1).values)
show("cummin", torch.cummin(src, 0)[0])
