# AveragedModel: the mean of parameters, exponential means, buffers, state
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn, get_ema_multi_avg_fn, get_swa_avg_fn

for options in ({}, {"avg_fn": get_swa_avg_fn()}, {"avg_fn": get_ema_avg_fn(0.9)}, {"use_buffers": True},
                {"multi_avg_fn": get_ema_multi_avg_fn(0.5)},
                {"avg_fn": lambda mean, current, count: 0.25 * mean + 0.75 * current + count}):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    averaged = AveragedModel(model, **options)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x, y = torch.randn(4, 2), torch.randn(4, 2)
    for _ in range(3):
        optimizer.zero_grad()
        (model(x) - y).square().sum().backward()
        optimizer.step()
        averaged.update_parameters(model)
    print(averaged.state_dict(), averaged.n_averaged)
    print(averaged.eval()(x).detach())
print(averaged)
again = AveragedModel(model)
again.load_state_dict(averaged.state_dict())
again.update_parameters(model)
print(again.n_averaged, again.module[0].weight.detach())
for wrong in (lambda: AveragedModel(model, avg_fn=get_swa_avg_fn(), multi_avg_fn=get_ema_multi_avg_fn()),
              lambda: get_ema_avg_fn(2.0)):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__, error)
