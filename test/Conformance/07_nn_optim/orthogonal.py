# orthogonal_ of wide, square and tall matrices, and what a layer made by it computes
import torch

torch.manual_seed(0)
for shape in ((3, 5), (4, 4), (6, 2), (4, 2, 3)):
    w = torch.nn.init.orthogonal_(torch.empty(shape), gain=2.0)
    print(w)
layer = torch.nn.Linear(3, 16)
torch.nn.init.orthogonal_(layer.weight, 2**0.5)
torch.nn.init.constant_(layer.bias, 0.0)
print(layer(torch.ones(1, 3)), torch.allclose(layer.weight.T @ layer.weight, 2 * torch.eye(3), atol=1e-5), torch.rand(1))
try:
    torch.nn.init.orthogonal_(torch.empty(3))
except ValueError as error:
    print(error)
