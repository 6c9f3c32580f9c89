# _base: the tensor that a view is of, and a subclass of Tensor under its own name
import torch

base = torch.arange(6.0)
view = base.view(2, 3)[1]
print(view._base is base, base._base, torch.ones(4).view(2, 2)._base)
x = torch.arange(6.0, requires_grad=True)
row = (x * 2).view(2, 3)[0]
print(row._base, row.unfold(0, 1, 1).shape, x.unfold(0, 2, 2))


class Named(torch.Tensor):
    pass


print(torch.ones(2).as_subclass(Named))
