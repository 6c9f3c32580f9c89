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
