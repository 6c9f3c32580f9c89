import copy
import io
import pickle

import torch

x = torch.ones(2, 3)
x.add_(1)
p = torch.nn.Parameter(torch.ones(2))
shares = copy.copy(x)
shares.add_(1)  # the same elements, another counter
print(x._version, shares._version, x)

# The backward does not learn of a write through a copy.
y = torch.ones(3, requires_grad=True)
factor = torch.full((3,), 2.)
z = (y * factor).sum()
copy.copy(factor).mul_(5)
z.backward()
print(y.grad, factor._version)


class Dirty(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        a.mul_(1.5)
        ctx.mark_dirty(a)
        return a

    @staticmethod
    def backward(ctx, g):
        return g * 1.5


plain, leaf, computed = torch.ones(2), torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True) * 2
print(Dirty.apply(plain) is plain, plain._version, Dirty.apply(computed) is computed, computed._version)
try:
    Dirty.apply(leaf)
except RuntimeError as error:
    print(error)
print(leaf, leaf._version)

with torch.inference_mode():
    part = computed[:1]
    print(part.detach_() is part)

for made in (copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))):
    print(made(x)._version, made(p)._version, made(x.view(6))._version, made(x.view(6))._base is None)
file = io.BytesIO()
torch.save({"x": x, "p": p}, file)
file.seek(0)
read = torch.load(file)
print(read["x"]._version, read["p"]._version)
