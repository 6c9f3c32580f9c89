# ASGD: steps, their mean from t0 on, options, state
import torch
from torch import nn, optim

for options in ({}, {"lr": 0.1, "lambd": 0.01, "t0": 2}, {"lr": 0.1, "alpha": 0.5, "weight_decay": 0.1, "t0": 1},
                {"lr": 0.05, "maximize": True}, {"lr": 0.1, "foreach": False, "t0": 0}):
    torch.manual_seed(0)
    model = nn.Linear(3, 2)
    x, y = torch.randn(8, 3), torch.randn(8, 2)
    optimizer = optim.ASGD(model.parameters(), **options)
    print(optimizer)
    for _ in range(5):
        optimizer.zero_grad()
        loss = (torch.tanh(model(x)) - y).square().mean()
        loss.backward()
        optimizer.step()
    print(loss.item(), model.weight.detach(), optimizer.state[model.bias])
saved = optimizer.state_dict()
again = optim.ASGD(model.parameters(), lr=1.0)
again.load_state_dict(saved)
again.step()
print(model.weight.detach(), again.state_dict())
for wrong in ({"lr": -1.0}, {"weight_decay": -1.0}):
    try:
        optim.ASGD(model.parameters(), **wrong)
    except ValueError as error:
        print(error)
