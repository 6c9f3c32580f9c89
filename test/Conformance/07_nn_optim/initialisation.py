# Parameters start with PyTorch's own numbers for a seed
import torch
from torch import nn
from torch.nn import init

torch.manual_seed(5)
for make in (lambda: nn.Linear(3, 2), lambda: nn.Linear(4, 6, bias=False), lambda: nn.Bilinear(2, 3, 2),
             lambda: nn.Embedding(4, 5, padding_idx=1), lambda: nn.PReLU(2), lambda: nn.LayerNorm(3),
             lambda: nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1)), lambda: nn.BatchNorm1d(2)):
    print([p.detach() for p in make().parameters()])
w = torch.empty(6, 5)
for fill in (init.uniform_, init.normal_, init.trunc_normal_, init.xavier_uniform_, init.xavier_normal_,
             init.kaiming_uniform_, init.kaiming_normal_, init.ones_, init.zeros_, init.eye_):
    print(fill.__name__, fill(w))
print(init.kaiming_normal_(w, 0.3, "fan_out", "relu"), init.xavier_uniform_(w, 2.0), init.constant_(w, 2.5))
print(init.trunc_normal_(w, 1.0, 2.0, 0.0, 3.0), init.trunc_normal_(w, 1.0, 2.0, 0.0, 1.0))
print(init.uniform_(w, -3, 4, torch.Generator().manual_seed(1)))
print(torch.rand(2))
for name in ("linear", "tanh", "relu", "leaky_relu", "selu"):
    print(name, init.calculate_gain(name))
for wrong in (lambda: init.eye_(torch.ones(2)), lambda: init.xavier_uniform_(torch.ones(2)),
              lambda: init.kaiming_normal_(w, mode="x"), lambda: init.calculate_gain("x"),
              lambda: init.calculate_gain("leaky_relu", "x")):
    try:
        wrong()
    except ValueError as error:
        print(error)
