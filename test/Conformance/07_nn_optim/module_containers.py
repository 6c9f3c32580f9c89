# Sequential, ModuleList, ModuleDict, ParameterList and ParameterDict: access, change and printed form
from collections import OrderedDict

import torch
from torch import nn


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


s = nn.Sequential(OrderedDict([("one", nn.ReLU()), ("two", nn.Tanh())]))
print(s, s.one, s[0], s[-1], s[0:1], len(s))
s.append(nn.Sigmoid())
attempt(lambda: s[5])
t = nn.Sequential(nn.ReLU()) + nn.Sequential(nn.Tanh())
del t[0]
t.insert(0, nn.GELU())
print(t, t * 2)
t[0] = nn.ELU()
print(t.pop(0), [type(module).__name__ for module in t])
names = nn.ModuleList([nn.Linear(1, 1), nn.ReLU()])
names.append(nn.Tanh())
names.extend([nn.ELU(), nn.ELU()])
names.insert(1, nn.GELU())
print(names, names[1:3], len(names), names[-1])
names[0] = nn.ReLU()
del names[1]
names += [nn.CELU()]
print(names)
attempt(lambda: names(3))
print(names.pop(0), list(dict(names.named_children())))
d = nn.ModuleDict({"x": nn.ReLU()})
d["y"] = nn.Tanh()
d.update([("z", nn.ELU())])
print(d, list(d.keys()), "x" in d, len(d), d.pop("x"))
attempt(lambda: d["q"])
p = nn.ParameterList([torch.ones(2), nn.Parameter(torch.zeros(1))])
p.append(torch.ones(3))
p += [torch.zeros(2, 2)]
print(p, p[-1].shape, list(p.state_dict()), [type(value).__name__ for value in p])
q = nn.ParameterDict({"b": torch.ones(2), "a": torch.zeros(1)})
q["c"] = torch.ones(1)
print(q, list(q.keys()), "a" in q, len(q), [name for name, _ in q.named_parameters()], q.pop("b").tolist())
