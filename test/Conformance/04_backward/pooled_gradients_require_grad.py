# The gradient of a pooling may be differentiated, by what PyTorch's backward reads the shape of, too: that is zero
import torch
import torch.nn.functional as F

for name in ("max_pool1d", "avg_pool1d", "max_pool2d", "avg_pool2d", "adaptive_max_pool1d", "adaptive_avg_pool1d"):
    x = torch.arange(16.0).reshape(1, 1, 16).sin().requires_grad_()
    pooled = getattr(F, name)(x.view(1, 1, 4, 4) if name.endswith("2d") else x, 2)
    gradient, = torch.autograd.grad(pooled.sum(), x, create_graph=True)
    print(name, gradient.requires_grad, torch.autograd.grad(gradient.sum(), x)[0].abs().sum())
