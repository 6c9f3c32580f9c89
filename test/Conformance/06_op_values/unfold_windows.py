# Tensor.unfold: windows are views, overlapping or not, and gradients of an element in several windows add up
import torch

x = torch.arange(14.0).reshape(2, 7).clone().requires_grad_()
weights = torch.arange(24.0).reshape(2, 4, 3)
for dim, size, step in ((1, 3, 1), (1, 3, 2), (1, 2, 3), (-1, 7, 1), (0, 1, 1), (0, 2, 5), (1, 3, 4)):
    x.grad = None
    y = x * 1
    w = y.unfold(dim, size, step)
    print(dim, size, step, tuple(w.shape), w.stride(), w._is_view(), type(w.grad_fn).__name__)
    print(w.tolist())
    (w * w).sum().backward()
    print(x.grad)
for wrong in ((1, 8, 1), (1, 2, 0), (2, 1, 1), (1, -1, 1)):
    try:
        x.unfold(*wrong)
    except (RuntimeError, IndexError) as error:
        print(type(error).__name__, error)

# a write to the base is seen, and the history made anew
y = x * 1
w = y.unfold(1, 3, 2)
y.mul_(2)
print(w[0].tolist(), type(w.grad_fn).__name__)
x.grad = None
(w * weights[:, :3]).sum().backward()
print(x.grad)

# windows that do not overlap may be written
base = torch.zeros(8)
base.unfold(0, 3, 4).copy_(torch.arange(6.0).reshape(2, 3))
print(base)
signal = torch.sin(torch.arange(10.0)).requires_grad_()
frames = signal.unfold(0, 4, 2) * torch.tensor([0.0, 0.5, 1.0, 0.5])
frames.pow(2).sum(1).max().backward()
print(signal.grad)
