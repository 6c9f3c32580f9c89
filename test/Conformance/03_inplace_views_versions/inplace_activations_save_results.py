# In place, leaky_relu, elu and celu save their results: a later write is seen, and a negative slope is refused
import torch
import torch.nn.functional as F


def tried(f, write):
    x = torch.tensor([-1.0, 2.0], requires_grad=True)
    y = f(x * 2)
    name = y.grad_fn.name()
    if write:
        y.mul_(3)
    try:
        y.sum().backward()
        print(name, x.grad)
    except RuntimeError as e:
        print(name, type(e).__name__ + ":", str(e).split("\n")[0])


for f in (F.leaky_relu_, F.elu_, F.selu_, F.celu_):
    tried(f, write=False)
    tried(f, write=True)
tried(lambda y: F.leaky_relu_(y, -0.2), write=False)
tried(lambda y: F.elu_(y, -2.0), write=False)
tried(lambda y: F.leaky_relu(y, -0.2), write=True)

# Through a second derivative
x = torch.tensor([-1.0, 2.0], requires_grad=True)
y = F.elu_(x * 2)
(g,) = torch.autograd.grad(y.sum(), x, create_graph=True)
g.sum().backward()
print(x.grad)


def tried_twice(f, tracked):
    """Whether the gradient's own backward sees that the result was written meanwhile."""
    x = torch.tensor([-1.0, 2.0], requires_grad=True)
    y = f(x * 2)
    seed = torch.ones(2, requires_grad=tracked)
    (g,) = torch.autograd.grad(y, x, seed, create_graph=True)
    with torch.no_grad():
        y.add_(1)
    for other in (x, seed) if tracked else (x,):
        try:
            print(f.__name__, torch.autograd.grad(g.sum(), other, retain_graph=True)[0])
        except RuntimeError as e:
            print(f.__name__, type(e).__name__ + ":", str(e).split("\n")[0])


for f in (F.elu_, F.selu_, F.celu_, F.leaky_relu_, torch.relu_):
    tried_twice(f, tracked=True)
for f in (F.elu_, F.selu_, F.celu_):
    tried_twice(f, tracked=False)
