# Images sampled at the places of a grid, and the gradients of both
import itertools
import warnings

import torch
import torch.nn.functional as F

warnings.simplefilter("ignore")
theta = torch.tensor([[[0.8, 0.3, 0.1], [-0.2, 1.1, 0.0]], [[1.3, 0.0, 0.2], [0.1, 0.7, -0.3]]], requires_grad=True)
image = torch.arange(2 * 2 * 4 * 3, dtype=torch.float32).view(2, 2, 4, 3).sin().requires_grad_()
for align in (False, True):
    grid = F.affine_grid(theta, (2, 2, 3, 4), align_corners=align)
    print(grid.shape, type(grid.grad_fn).__name__)
    print(grid)
    for mode, padding in itertools.product(("bilinear", "nearest", "bicubic"), ("zeros", "border", "reflection")):
        theta.grad = image.grad = None
        places = F.affine_grid(theta, (2, 2, 3, 4), align_corners=align) * 1.7
        sampled = F.grid_sample(image, places, mode=mode, padding_mode=padding, align_corners=align)
        print(align, mode, padding, type(sampled.grad_fn).__name__)
        print(sampled)
        (sampled * sampled).sum().backward()
        print(theta.grad, image.grad)

volume = torch.arange(2 * 3 * 2 * 4, dtype=torch.float64).view(1, 2, 3, 2, 4).cos().requires_grad_()
turn = torch.tensor([[[0.9, 0.1, 0.0, 0.1], [0.0, 1.2, 0.3, 0.0], [0.2, 0.0, 0.8, -0.1]]], dtype=torch.float64)
for mode in ("bilinear", "nearest"):
    sampled = F.grid_sample(volume, F.affine_grid(turn, [1, 2, 2, 3, 2], align_corners=False), mode, align_corners=False)
    print(sampled, type(sampled.grad_fn).__name__)
    print(torch.autograd.grad(sampled.sum(), volume)[0])
far = torch.tensor([[[[float("inf"), 0.0], [-5.0, 7.0]]]])
print(F.grid_sample(torch.ones(1, 1, 2, 2), far, align_corners=True))


def told(function):
    try:
        function()
    except Exception as error:
        print(type(error).__name__, error)


one, grid = torch.ones(1, 1, 2, 2), torch.ones(1, 2, 2, 2)
told(lambda: F.grid_sample(one, torch.ones(1, 2, 2, 3)))
told(lambda: F.grid_sample(one, torch.ones(2, 2, 2, 2)))
told(lambda: F.grid_sample(one, grid, mode="x"))
told(lambda: F.grid_sample(one, grid, padding_mode="x"))
told(lambda: F.grid_sample(one, grid.double()))
told(lambda: F.grid_sample(torch.ones(1, 1, 2, 2, 2), torch.ones(1, 2, 2, 2, 3), mode="bicubic"))
told(lambda: F.affine_grid(torch.ones(1, 2, 3), (1, 1, 2)))
told(lambda: F.affine_grid(torch.ones(1, 2, 2), (1, 1, 2, 2)))
told(lambda: F.affine_grid(torch.ones(1, 2, 3).long(), (1, 1, 2, 2)))
told(lambda: F.affine_grid(torch.ones(1, 2, 3), (1, 1, 0, 2)))
