import torch

# A tie's gradient is the clamped tensor's alone; maximum and minimum halve it.
x = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
low = torch.tensor([2.0, 2.0, 2.0, 3.0], requires_grad=True)
high = torch.tensor([3.0, 2.0, 3.0, 2.0], requires_grad=True)
for name, clamped in [
    ("both", torch.clamp(x, low, high)),
    ("min", torch.clamp(x, min=low)),
    ("clamp_min", torch.clamp_min(x, low)),
    ("clamp_max", x.clamp_max(high)),
    ("clamp_min of a number", x.clamp_min(2.0)),
    ("clamp_max of a number", torch.clamp_max(x, 2.0)),
    ("maximum", torch.maximum(x, low)),
]:
    grads = torch.autograd.grad(clamped.sum(), [x, low, high], allow_unused=True)
    print(name, clamped.tolist(), [None if g is None else g.tolist() for g in grads])
