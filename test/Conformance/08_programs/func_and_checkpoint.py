# torch.func and torch.utils.checkpoint
import torch
from torch import func, nn
from torch.utils.checkpoint import checkpoint, checkpoint_sequential

x = torch.tensor([1.0, 2.0, 3.0])
w = torch.tensor([2.0, 0.5, 1.0], requires_grad=True)


def f(x):
    return (x ** 3).sum()


g = func.grad(f)(x)
print(g, g.requires_grad)
print(func.grad(lambda t: func.grad(torch.sin)(t))(torch.tensor(0.7)))
print(func.grad(lambda x, y: (x * y).sum(), argnums=(0, 1))(x, x + 1))
print(func.grad_and_value(f)(x), func.grad(lambda x: ((x * 2).sum(), x + 1), has_aux=True)(x))
captured = func.grad(lambda x: (w * x * x).sum())(x)
print(captured.detach(), captured.requires_grad)
captured.sum().backward()
print(w.grad)
out, pull = func.vjp(lambda a, b: (a * b, a.sum()), x, x + 1)
print(out, pull((torch.ones(3), torch.tensor(2.0))))
print(func.jvp(lambda x: x ** 2, (x,), (torch.ones(3),)))
print(func.jacrev(lambda x: x ** 2)(x), func.jacfwd(lambda x: x.sum() * x)(x))
print(func.hessian(f)(x))
net = nn.Sequential(nn.Linear(3, 2), nn.Tanh(), nn.Linear(2, 1))
params = {k: torch.full_like(v, 0.1).requires_grad_() for k, v in net.named_parameters()}


def loss(params):
    return func.functional_call(net, params, (x,)).sum()


grads = func.grad(loss)(params)
print({k: v.tolist() for k, v in grads.items()})
y = x.clone().requires_grad_()
inner = func.grad(f)(y)
inner.sum().backward()
print(y.grad)
with torch.no_grad():
    print(func.grad(f)(x))
for bad in (lambda: func.grad(lambda x: x)(x), lambda: func.grad(f, argnums=2)(x)):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, str(e)[:60])


def block(a, b):
    return torch.tanh(a * b)


a = torch.tensor([0.5, 1.0], requires_grad=True)
for reentrant in (True, False):
    a.grad = None
    checkpoint(block, a, torch.tensor(2.0), use_reentrant=reentrant).sum().backward()
    print(a.grad)
layers = nn.Sequential(*(nn.Linear(2, 2, bias=False) for _ in range(3)))
with torch.no_grad():
    for p in layers.parameters():
        p.fill_(0.3)
a.grad = None
checkpoint_sequential(layers, 2, a[None], use_reentrant=False).sum().backward()
print(a.grad, layers[0].weight.grad)
plain = checkpoint(block, torch.ones(2), a, use_reentrant=False)
print(plain.requires_grad)
