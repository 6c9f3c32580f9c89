# hooks of what a backward begins with: what they give takes the place of the seed, and of what else arrives there
import torch


class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * 2


def x0():
    return torch.ones(2, requires_grad=True)


def three(g):
    return g * 3


def show(n, *a):
    print(n, *a)


x = x0()
y = x * 2
y.register_hook(three)
y.backward(torch.ones(2))
show(1, x.grad)
x = x0()
y = Twice.apply(x)
y.register_hook(three)
y.backward(torch.ones(2))
show(2, x.grad)
x = x0()
y = Twice.apply(x)
y.register_hook(three)
show(3, torch.autograd.grad(y, x, torch.ones(2)))
x = x0()
h = x * 2
h.register_hook(three)
y = Twice.apply(h)
y.sum().backward()
show(4, x.grad)
x = x0()
h = x * 2
h.register_hook(three)
y = Twice.apply(h)
y.backward(torch.ones(2))
show(5, x.grad)
x = x0()
h = x * 2
h.register_hook(three)
y = Twice.apply(h)
(y + h).backward(torch.ones(2))
show(6, x.grad)
x = x0()
h = x * 2
h.register_hook(three)
torch.autograd.backward([h, h * h], [torch.ones(2), torch.ones(2)])
show(7, x.grad)
x = x0()
h = x * 2
h.register_hook(three)
show(8, torch.autograd.grad([h, h * h], [x, h], [torch.ones(2), torch.ones(2)]))
x = x0()
x.register_hook(three)
x.backward(torch.ones(2))
show(9, x.grad)
x = x0()
x.register_hook(three)
y = Twice.apply(x)
(y * x).sum().backward()
show(10, x.grad)
x = x0()
x.register_post_accumulate_grad_hook(lambda p: print('acc', p.grad))
y = Twice.apply(x)
(y + x).sum().backward()
show(11, x.grad)
x = x0()
x.register_post_accumulate_grad_hook(lambda p: print('acc', p.grad))
x.backward(torch.ones(2))
show(12, x.grad)
x = x0()
y = x * 2
y.retain_grad()
y.register_hook(three)
y.backward(torch.ones(2))
show(13, x.grad, y.grad)
x = x0()
y = x * 2
y.register_hook(three)
y.backward(torch.ones(2), retain_graph=True)
y.backward(torch.ones(2))
show(14, x.grad)
x = x0()
y = x * 2
y.register_hook(three)
g, = torch.autograd.grad(y, x, torch.ones(2), create_graph=True)
show(15, g, g.requires_grad)
x = x0()
y = x ** 2
y.register_hook(lambda g: g * 3)
g, = torch.autograd.grad(y, x, torch.ones(2), create_graph=True)
show(16, g)
show(16, torch.autograd.grad(g.sum(), x))
x = x0()
y = x * 2
y.register_hook(lambda g: torch.zeros_like(g))
y.backward(torch.ones(2))
show(17, x.grad)
x = x0()
y = x * 2
seen = []
y.register_hook(lambda g: seen.append(g.clone()))
y.backward(torch.ones(2))
show(18, x.grad, seen)
x = x0()
y = x * 2
y.grad_fn.register_prehook(lambda gs: (gs[0] * 5,))
y.backward(torch.ones(2))
show(19, x.grad)
x = x0()
y = x * 2
z = y * 1
y.register_hook(three)
z.register_hook(three)
torch.autograd.backward([z, y], [torch.ones(2)] * 2)
show(20, x.grad)
x = x0()
y = x * 2
y.register_hook(three)
torch.autograd.backward([y, y], [torch.ones(2), torch.ones(2) * 10])
show(21, x.grad)
x = x0()
a, b = (x * 2).unbind()
a.register_hook(three)
torch.autograd.backward([a, b])
show(22, x.grad)
lin = torch.nn.Linear(2, 2, bias=False)
torch.nn.init.ones_(lin.weight)
lin.register_full_backward_hook(lambda m, gi, go: (gi[0] * 7,))
x = x0()
o = lin(x[None])
o.backward(torch.ones(1, 2))
show(24, x.grad, lin.weight.grad)
lin = torch.nn.Linear(2, 2, bias=False)
torch.nn.init.ones_(lin.weight)
lin.register_full_backward_pre_hook(lambda m, go: (go[0] * 7,))
x = x0()
o = lin(x[None])
o.backward(torch.ones(1, 2))
show(25, x.grad, lin.weight.grad)
x = x0()
y = x * 2
y.register_hook(three)
y.mul_(2)
y.backward(torch.ones(2))
show(26, x.grad)
x = x0()
y = x * 2
y.mul_(2)
y.register_hook(three)
y.backward(torch.ones(2))
show(27, x.grad)


class Both(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        return x + y, x - y

    @staticmethod
    def backward(ctx, a, b):
        return a + b, a - b


# A hook of a call's node that one result is asked for and the backward comes to by the other.
x = x0()
y, z = Both.apply(x, x * 2)
y.grad_fn.register_prehook(lambda gs: tuple(None if g is None else g * 3 for g in gs))
z.backward(torch.tensor([1.0, -2.0]))
show(28, x.grad)

# What the results of a call retain where only some inputs are asked for.
x = x0()
y = Twice.apply(x)
y.retain_grad()
y.backward(torch.ones(2), inputs=[x])
print(1, y.grad, x.grad)
x = x0()
h = Twice.apply(x)
h.retain_grad()
(h * 3).sum().backward(inputs=[x])
print(2, h.grad, x.grad)
x = x0()
h = x * 2
h.retain_grad()
(h * 3).sum().backward(inputs=[x])
print(3, h.grad, x.grad)
x = x0()
h = x * 2
h.retain_grad()
Twice.apply(h).sum().backward(inputs=[x])
print(4, h.grad, x.grad)
x = x0()
h = x * 2
h.retain_grad()
h.register_hook(lambda g: g * 2)
(h * 3).sum().backward(inputs=[x])
print(5, h.grad, x.grad)
x = x0()
h = Twice.apply(x)
h.retain_grad()
g, = torch.autograd.grad((h * 3).sum(), x)
print(6, h.grad, g)
x = x0()
h = x * 2
h.retain_grad()
g, = torch.autograd.grad((h * 3).sum(), x)
print(7, h.grad, g)
