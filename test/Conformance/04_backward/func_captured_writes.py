# torch.func: what a function that is differentiated may write: what it makes itself, and no tensor of outside
import torch
from torch.func import functional_call, grad, jacrev, jvp, vjp

x, total = torch.tensor([1.0, 2.0, 3.0]), torch.zeros(3)
norm = torch.nn.BatchNorm1d(3)


def refused(name, function):
    try:
        print(name, function())
    except RuntimeError as error:
        print(name, str(error).split(" (aten::")[0].splitlines()[0])


def adds(a):
    total.add_(a)
    return a.sum()


def counts(a):
    total[0] = 1.0
    return a.sum()


def copies(a):
    with torch.no_grad():
        total.copy_(a)
    return a.sum()


def own(a):
    made = torch.zeros(3)
    made.add_(a)
    made[0] = 2 * a[1]
    return (made * a).sum()


def nested(a):
    inside = a * 1

    def inner(b):
        inside.add_(1)
        return (inside * b).sum()
    return grad(inner)(a).sum()


for name, function in [("adds", adds), ("counts", counts), ("copies", copies), ("own", own), ("nested", nested)]:
    refused("grad " + name, lambda: grad(function)(x))
refused("jvp", lambda: jvp(adds, (x,), (x,)))
refused("vjp", lambda: vjp(adds, x))
refused("jacrev", lambda: jacrev(adds)(x))
refused("other argument", lambda: grad(lambda a, b: b.add_(a).sum())(x, torch.zeros(3)))
refused("argument", lambda: grad(lambda a: a.add_(1).sum())(x.clone()))
refused("norm", lambda: grad(lambda a: norm(a).sum())(torch.ones(2, 3)))
norm.eval()
refused("eval", lambda: functional_call(norm, dict(norm.named_parameters()), (torch.ones(2, 3),)).shape)
print(total, norm.running_mean, norm.num_batches_tracked)
total.add_(1)
print(total)
