# Tensors of ranges, reversed tensors, softmax with a dtype, layouts, and Rprop in float64.
import torch

print(torch.tensor(range(4)), torch.tensor(range(0)))
try:
    torch.tensor(None)
except RuntimeError as error:
    print(error)
rows = torch.arange(6).view(2, 3)
print(reversed(rows), reversed(torch.tensor(3)), list(reversed(torch.arange(3))))
print(torch.softmax(torch.ones(2, 3), 0, torch.float64).dtype, torch.log_softmax(torch.ones(2, 3), 1, torch.float64).dtype)
print(rows.layout, rows.layout is torch.strided, isinstance(rows.layout, torch.layout))

param = torch.nn.Parameter(torch.tensor([1.0, 2.0, -3.0], dtype=torch.float64))
optimizer = torch.optim.Rprop([param], lr=0.1, etas=(0.3, 1.1))
torch.set_printoptions(precision=14)
for step in range(6):
    optimizer.zero_grad()
    ((param - 0.7) ** 2).sum().backward()
    optimizer.step()
print(param.detach(), optimizer.state[param]["step_size"])
