# modules that learn the sizes of their inputs at the first call
import torch
from torch import nn
torch.manual_seed(0)
l = nn.LazyLinear(3)
print(l, l.weight, isinstance(l.weight, nn.Parameter), l.bias, list(l.state_dict()), list(l.parameters()), isinstance(l, nn.Linear))
for f in (lambda: l.weight.shape, lambda: l.weight + 1, lambda: l.weight.numel(), lambda: sum((p.numel() for p in l.parameters())), lambda: l.has_uninitialized_params(), lambda: l.weight.dtype, lambda: l.weight.grad, lambda: l.weight.sin(), lambda: l.to(torch.float64).weight.dtype, lambda: l.float().weight):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
net = nn.Sequential(nn.LazyConv2d(4, 3, padding=1), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten(), nn.LazyLinear(2, bias=False))
opt = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
print(net)
x = torch.rand(4, 3, 5, 5)
y = net(x)
print(net, y, [tuple(p.shape) for p in net.parameters()], type(net[0].weight))
for _ in range(3):
    opt.zero_grad()
    l2 = net(x).pow(2).mean()
    l2.backward()
    opt.step()
    print(l2.item())
print(net[1].running_mean, net[1].num_batches_tracked)
m = nn.LazyLinear(2)
m.load_state_dict(nn.Linear(4, 2).state_dict())
print(type(m).__name__, m.weight.shape, m(torch.ones(1, 4)).shape, type(m), m.in_features)
print(nn.LazyConv1d(2, 3, stride=2), nn.LazyConvTranspose1d(2, 3)(torch.rand(1, 4, 5)).shape, nn.LazyConv3d(2, 1, bias=False), nn.LazyBatchNorm1d(affine=False), nn.LazyConv2d(4, (3, 1), 2, 1, 1, 2))
b = nn.LazyBatchNorm1d()
print(b, list(b.state_dict()))
print(b(torch.tensor([[1.0, 2.0], [3.0, 5.0]])), b)

class Net(nn.Module):

    def __init__(self):
        super().__init__()
        self.a = nn.LazyLinear(4)
        self.b = nn.LazyLinear(1)

    def forward(self, x):
        return self.b(self.a(x).relu())
n = Net()
n(torch.ones(2, 7))
print(n, sum((p.numel() for p in n.parameters())))
import copy
from torch.nn.modules.lazy import LazyModuleMixin
c = copy.deepcopy(nn.Sequential(nn.LazyLinear(3)))
d = copy.deepcopy(c)
print(d.load_state_dict(c.state_dict()), list(c.state_dict().values())[:2], d(torch.ones(2, 5)).shape, c[0].weight)
print(nn.LazyConv2d(4, 3)(torch.ones(3, 5, 5)).shape)

class Scaled(LazyModuleMixin, nn.Module):

    def __init__(self):
        super().__init__()
        self.w = nn.parameter.UninitializedParameter()

    def initialize_parameters(self, x, times=1):
        print('once')
        self.w.materialize((x.shape[-1],))
        with torch.no_grad():
            self.w.fill_(2)

    def forward(self, x, times=1):
        return x * self.w * times

class Idle(Scaled):

    def initialize_parameters(self, x):
        pass
s = Scaled()
print(s(x=torch.ones(2, 3), times=3), s(torch.ones(3)), type(s).__name__)
for f in (lambda: Idle()(torch.ones(1)), lambda: nn.Linear(5, 3).load_state_dict(nn.LazyLinear(3).state_dict()), lambda: nn.LazyConv2d(4, 3)(torch.ones(3)), lambda: nn.LazyConv1d(6, 2, groups=4)(torch.ones(6, 5)), lambda: nn.init.zeros_(nn.LazyLinear(3).weight)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)

lazy = nn.LazyLinear(3)
calls = [lambda: torch.sum(lazy.weight), lambda: torch.add(lazy.weight, 1), lambda: torch.cat([lazy.weight]), lambda: torch.exp(lazy.weight),
         lambda: nn.functional.linear(torch.ones(2, 2), lazy.weight), lambda: lazy.weight == 1, lambda: lazy.weight.size(),
         lambda: lazy.weight.float(), lambda: torch.is_tensor(lazy.weight)]
for call in calls:
    try:
        print(call())
    except ValueError as error:
        print(str(error).split(" at 0x")[0].split("'")[0])
print(nn.functional.batch_norm(torch.ones(0), torch.ones(0), torch.ones(0)))
print(torch.gather(torch.ones(3), 0, torch.ones(0, dtype=torch.uint8)), torch.gather(torch.ones(3, 4), 0, torch.ones(0, 2).bool()).shape)
print(torch.gradient(torch.tensor([1.0, 2.0, 4.0]), dim=None, spacing=None))
