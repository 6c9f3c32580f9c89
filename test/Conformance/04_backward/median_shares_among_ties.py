"""The gradient of the median of all elements goes to every element that is equal to it."""
import torch
for values in ([1.0, 2.0, 2.0, 2.0, 3.0], [3.0, 1.0, 2.0, 4.0], [float("inf")] * 2 + [1.0], [1.0, float("nan"), 2.0, float("nan")]):
    for name in ("median", "nanmedian"):
        x = torch.tensor(values, requires_grad=True)
        m = getattr(torch, name)(x)
        m.backward()
        print(name, m, x.grad)
x = torch.tensor([[1.0, 1.0, 1.0], [0.0, 2.0, 2.0]], requires_grad=True)
m = (x * 2).median()
print(m, m.grad_fn.next_functions[0][0].name())
m.backward()
print(x.grad)
x = torch.tensor([1.0, 1.0, 5.0], dtype=torch.float64, requires_grad=True)
g, = torch.autograd.grad(x.square().median(), x, create_graph=True)
print(g.detach())
g.sum().backward()
print(x.grad)
with torch.no_grad():
    print(x.median(), torch.tensor([3, 1, 2]).median())
# Nothing comes to the others, not even of an infinite gradient or of one that is no number.
for factor in (float("inf"), float("nan")):
    x = torch.tensor([3.0, 1.0, 2.0, 2.0], requires_grad=True)
    (x.median() * factor).backward()
    print(x.grad)
# Its result is no view, and may be written.
x = torch.tensor([3.0, 1.0, 2.0], requires_grad=True)
print((x * 1).median().mul_(2).detach())
