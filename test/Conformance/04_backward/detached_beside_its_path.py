# A value and its detached twin in one expression: the gradient passes one of them, whatever was computed before.
import torch


def show(name, make, values=(1.0, 2.0)):
    for asked in (False, True):
        x = torch.tensor(values, requires_grad=True)
        loss = make(x).sum()
        if asked:  # its numbers are known before the backward
            loss.item()
        loss.backward()
        print(name, x.grad)


def without(f, *args):
    with torch.no_grad():
        return f(*args)


def detached_(y):
    z = y * 1
    z.detach_()
    return z


def policy(x):
    y = x * x
    return (y - y.mean()).detach() * y


def softened(x):
    p = x.softmax(0)
    return (p - p.detach() * 0.5) * torch.tensor([1.0, 3.0])


def straight(x):
    y = x * 2
    return (y.round() - y).detach() * y + y


def inner(x):
    y = x.exp()
    d = y.detach()
    return (d * d * y).sin() + (d + 1) * y


show("detach", lambda x: (lambda y: y * y.detach())(x.exp()))
show("slice", lambda x: (lambda y: y * y.detach()[:])(x.exp()))
show("view", lambda x: (lambda y: y * y.detach().view(2))(x.exp()))
show("clone", lambda x: (lambda y: y * y.detach().clone())(x.exp()))
show("data", lambda x: (lambda y: y * y.data)(x.exp()))
show("no_grad", lambda x: (lambda y: y * without(lambda t: t * 2, y))(x.exp()))
show("detach_", lambda x: (lambda y: y * detached_(y))(x.exp()))
show("policy", policy, (1.0, 2.0, 3.0))
show("softened", softened)
show("straight", straight, (0.3, 0.8))
show("inner", inner)
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.exp()
g, = torch.autograd.grad((y * y.detach() * x).sum(), x, create_graph=True)
print("twice", g.detach(), torch.autograd.grad((g * g.detach()).sum(), x))
