"""torch.autograd.functional: jacobian, hessian, vjp, jvp, vhp, hvp, with one argument and several, strict and creating graphs."""
import torch
from torch.autograd import functional as AF


def exp_sum(x):
    return x.exp().sum(dim=1)


def weighted(x, y):
    return (x ** 3).sum() * 2 + (x * y).sum() + (y ** 2).sum()


x = torch.tensor([[0.1, 0.2], [0.3, -0.4]])
y = torch.tensor([[1.0, -1.0], [0.5, 2.0]])
v = torch.tensor([1.0, 2.0])

print(AF.jacobian(exp_sum, x))
print(AF.jacobian(lambda a, b: a @ b, (x, y)))
print(AF.hessian(lambda a: a.pow(3).sum(), x))
for row in AF.hessian(weighted, (x, y)):
    for block in row:
        print(block.shape, block.sum())
print(AF.vjp(exp_sum, x, v))
print(AF.vjp(weighted, (x, y)))
print(AF.jvp(exp_sum, x, torch.ones(2, 2)))
print(AF.jvp(lambda a, b: a * b, (x, y), (torch.ones(2, 2), torch.full((2, 2), 2.0))))
print(AF.vhp(weighted, (x, y), (torch.ones(2, 2), torch.zeros(2, 2))))
print(AF.hvp(weighted, (x, y), (torch.ones(2, 2), torch.zeros(2, 2))))

w = x.clone().requires_grad_()
j = AF.jacobian(lambda a: a.sin(), w, create_graph=True)
print(j.requires_grad, j.shape)
j.sum().backward()
print(w.grad)
print(AF.jacobian(lambda a: a.detach() * 2, x).abs().sum())
try:
    AF.jacobian(lambda a: torch.ones(2), x, strict=True)
except RuntimeError as error:
    print(error)
try:
    AF.hessian(exp_sum, x)
except RuntimeError as error:
    print(error)
try:
    AF.vjp(exp_sum, x)
except RuntimeError as error:
    print(error)

d = torch.tensor([0.3, 0.7], dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(lambda a: (a * a).sin(), (d,)))
print(torch.autograd.gradgradcheck(lambda a: (a * a).sin(), (d,)))
