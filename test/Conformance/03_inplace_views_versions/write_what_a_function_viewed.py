import torch


class Flat(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.shape = x.shape
        return x.view(-1)

    @staticmethod
    def backward(ctx, gradient):
        return gradient.view(ctx.shape)


x = torch.ones(2, 2, requires_grad=True)
y = Flat.apply(x * 3)
print(y)
y += 1
y.sum().backward()
