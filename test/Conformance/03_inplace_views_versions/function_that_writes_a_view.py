# What a Function writes of a view gets its history from the base
import torch


class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x.mul_(2)

    @staticmethod
    def backward(ctx, gradient):
        return gradient * 2


x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
base = x * 1
row = base[0]
result = Twice.apply(row)
print(result is row, row.grad_fn.name(), base.grad_fn.name(), row.tolist(), base.tolist())
(base.sum() + result.prod()).backward()
print(x.grad.tolist())
whole = x * 1
print(Twice.apply(whole).grad_fn.name(), whole.grad_fn.name())
