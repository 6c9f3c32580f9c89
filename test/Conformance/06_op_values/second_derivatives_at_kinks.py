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
