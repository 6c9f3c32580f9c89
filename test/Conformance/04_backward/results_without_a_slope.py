# What is drawn has the gradient zero; a scatter with a reduction is computed, and refused in its backward
import torch

p = torch.full((4,), 0.5, requires_grad=True)
i = torch.tensor([0, 1, 1, 3])


def follow(title, y, *inputs):
    print(title, y.requires_grad, type(y.grad_fn).__name__)
    try:
        print(torch.autograd.grad(y.sum(), inputs))
    except RuntimeError as error:
        print("RuntimeError:", str(error).split("\n")[0])


torch.manual_seed(0)
follow("bernoulli", torch.bernoulli(p), p)
follow("method", p.bernoulli(), p)
follow("one probability", torch.bernoulli(p, 0.5), p)
follow("mean", torch.normal(p, 1.), p)
follow("deviation", torch.normal(0., p), p)
follow("both", torch.normal(p, p), p)
with torch.no_grad():
    print(torch.bernoulli(p).requires_grad, torch.normal(p, 1.).requires_grad)

ones = torch.ones(4)
y = p.scatter(0, i, ones, reduce="add")
print(y)
follow("scatter", y, p)
follow("scatter of a number", p.scatter(0, i, 2., reduce="multiply"), p)
follow("scatter of what is tracked", ones.scatter(0, i, p, reduce="add"), p)
follow("in place", (p * 1).scatter_(0, i, ones, reduce="multiply"), p)

z = torch.ones(4, dtype=torch.complex128)
for how in "sum", "prod", "mean", "amax", "amin":
    try:
        print(how, z.scatter_reduce(0, i, z, how))
    except NotImplementedError as error:
        print(error)
try:
    z.index_reduce(0, i, z, "prod")
except NotImplementedError as error:
    print(error)
try:
    (z.real > 0).scatter_reduce(0, i, z.real > 0, "mean")
except NotImplementedError as error:
    print(error)
