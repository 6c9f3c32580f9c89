# What PyTorch has a derivative of and no second one: an error when that is asked for, by an input or by the seed
import torch
import torch.nn.functional as F

x = torch.tensor([-4.0, -1.0, 0.5, 2.0], requires_grad=True)
m = torch.arange(6.0).reshape(3, 2).requires_grad_()
n = torch.arange(4.0).reshape(2, 2).sin().requires_grad_()
w = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
bags = torch.tensor([[0, 1], [2, 2]])


def twice(name, function, *inputs):
    y = function(*inputs)
    seed = torch.ones_like(y).requires_grad_()
    gradients = torch.autograd.grad(y, inputs, seed, create_graph=True)
    print(name, *(g.detach() for g in gradients))
    for other in (*inputs, seed):
        try:
            found = torch.autograd.grad(sum(g.sum() for g in gradients), other, retain_graph=True, allow_unused=True)
            print(name, found[0] is None)
        except RuntimeError as error:
            print(name, error)


twice("hardsigmoid", F.hardsigmoid, x)
twice("hardsigmoid of a square", lambda x: F.hardsigmoid(x * x) * 2, x)
twice("cdist", torch.cdist, m, n)
twice("cdist of p", lambda a, b: torch.cdist(a, b, 1.0), m, n)
twice("pdist", torch.pdist, m)
twice("multi_margin_loss", lambda a: F.multi_margin_loss(a, torch.tensor([0, 1, 1])), m)
twice("embedding_bag", lambda a: F.embedding_bag(bags, a, mode="mean"), m)
twice("weights of bags", lambda b: F.embedding_bag(bags, m.detach(), mode="sum", per_sample_weights=b), w)
try:
    print(torch.autograd.functional.hessian(lambda a: F.hardsigmoid(a).sum(), x))
except RuntimeError as error:
    print(error)
print(torch.func.grad(lambda a: F.hardsigmoid(a).sum())(x).detach())
F.hardsigmoid(x).sum().backward()
print(x.grad)

a = torch.arange(60.0).reshape(30, 2).div(7).requires_grad_()  # torch composes the distances of so many rows by a product
(g,) = torch.autograd.grad(torch.cdist(a, n).pow(2).sum(), a, create_graph=True)
(h,) = torch.autograd.grad(g.sum(), a)
print(h[:2])
