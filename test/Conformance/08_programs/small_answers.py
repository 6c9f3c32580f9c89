# Sizes, devices, states and errors as PyTorch has them, where programs look at them
import numpy as np
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

# What schedulers remember, in PyTorch's order
schedules = torch.optim.lr_scheduler
for make in (lambda o: schedules.StepLR(o, 2), lambda o: schedules.OneCycleLR(o, 1., total_steps=10),
             lambda o: schedules.CyclicLR(o, .1, 1., 2), lambda o: schedules.ReduceLROnPlateau(o),
             lambda o: schedules.ChainedScheduler([schedules.ConstantLR(o, .1, 2), schedules.ExponentialLR(o, .9)])):
    print(make(torch.optim.SGD(nn.Linear(1, 1).parameters(), 0.1, momentum=0.9)).state_dict())

# Evenly spaced numbers to the last bit: the product of a step is not rounded
for ends in (-1, 1), (0, 6.283185307179586), (1e-3, 1e3), (0.1, 0.9):
    print([torch.linspace(*ends, steps).view(-1)[steps // 2].item() * 1e7 for steps in (3, 7, 11, 50, 101)])
print(torch.linspace(0, 1j, 3), torch.logspace(0, 1, 3), torch.arange(np.int64(3)), torch.arange(np.float32(0), 1, np.float64(0.5)))

# Nodes of gradients that have a history are called by what made them
z = torch.tensor([1., 2.], requires_grad=True)
for function in (lambda z: z ** 3, lambda z: z * z, lambda z: z.sin(), lambda z: z.exp(), lambda z: (z * z).cos(),
                 lambda z: z / z, lambda z: z.clone() ** 2, lambda z: z.double() ** 2, lambda z: z.mean() * z):
    print(torch.autograd.grad(function(z).sum(), z, create_graph=True)[0])
