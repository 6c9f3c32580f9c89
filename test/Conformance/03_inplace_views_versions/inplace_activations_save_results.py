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
