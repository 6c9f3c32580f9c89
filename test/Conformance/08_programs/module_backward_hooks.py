# Full backward hooks: what they see, and gradients that they replace
import torch
import warnings
from torch import nn

warnings.simplefilter("ignore")
m = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
for p in m.parameters():
    nn.init.constant_(p, 0.5)
m[2].register_full_backward_hook(lambda mod, gi, go: print("hook", type(mod).__name__, gi, go))
m[0].register_full_backward_hook(lambda mod, gi, go: print("hook0", gi, go))
handle = m[1].register_full_backward_hook(lambda mod, gi, go: (gi[0] * 2,))
m[1].register_full_backward_pre_hook(lambda mod, go: print("pre", go))
x = torch.ones(1, 2)
y = m(x)
print(y.grad_fn.name())
y.sum().backward()
print(m[0].weight.grad)
x = torch.ones(1, 2, requires_grad=True)
m(x).sum().backward()
print(x.grad)
handle.remove()
with torch.no_grad():
    print(m(x))
wrong = nn.Linear(2, 1)
wrong.register_full_backward_hook(lambda mod, gi, go: (gi[0], gi[0]))
try:
    wrong(x).sum().backward()
except RuntimeError as error:
    print(error)
