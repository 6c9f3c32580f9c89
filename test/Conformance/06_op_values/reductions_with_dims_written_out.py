# sum and mean are two functions in PyTorch: of all elements, and along dims; and squeeze three
import torch

for x in (torch.ones(2, 3, requires_grad=True), torch.tensor(2.0, requires_grad=True)):
    for name in ("sum", "mean"):
        for given in ({}, {"dim": None}, {"dim": ()}, {"dim": -1}, {"dim": None, "keepdim": True}, {"dtype": torch.float64},
                      {"dim": None, "dtype": torch.float64}):
            for function in (getattr(torch, name), getattr(torch.Tensor, name)):
                result = function(x, **given)
                print(name, given, type(result.grad_fn).__name__, tuple(result.shape), result.dtype)
        try:
            getattr(torch, name)(x, keepdim=True)
        except TypeError:
            print("keepdim needs a dim")
    for dim in ((), (0,), (-1,), [0]):
        print("squeeze", dim, type(x.squeeze(dim).grad_fn).__name__, tuple(x.squeeze(dim).shape))
try:
    torch.ones(1, 2).squeeze((0, -2))
except RuntimeError as error:
    print(error)


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * 2


x = torch.ones(3, requires_grad=True)
written = torch.zeros(3)
written[0] = x.sum()
for node in ((x * 2).grad_fn, (x * 2).grad_fn.next_functions[0][0], Double.apply(x).grad_fn, written.grad_fn):
    print(type(node), str(node).split(" at ")[0], node.name())
print(written)
