# max along a dim, sort, topk and max-pooling save where they found their values: the values may be written, not the places
import torch
from torch import nn
import torch.nn.functional as F

x = torch.tensor([[3.0, 1.0, 2.0, 0.5], [1.0, 5.0, 4.0, 6.0]], requires_grad=True)


def written(name, function, which):
    x.grad = None
    results = function(x * 1)
    total = results[0].sum()
    results[which].add_(1)
    try:
        total.backward()
        print(name, which, x.grad.tolist())
    except RuntimeError as error:
        print(name, which, error)


functions = {
    "max": lambda x: x.max(1),
    "min": lambda x: x.min(dim=0, keepdim=True),
    "sort": lambda x: x.sort(),
    "topk": lambda x: x.topk(2),
    "kthvalue": lambda x: x.kthvalue(2),
    "cummax": lambda x: x.cummax(1),
}
for name, function in functions.items():
    written(name, function, 0)
    written(name, function, 1)
written("msort", lambda x: (x.msort(),), 0)
written("max_pool1d", lambda x: (F.max_pool1d(x, 2),), 0)
written("max_pool2d", lambda x: (F.max_pool2d(x[None], 2),), 0)
written("adaptive_max_pool1d", lambda x: (F.adaptive_max_pool1d(x, 2),), 0)

torch.manual_seed(3)
net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(8, 1))
net(torch.arange(36.0).reshape(1, 1, 6, 6) / 36).sum().backward()
print(net[0].weight.grad.shape, net[0].bias.grad)
