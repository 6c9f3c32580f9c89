# what is drawn in place has a node of its name, and inverse hyperbolic functions one without a derivative
import torch

x = torch.full((2,), 0.5, requires_grad=True)
for name, args in [("normal_", ()), ("uniform_", ()), ("exponential_", ()), ("bernoulli_", (0.5,)),
                   ("bernoulli_", (torch.tensor(0.5),)), ("log_normal_", ()), ("cauchy_", ()), ("geometric_", (0.5,)),
                   ("random_", ()), ("random_", (4,)), ("random_", (1, 4))]:
    y = x * 1
    made = getattr(y, name)(*args)
    gradient, = torch.autograd.grad(y.sum(), x)
    print(name, made is y, y.grad_fn.name(), y._version, gradient)
for name in ("acosh_", "asinh_", "atanh_", "arctanh_"):
    y = x * (4 if name == "acosh_" else 1)
    getattr(y, name)()
    print(y, y.grad_fn.name(), y._version)
    try:
        print(torch.autograd.grad(y.sum(), x))
    except NotImplementedError as e:
        print(e)

theta = torch.ones(1, 2, 3, requires_grad=True)
grid = torch.nn.functional.affine_grid(theta, (1, 1, 2, 2), align_corners=False)
print(grid._is_view(), grid._base, grid._version, grid.grad_fn.name())

for arguments in [{"min": 0}, {"min": 0, "max": 1}]:
    try:
        torch.clamp(torch.ones(2), **arguments, out=torch.empty(2, dtype=torch.float64))
    except RuntimeError as e:
        print(e)
