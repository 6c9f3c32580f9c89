# A number is assigned as a tensor of no dims: it fills, and is copied to what has no dims
import warnings
import torch

warnings.simplefilter("ignore")

for shape in ((), (1,), (2,), (2, 2)):
    for assign in ("t[...] = 2.0", "t[()] = 1", "t[...] = torch.tensor(3.0)", "t[:] = 2", "t[:] = torch.tensor(3.0)", "t[:1] = torch.tensor(4.0)"):
        t = torch.zeros(shape, requires_grad=True) * 1
        try:
            exec(assign)
            print(shape, assign, t.grad_fn.name(), t._version, t.tolist())
        except IndexError as error:
            print(shape, assign, error)
t = torch.zeros((), requires_grad=True) * 1
with torch.no_grad():
    t[...] = 2
print(t.grad_fn.name(), t)
value = torch.tensor(2.0, requires_grad=True)
t = torch.zeros(2, 2, requires_grad=True) * 1
t[:] = value
t.sum().backward()
print(value.grad)
for index in (0, (0,), slice(None), (slice(None),), (None, 0), (0, 0)):
    for use in (lambda t: t[index], lambda t: t.__setitem__(index, 1)):
        try:
            print(use(torch.tensor(1.0)))
        except IndexError as error:
            print(index, error)
for name in ("T", "mT", "mH", "H"):
    for t in (torch.tensor(1.0), torch.ones(1)):
        try:
            print(name, getattr(t, name))
        except RuntimeError as error:
            print(name, error)
