# Second derivatives where a function is glued together, and far from there
import torch
import torch.nn.functional as F

x = torch.tensor([-800.0, -3.0, -1.0, 0.0, 1.0, 3.0, 20.0, 800.0], dtype=torch.float64, requires_grad=True)
zero = torch.zeros_like(x)


def second(name, function):
    g, = torch.autograd.grad(function(x).sum(), x, create_graph=True)
    h, = torch.autograd.grad(g.sum(), x)
    print(name, g.detach(), h)


second("elu", F.elu)
second("selu", F.selu)
second("celu", lambda x: F.celu(x, 0.5))
second("logsigmoid", F.logsigmoid)
second("softplus", F.softplus)
second("softplus at 3", lambda x: F.softplus(x, 1.0, 3.0))
second("smooth_l1_loss", lambda x: F.smooth_l1_loss(x, zero, reduction="sum"))
second("huber_loss", lambda x: F.huber_loss(x, zero, reduction="sum"))
second("hardshrink", F.hardshrink)
second("softshrink", lambda x: F.softshrink(x, 1.0))
second("threshold", lambda x: F.threshold(x, 1.0, 20.0))
second("sinc", torch.sinc)
second("copysign", lambda x: torch.copysign(x, torch.tensor(-1.0, dtype=torch.float64)))
w = torch.full((1,), 0.25, dtype=torch.float64, requires_grad=True)
g = torch.autograd.grad(F.prelu(x, w), (x, w), torch.ones_like(x), create_graph=True)
print("prelu", *(t.detach() for t in g), *torch.autograd.grad(g[0].sum() + g[1].sum(), (x, w)))
