# a gradient is retained once, after the hooks, also where a backward is taken apart
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 3
y.retain_grad()
y.register_hook(lambda g: print("hook", g))
y.pow(2).sum().backward()
print(y.grad, x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 3
z = y * 2
for t in (y, z):
    t.retain_grad()
y.register_hook(lambda g: g * 10)
z.sum().backward()
print(y.grad, z.grad, x.grad)


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, gradient):
        return gradient * 2


x = torch.tensor([1.0, 2.0], requires_grad=True)
y = Double.apply(x) + 1
y.retain_grad()
(y * y).sum().backward()
print(y.grad, x.grad)
torch.autograd.grad((Double.apply(y) ** 2).sum() + y.detach().sum(), y, allow_unused=True)
print(y.grad)
