# Pixels out of channels and back: functions and modules, gradients, refusals
import torch
import torch.nn.functional as F
from torch import nn


def told(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


ones = torch.ones
x = torch.arange(16.).reshape(1, 4, 2, 2).requires_grad_()
large = F.pixel_shuffle(x, 2)
print(large.detach(), torch.equal(F.pixel_unshuffle(large, 2), x), large.is_contiguous())
(large * torch.arange(16.).reshape(4, 4)).sum().backward()
print(x.grad)
y = torch.arange(24.).reshape(1, 4, 6)
print(F.pixel_unshuffle(y, 2), torch.pixel_unshuffle(y, 1).shape, torch.pixel_shuffle(ones(2, 3, 8, 1, 2), 2).shape)
print(F.pixel_shuffle(torch.arange(9).reshape(9, 1, 1), 3), F.pixel_shuffle(ones(0, 4, 2, 2), 2).shape)
print(nn.Sequential(nn.PixelShuffle(2), nn.PixelUnshuffle(2))(x).shape)
for make in (lambda: nn.PixelShuffle(2), lambda: nn.PixelUnshuffle(downscale_factor=3)):
    print(make(), make().state_dict())
told(lambda: F.pixel_shuffle(ones(2, 2), 2))
told(lambda: F.pixel_shuffle(ones(3, 2, 2), 2))
told(lambda: F.pixel_shuffle(x, 0))
told(lambda: F.pixel_shuffle(x, -2))
told(lambda: F.pixel_shuffle(x, 2.0))
told(lambda: F.pixel_unshuffle(ones(1, 3, 3), 2))
told(lambda: F.pixel_unshuffle(ones(1, 2, 3), 2))
told(lambda: F.pixel_unshuffle(ones(2, 2), 2))
told(lambda: F.pixel_unshuffle(x, 0))
told(lambda: nn.PixelUnshuffle(2.0)(x))
# The result is a tensor of its own where nothing moves, too.
for f, shape, factor in ((F.pixel_shuffle, (1, 4, 1, 1), 2), (F.pixel_unshuffle, (1, 1, 2, 2), 2), (F.channel_shuffle, (1, 4, 2), 1)):
    x = torch.ones(shape)
    f(x, factor).add_(1)
    print(x.sum())
