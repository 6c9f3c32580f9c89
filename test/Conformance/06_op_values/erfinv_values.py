# erfinv: its ends, its derivatives, in place, and of integers
import torch

x = torch.tensor([-1.0, -0.999, -0.75, -0.7, -0.1, -0.0, 1e-6, 0.5, 0.9, 1.0, 2.0, float("nan")], dtype=torch.float64)
print(torch.erfinv(x), torch.special.erfinv(x.float()))
x = torch.tensor([-0.9, -0.2, 0.0, 0.3, 0.95], dtype=torch.float64, requires_grad=True)
y = x.erfinv()
print(type(y.grad_fn).__name__, torch.erf(y).detach())
first, = torch.autograd.grad(y.sum(), x, create_graph=True)
print(first.detach(), torch.autograd.grad(first.sum(), x)[0])
z = torch.tensor([0.5])
print(z.erfinv_(), z, torch.erfinv(torch.tensor([0, 1, -1, 2])))
