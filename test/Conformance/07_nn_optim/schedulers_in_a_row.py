# Schedulers that begin anew with their first step are no misuse: no warning.
import warnings

import torch
from torch.optim.lr_scheduler import ConstantLR, ExponentialLR, LinearLR, SequentialLR

weight = torch.nn.Parameter(torch.ones(1))
optimizer = torch.optim.SGD([weight], lr=0.1)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    parts = [ConstantLR(optimizer, 0.1, 2), LinearLR(optimizer, 0.5, total_iters=2), ExponentialLR(optimizer, 0.9)]
    scheduler = SequentialLR(optimizer, parts, [2, 4])
    for _ in range(7):
        optimizer.step()
        scheduler.step()
        print(f"{scheduler.get_last_lr()[0]:.6f}")
print([str(warning.message)[:40] for warning in caught if "before" in str(warning.message)])
