# What a Function saved of its results is written: an error, whether the program still has the result or not.
import torch
import torch.nn as nn


class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, i):
        r = i.exp()
        ctx.save_for_backward(r)
        return r

    @staticmethod
    def backward(ctx, g):
        r, = ctx.saved_tensors
        return g * r


class Net(nn.Module):
    def forward(self, x):
        y = Exp.apply(x)
        y += 1
        return y.sum()


x = torch.zeros(2, 3, requires_grad=True)
loss = Net()(x)
try:
    loss.backward()
except RuntimeError as error:
    print(error)
y = Exp.apply(x)
y[0] = 1
try:
    y.sum().backward()
except RuntimeError as error:
    print(error)
Exp.apply(x).mul(2).sum().backward()
print(x.grad)
