# Parameter and Buffer: leaves over the data they are made from
import torch
from torch import nn

p = nn.Parameter(torch.ones(2))
print(p, isinstance(p, torch.Tensor), type(p.data).__name__, type(p * 1).__name__, p.is_leaf)
print(nn.Parameter(torch.arange(2.0), requires_grad=False), nn.Parameter().shape)
try:
    nn.Parameter(torch.tensor([1]))
except RuntimeError as error:
    print(error)
print(nn.Parameter(torch.tensor([1]), requires_grad=False).dtype)
y = torch.ones(2, requires_grad=True) * 2
z = nn.Parameter(y)
print(z.is_leaf, z.requires_grad, z.grad_fn, z.data_ptr() == y.data_ptr())


class Holder(nn.Module):
    def __init__(self):
        super().__init__()
        self.b = nn.Buffer(torch.ones(1))
        self.c = nn.Buffer(torch.ones(1), persistent=False)


print(list(Holder().state_dict()), [name for name, _ in Holder().named_buffers()])
