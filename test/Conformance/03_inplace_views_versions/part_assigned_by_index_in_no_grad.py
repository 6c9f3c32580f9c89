# Without gradients, numbers and slices beside an index tensor take a view that nothing asks for its history
import torch

x = torch.arange(16.0).view(4, 4).requires_grad_()
y = x * 1
with torch.no_grad():
    y[[0, 2], 1:3] = -2
    y[1, [0, 3]] = torch.tensor([5.0, 6.0])
    y[torch.tensor([True, False, False, True]), 2] += 1
    y[:, 0].index_fill_(0, torch.tensor([3]), 9)
with torch.inference_mode():
    y[3, [1]] = 7
print(y.tolist(), y._version, y.grad_fn.name())
y.sum().backward()
print(x.grad.tolist())
