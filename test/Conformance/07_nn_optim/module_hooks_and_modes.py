# Forward hooks, gradients of a whole module, and its dtype
import copy

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 1)
        self.register_buffer("count", torch.ones(1))

    def forward(self, x, twice=False):
        y = self.a(x)
        return y * 2 if twice else y


net = Net()
with torch.no_grad():
    net.a.weight.fill_(0.5)
    net.a.bias.fill_(0.25)
x = torch.tensor([[1.0, -4.0]])
before = net.register_forward_pre_hook(lambda module, args: (args[0] * 2,))
after = net.register_forward_hook(lambda module, args, out: out + 1)
print(net(x).item())
before.remove()
print(net(x).item())
after.remove()
print(net(x).item(), net(x, twice=True).item())
with net.register_forward_hook(lambda module, args, kwargs, out: print(kwargs, len(args)), with_kwargs=True):
    net(x, twice=True)
named = net.register_forward_pre_hook(lambda module, args, kwargs: (args, {"twice": True}), with_kwargs=True)
print(net(x).item())
named.remove()
net(x).sum().backward()
print(net.a.weight.grad)
net.zero_grad(set_to_none=False)
print(net.a.weight.grad)
net.zero_grad()
print(net.a.weight.grad)
net.requires_grad_(False)
print([p.requires_grad for p in net.parameters()])
net.requires_grad_()
twin = copy.deepcopy(net)
twin.a.weight.data.zero_()
print(twin.a.weight, net.a.weight, type(twin.a.weight).__name__)
weight = net.a.weight
print(net.double().a.weight is weight, weight.dtype, net.count.dtype)
print(net(x.double()).dtype, net.float()(x).dtype, weight.is_leaf, weight.requires_grad)
