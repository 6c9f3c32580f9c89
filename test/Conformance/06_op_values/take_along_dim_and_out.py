import torch

x = torch.tensor([[1., 2.], [3., 5.]])
print(torch.take_along_dim(x, torch.tensor([[0]]), 0), torch.take_along_dim(x, torch.tensor([[0], [1]]), 1))
print(x.take_along_dim(torch.tensor([[1, 0]]), -2), torch.take_along_dim(x, torch.tensor([3])))
try:
    torch.take_along_dim(x, torch.tensor([0]), 0)
except RuntimeError as error:
    print(error)


def out():
    return torch.empty(0)


print(torch.take(x, torch.tensor([1]), out=out()), torch.row_stack([x, x], out=out()), torch.msort(x, out=out()))
print(torch.cross(torch.ones(3), torch.arange(3.), out=out()))
print(torch.index_reduce(x, 0, torch.tensor([0]), torch.ones(1, 2), "prod", out=out()))
