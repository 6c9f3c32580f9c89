# batch_norm, instance_norm: how their results lie in memory, and with it which elements a later dropout takes
import torch
from torch.nn import functional as F

torch.manual_seed(0)
for shape, orders in ((2, 3), [(1, 0)]), ((2, 3, 4), [(0, 2, 1), (1, 0, 2)]), ((2, 3, 4, 5), [(0, 3, 1, 2), (0, 2, 1, 3)]):
    for order in orders:
        x = torch.rand(shape).permute(order).requires_grad_()
        y = F.batch_norm(x, None, None, training=True)
        print(x.stride(), y.stride(), y.grad_fn.name())
        print(F.dropout(y, 0.5).detach() == 0)
        stats = torch.zeros(x.size(1)), torch.ones(x.size(1))
        print(F.batch_norm(x, *stats).stride())
        if len(shape) > 2:
            z = F.instance_norm(x)
            print(z.stride(), z.grad_fn.name())
            print(F.dropout(z, 0.5).detach() == 0)
        (y * torch.arange(float(y.numel())).reshape(y.shape)).sum().backward()
