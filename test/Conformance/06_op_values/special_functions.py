# torch.special: values, gradients, and what its messages call a function
import torch

special = torch.special
x = torch.tensor([-1.5, -0.5, 0.25, 0.5, 2.5, float("nan")])
y = torch.tensor([0.5, 0.0, 2.0, float("nan"), 3.0, 1.0])


def told(name, *arguments, node=True, **options):
    leaves = [a.clone().requires_grad_() if isinstance(a, torch.Tensor) and a.is_floating_point() else a
              for a in arguments]
    try:
        made = getattr(special, name)(*leaves, **options)
    except Exception as error:
        print(name, type(error).__name__, error)
        return
    print(name, made.detach(), made.dtype, made.grad_fn.name() if node and made.grad_fn else None)
    if made.requires_grad:
        (made * made).sum().backward()
        print([leaf.grad for leaf in leaves if isinstance(leaf, torch.Tensor)])


for name in "erf erfc exp2 expit expm1 log1p".split():
    told(name, x)
    told(name, x.double())
    told(name, torch.tensor([0, 1, 2]))
    told(name, 3)
told("ndtr", x, node=False)
told("ndtr", torch.tensor([0, 1, 2]))
told("ndtr", 3)
told("logit", torch.tensor([0.1, 0.5, 0.9]), node=False)
told("logit", x[:5], 0.1, node=False)
told("logit", torch.tensor([0, 1, 2]))
told("sinc", torch.tensor([-1.5, 0.0, 0.5]), node=False)
told("round", x, node=False)
told("round", x * 1.23456, decimals=2, node=False)
zeros = torch.tensor([0.0, 0.0, 0.0, 1.0, 0.0])
others = torch.tensor([2.0, -1.0, float("nan"), 0.0, float("inf")])
for name in ("xlogy", "xlog1py"):
    told(name, x, y, node=False)
    told(name, x, 2.0, node=False)
    told(name, 2.0, y.abs() + 1, node=False)
    print(getattr(special, name)(zeros, others), getattr(special, name)(zeros, 0), getattr(special, name)(0, others))
    told(name, torch.tensor([0, 1, 2]), torch.tensor([0, 1, 2]))
    told(name, torch.tensor([0, 1, 2]), y.double(), node=False)
    told(name, 2.0, 3.0)
    told(name, torch.ones(2), torch.ones(3))
weight = zeros.clone().requires_grad_()
special.xlogy(weight, torch.tensor([2.0, 0.5, -1.0, 3.0, 0.0])).sum().backward()
print(weight.grad)
for name in ("softmax", "log_softmax"):
    told(name, x[:5], 0)
    told(name, torch.tensor([1, 2]), 0, dtype=torch.float64)
    told(name, x[:5], dim=0, dtype=torch.float64)
    told(name, x[:5])
    told(name, x[:5], 3)
told("logsumexp", x[:4].reshape(2, 2), (0, 1), keepdim=True)
told("logsumexp", torch.tensor([1, 2, 3]), 0)
out = torch.empty(2)
special.expit(torch.ones(2), out=out)
print(out)
