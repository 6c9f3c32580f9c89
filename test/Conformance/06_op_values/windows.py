# Windows of all kinds: convolutions with groups and padding, pooling, unfold and fold, interpolate; values and gradients
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x = torch.rand(2, 4, 5, 6, requires_grad=True)
v = torch.rand(1, 2, 4, 4, 3, requires_grad=True)


def show(name, y, *leaves):
    (y * torch.arange(float(y.numel())).reshape(y.shape)).sum().backward()
    print(name, tuple(y.shape), y.grad_fn.name(), f"{y.abs().sum().item():.5g}", y.is_contiguous())
    for leaf in (x, *leaves):
        if leaf.grad is not None:
            print("  ", f"{leaf.grad.abs().sum().item():.5g}", f"{leaf.grad.abs().max().item():.5g}")
            leaf.grad = None


w = torch.rand(6, 4, 3, 2, requires_grad=True)
b = torch.rand(6, requires_grad=True)
show("conv2d", F.conv2d(x, w, b, stride=(2, 1), padding=(1, 0), dilation=(1, 2)), w, b)
show("same", F.conv2d(x, w, padding="same"), w)
grouped = torch.rand(8, 2, 2, 2, requires_grad=True)
show("groups", F.conv2d(x, grouped, groups=2, stride=2), grouped)
depth = torch.rand(4, 1, 3, 3, requires_grad=True)
show("depthwise", F.conv2d(x, depth, groups=4, padding=1), depth)
up = torch.rand(4, 3, 3, 3, requires_grad=True)
show("transposed", F.conv_transpose2d(x, up, stride=2, padding=1, output_padding=1, dilation=1), up)
gup = torch.rand(4, 2, 2, 3, requires_grad=True)
show("transposed groups", F.conv_transpose2d(x, gup, groups=2, dilation=(2, 1)), gup)
w3 = torch.rand(2, 2, 2, 3, 1, requires_grad=True)
show("conv3d", F.conv3d(v, w3, padding=1), v, w3)
show("unbatched", F.conv2d(x[0], w), w)
show("max", F.max_pool2d(x, 3, 2, 1))
show("max ceil", F.max_pool2d(x, 2, ceil_mode=True))
show("max dilated", F.max_pool2d(x, (2, 3), 1, dilation=2))
show("max3d", F.max_pool3d(v, 2), v)
show("avg", F.avg_pool2d(x, 3, 2, 1, ceil_mode=True))
show("avg not padded", F.avg_pool2d(x, (2, 3), padding=(1, 1), count_include_pad=False))
show("avg divisor", F.avg_pool2d(x, 2, divisor_override=3))
show("avg3d", F.avg_pool3d(v, 2, 1), v)
show("lp", F.lp_pool2d(x, 2.0, 2))
show("adaptive avg", F.adaptive_avg_pool2d(x, (3, 4)))
show("adaptive max", F.adaptive_max_pool2d(x, (2, 4)))
print(F.adaptive_max_pool2d(x, (2, 4), return_indices=True)[1][0, 0], F.max_pool2d(x, 3, 2, 1, return_indices=True)[1][1, 2])
columns = F.unfold(x, (2, 3), padding=1, stride=2)
show("unfold", columns)
show("fold", F.fold(F.unfold(x, 3, padding=1), (5, 6), 3, padding=1))
for mode in ("nearest", "nearest-exact", "bilinear", "bicubic", "area"):
    show(mode, F.interpolate(x, (7, 4), mode=mode))
    show(mode + " factor", F.interpolate(x, scale_factor=(1.7, 0.6), mode=mode))
show("aligned", F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True))
show("linear", F.interpolate(x[:, :, 0], 9, mode="linear"))
show("instance_norm", F.instance_norm(x))
for module in (nn.Conv2d(4, 2, 3, padding=1, padding_mode="reflect"), nn.Conv2d(4, 2, (3, 2), padding="same", bias=False),
               nn.ConvTranspose2d(4, 2, 2, stride=2), nn.MaxPool2d(2), nn.AvgPool2d(2, 1), nn.AdaptiveAvgPool2d((1, 2)),
               nn.Upsample(scale_factor=2), nn.Unfold(2), nn.InstanceNorm2d(4, affine=True)):
    print(module)
    y = module(x)
    print("  ", tuple(y.shape), f"{y.abs().sum().item():.5g}")
for call in (lambda: F.conv2d(x, w[:, :3]), lambda: F.conv2d(x[0, 0], w), lambda: F.conv2d(x, torch.rand(1, 4, 7, 2)),
             lambda: F.conv2d(x, w, torch.rand(2)), lambda: F.max_pool2d(x, 2, padding=2),
             lambda: F.interpolate(x), lambda: F.interpolate(x, 3, mode="linear"), lambda: nn.Conv2d(3, 4, 1, groups=2)):
    try:
        call()
    except Exception as e:
        print(type(e).__name__, str(e)[:60])
