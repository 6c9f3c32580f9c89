# A module's parameters, buffers and modules by name; what may be assigned and registered
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 3)
        self.b = nn.Sequential(nn.ReLU(), nn.Linear(3, 1))
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("count", torch.zeros(1))
        self.register_buffer("scratch", torch.zeros(2), persistent=False)
        self.register_parameter("none", None)
        self.plain = torch.ones(3)


net = Net()
print(net)
print([name for name, _ in net.named_parameters()], [name for name, _ in net.named_buffers()])
print([name for name, _ in net.named_modules()], [name for name, _ in net.named_children()])
print(list(net.state_dict()), net.training, net.eval().b.training, net.train() is net)
seen = []
net.apply(lambda module: seen.append(type(module).__name__))
print(seen)


def attempt(function, *arguments):
    try:
        print("fine", function(*arguments))
    except Exception as error:
        print(type(error).__name__, error)


for name, value in (("a", 3), ("a", torch.ones(1)), ("scale", torch.ones(1)), ("scale", "x"), ("count", 3)):
    attempt(setattr, net, name, value)
for name, value in (("a", torch.ones(1)), ("x.y", None), ("", None), ("q", 3), (3, None)):
    attempt(net.register_buffer, name, value)
for name, value in (("q", torch.ones(1)), ("x.y", None), ("", None), (3, None), ("q", nn.Parameter(torch.ones(1)) * 2)):
    attempt(net.register_parameter, name, value)
for name, value in (("m", 3), ("x.y", nn.ReLU()), ("", nn.ReLU()), ("count", nn.ReLU())):
    attempt(net.add_module, name, value)
for path in ("b.1", "b.7", "count", ""):
    attempt(lambda: type(net.get_submodule(path)).__name__)
attempt(lambda: net.get_parameter("b.1.weight").shape)
attempt(net.get_parameter, "count")
attempt(net.get_buffer, "count")
attempt(lambda: net.nothing)
net.scale = None
print(net.scale, "scale" in dict(net.named_parameters()))
net.scale = nn.Parameter(torch.ones(1) * 2)
net.count = torch.ones(1)
print(net.scale.item(), net.count.item())
del net.a
attempt(lambda: net.a)


class NoInit(nn.Module):
    def __init__(self):
        self.w = nn.Parameter(torch.ones(1))


attempt(NoInit)
attempt(nn.Module(), 3)
attempt(nn.Module, 3)
attempt(net.train, 3)
attempt(net.to, torch.int32)
tied = nn.Linear(2, 2)
twice = nn.Sequential(tied, tied)
print(len(list(twice.parameters())), list(twice.state_dict()), len(list(twice.named_parameters(remove_duplicate=False))))
