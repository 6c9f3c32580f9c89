import torch

# What an in-place function read of its own tensor has a history: the gradient can be derived again.
start = torch.linspace(0.5, 1.5, 6, dtype=torch.float64).view(2, 3)
for name in ["sin_", "erfc_", "square_", "exp_", "log_", "reciprocal_", "lgamma_"]:
    x = start.clone().requires_grad_()
    y = x * 2
    getattr(y, name)()
    part = y.view(6)[1:4]
    (g,) = torch.autograd.grad((part * part).sum(), x, create_graph=True)
    (h,) = torch.autograd.grad((g * g).sum(), x, create_graph=True)
    (k,) = torch.autograd.grad(h.sum(), x)
    print(name, g.requires_grad, h.requires_grad, f"{h.sum().item():.6g} {k.sum().item():.6g}")

for name in ["mul_", "div_", "pow_", "atan2_"]:
    x = start.clone().requires_grad_()
    w = (start * 0.3).requires_grad_()
    y = x * 2
    getattr(y, name)(w)
    gx, gw = torch.autograd.grad((y * y).sum(), (x, w), create_graph=True)
    hx, hw = torch.autograd.grad((gx * gw).sum(), (x, w))
    print(name, gx.requires_grad, gw.requires_grad, f"{hx.sum().item():.6g} {hw.sum().item():.6g}")
