# What a custom Function returned as a view shows what is written to its input, and its history is refused then
import torch


class Flat(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.shape = x.shape
        return x.view(-1)

    @staticmethod
    def backward(ctx, gradient):
        return gradient.view(ctx.shape) * 10


class Same(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x

    @staticmethod
    def backward(ctx, gradient):
        return gradient * 10


def tried(name, function):
    try:
        print(name, function())
    except RuntimeError as error:
        print(name, error)


for function in (Flat, Same):
    x = torch.arange(4.0).reshape(2, 2).requires_grad_()
    z = x * 1
    y = function.apply(z)
    y.square().sum().backward()
    print(x.grad, y._version)
    with torch.no_grad():
        z[0, 0] = 7
        print(y, y.sum().item(), y._version)
    tried("read", lambda: y * 2)
    tried("backward", lambda: y.sum().backward())

    z = x * 1
    y = function.apply(z)
    z.mul_(2)
    print(y.detach(), y.tolist())
    tried("after a tracked write", lambda: y + 1)
    z.sum().backward()
    print(x.grad)

    y = function.apply(x)
    with torch.no_grad():
        x.add_(1)
    print(y.detach())
    tried("of a leaf", lambda: y.sum().backward())

z = torch.arange(4.0).reshape(2, 2)
y = Flat.apply(z)
z[0, 0] = 5
print(y)

z = torch.arange(4.0).reshape(2, 2).requires_grad_() * 1
row = Flat.apply(z)[1:3]
inner = row.detach()
last = row[-1]
with torch.no_grad():
    z[0, 1] = 8
    z[1, 0] = 9
    print(row, inner, last, inner[0])
print(row.detach().sum().item(), last.item(), row._version, inner._version)
tried("a part", lambda: row * 2)
