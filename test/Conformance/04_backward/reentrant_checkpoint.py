# A reentrant checkpoint calls its function again in backward, of which nobody may ask for single inputs
import warnings

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint, checkpoint_sequential

calls = []
p = torch.tensor([1.5, 2.5], requires_grad=True)
x = torch.tensor([0.5, -1.0], requires_grad=True)
w = torch.tensor([2.0, 3.0], requires_grad=True)


def block(x, w):
    calls.append(torch.is_grad_enabled())
    return torch.tanh(x * w) * p


y = checkpoint(block, x, w, use_reentrant=True)
print(y, calls, y.grad_fn.name(), [n.name() for n, _ in y.grad_fn.next_functions])
(y * y).sum().backward()
print(calls, x.grad, w.grad, p.grad)
h = x
for i in range(4):
    h = checkpoint(block, h, w, use_reentrant=True)
h.sum().backward()
print(calls, x.grad, w.grad, p.grad)

for ask in (lambda y: torch.autograd.grad(y.sum(), x), lambda y: y.sum().backward(inputs=[x])):
    try:
        ask(checkpoint(block, x, w, use_reentrant=True))
    except RuntimeError as error:
        print(error)
y = checkpoint(block, x, w, use_reentrant=True)
y.sum().backward(retain_graph=True)
y.sum().backward()
try:
    y.sum().backward()
except RuntimeError as error:
    print(str(error)[:60])
print(x.grad)

# What is drawn in the second call is what the first drew, and what is drawn outside goes on.
torch.manual_seed(0)
layers = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Dropout(0.5))
z = torch.randn(4, 2, requires_grad=True)
o = checkpoint(layers, z, use_reentrant=True)
print(torch.rand(1))
o.square().sum().backward()
print(torch.rand(1), layers[1].running_mean, layers[1].num_batches_tracked)
drop = checkpoint(nn.Dropout(0.5), z, use_reentrant=True)
z.grad = None
drop.sum().backward()
print(torch.equal(z.grad, torch.where(drop == 0, 0.0, 2.0)))

with warnings.catch_warnings(record=True) as got:
    warnings.simplefilter("always")
    constant = checkpoint(layers, z.detach(), use_reentrant=True)
    print(constant.requires_grad, [str(one.message) for one in got])


def several(a, flag, b):
    return a * b, a.detach(), a > 0, flag


o = checkpoint(several, x, "given on", w, use_reentrant=True)
print(o[0].grad_fn.name(), o[1].requires_grad, o[2], o[3])
o[0].sum().backward()
print(x.grad)

stack = nn.Sequential(*[nn.Sequential(nn.Linear(2, 2), nn.Tanh()) for _ in range(4)])
for reentrant in (True, False):
    z.grad = None
    checkpoint_sequential(stack, 2, z, use_reentrant=reentrant).sum().backward()
    print(z.grad, stack[0][0].weight.grad)


def outer(a):
    return checkpoint(block, a, w, use_reentrant=True) * 2


x.grad = None
checkpoint(outer, x, use_reentrant=True).sum().backward()
print(x.grad, len(calls))
for function, named in ((lambda a: a.detach(), {}), (block, {"w": w})):
    try:
        checkpoint(function, x, use_reentrant=True, **named).sum().backward()
    except (RuntimeError, ValueError) as error:
        print(error)
with torch.no_grad():
    print(checkpoint(block, x, w, use_reentrant=True).requires_grad)
