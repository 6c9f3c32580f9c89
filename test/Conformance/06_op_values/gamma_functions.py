# lgamma and its derivatives, also left of zero and at its poles
import torch

nan = float("nan")
z = torch.tensor([0.5, 1.0, 2.5, 10.0, 171.0, -0.5, -3.7], requires_grad=True)
for f in (torch.lgamma, torch.digamma):
    y = f(z)
    g, = torch.autograd.grad(y.sum(), z, create_graph=True)
    h, = torch.autograd.grad(g.sum(), z)
    print(y.detach(), g.detach(), h, y.grad_fn.name())
print(torch.lgamma(torch.tensor([0.0, -1.0, float("inf"), nan])), torch.digamma(torch.tensor([0.0, -0.0, -2.0])))
print(torch.polygamma(1, torch.tensor([0.5, 2.0, -0.5])), torch.mvlgamma(torch.tensor([3.0, 4.5]), 2), torch.lgamma(torch.tensor(4)))
poles = torch.tensor([0.0, -0.0, -1.0, -2.5, 1.0, 2.0, float("inf"), -float("inf"), nan], dtype=torch.float64, requires_grad=True)
for f in (torch.lgamma, torch.digamma):
    print(torch.autograd.grad(f(poles).sum(), poles))
y = torch.polygamma(2, poles)
print(y, torch.polygamma(3, poles.detach()), torch.autograd.grad(y.sum(), poles), y.grad_fn.name())
print(torch.autograd.grad(torch.mvlgamma(poles[4:].abs() + 2, 2).sum(), poles))
