# Losses of elements, sort and flip lie in memory as their operands do; logsigmoid and masked_fill do not
import torch
import torch.nn.functional as F

a, b = torch.rand(4, 2, 3).permute(2, 0, 1), torch.rand(4, 2, 3).permute(2, 0, 1)
rows, mask = torch.rand(3, 4, 2), torch.rand(4, 2, 3).permute(2, 0, 1) > 0.5
for loss in (F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss, F.binary_cross_entropy,
             F.binary_cross_entropy_with_logits):
    print(loss.__name__, [loss(x, y, reduction="none").stride() for x, y in ((a, b), (a, rows), (rows, b))],
          loss(a, b).stride())
for name, made in (("sort", a.sort(0)), ("flip", [a.flip(0), a[::2].flip(1)]), ("rot90", [a.rot90()]),
                   ("logsigmoid", [F.logsigmoid(a)]), ("masked_fill", [a.masked_fill(mask, 0)]),
                   ("where", [torch.where(mask, a, rows), torch.where(mask, rows, a)])):
    print(name, [t.stride() for t in made])
try:
    F.huber_loss(a, b, reduction="none").view(3, 8)
except RuntimeError as e:
    print(type(e).__name__ + ":", str(e).split("\n")[0])
