# Sizes, devices, states and errors as PyTorch has them, where programs look at them
import torch
from torch import nn

x = torch.arange(6.).view(2, 3)
for index in (0, 5), (None, 0, 5), (Ellipsis, 5), (0, 0, 0), (0, torch.tensor([5])):
    try:
        x[index]
    except IndexError as error:
        print(error)
try:
    x.view(1, 2, 3)[0, 1, 7] = 1
except IndexError as error:
    print(error)

print(x.shape * 2, 2 * x.shape, type(x.shape * 2), type(x.shape + (1,)))
print(x.__dlpack_device__())

scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(torch.optim.SGD(nn.Linear(1, 1).parameters(), 0.1))
print(sorted(scheduler.state_dict().items()))
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(torch.optim.SGD(nn.Linear(1, 1).parameters(), 0.1), min_lr=[0.01])
print(scheduler.default_min_lr, scheduler.min_lrs)

# Checks of gradients of gradients draw as PyTorch's do, and take one input twice
y = torch.ones(2, dtype=torch.double, requires_grad=True)
for check, function in ((torch.autograd.gradcheck, lambda v, w: v * w), (torch.autograd.gradgradcheck, lambda v, w: v * w),
                        (torch.autograd.gradgradcheck, lambda v, w: (v ** 3 * w, (v + w).sum()))):
    torch.manual_seed(0)
    print(check(function, [y, y]), torch.rand(2))

# einsum with lists
print(torch.einsum(x, [0, 1], [1, 0]), torch.einsum(x, [0, 1], x, [2, 1], [0, 2]), torch.einsum(x, [0, 1], x, [0, 1]))
print(torch.einsum(x, [0, ...], [..., 0]), torch.einsum(torch.ones(2, 2), [0, 0]), torch.einsum(x, [30, 1], [1]))
for call in (lambda: torch.einsum(x, [0, 1], [0, 1, 2]), lambda: torch.einsum("ij->ii", x), lambda: torch.einsum(x, [0, 52], [0]),
             lambda: torch.einsum(x)):
    try:
        call()
    except (RuntimeError, ValueError) as error:
        print(type(error).__name__, error)
