# What nodes that are composed here save: which writes before a backward are refused, and whether a second one is
import torch
import torch.nn.functional as F


def tried(total, written=None):
    if written is not None:
        with torch.no_grad():
            written.copy_(written.clone())
    try:
        total.backward()
        if written is None:
            total.backward()
        return "-"
    except RuntimeError as error:
        return "written" if "modified by an inplace" in str(error) else "twice" if "second time" in str(error) else error


def saved(name, function, *operands):
    """Of all operands with a gradient, and of each alone: each written, and all read twice."""
    found = []
    for alone in [None, *range(len(operands))] if len(operands) > 1 else [None]:
        for written in [*range(len(operands)), None]:
            given = [operand.clone().requires_grad_() + 0 if alone in (None, i) else operand.clone()
                     for i, operand in enumerate(operands)]
            result = function(*given)
            found.append(tried(result.real.sum(), None if written is None else given[written]))
    print(name, *found)


x, y = torch.arange(12.0).reshape(3, 4).add(0.5).sin(), torch.arange(12.0).reshape(3, 4).cos()
square, row, image = x[:, :3], x[0], x[None, None]
saved("prelu", F.prelu, x, torch.tensor([0.3]))
saved("lerp", torch.lerp, x, y, x.abs())
saved("lerp by a number", lambda x, y: torch.lerp(x, y, 0.5), x, y)
saved("complex", torch.complex, x, y)
saved("angle", torch.angle, x)
saved("mvlgamma", lambda x: torch.mvlgamma(x, 2), x.abs() + 2)
saved("put", lambda x, y: x.put(torch.tensor([1, 2]), y), x, row[:2])
saved("bilinear", F.bilinear, x, y, torch.ones(2, 4, 4))
saved("cross", torch.linalg.cross if hasattr(torch.linalg, "cross") else torch.cross, square, y[:, :3])
saved("combinations", torch.combinations, row)
saved("binary_cross_entropy", F.binary_cross_entropy, x.sigmoid(), y.sigmoid())
saved("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, x, y.sigmoid())
saved("grid_sample", lambda x, g: F.grid_sample(x, g, align_corners=False), image, torch.zeros(1, 2, 2, 2) + 0.2)
saved("instance_norm", lambda x, w: F.instance_norm(x, weight=w), x[None], torch.ones(3))
for mode in ("constant", "reflect", "replicate", "circular"):
    saved(mode, lambda x: F.pad(x, (1, 1), mode=mode), x[None])
for mode in ("nearest", "bilinear", "bicubic", "area"):
    saved(mode, lambda x: F.interpolate(x, size=(5, 5), mode=mode), image)
saved("adaptive_avg_pool1d", lambda x: F.adaptive_avg_pool1d(x, 2), x)
saved("adaptive_avg_pool1d to one", lambda x: F.adaptive_avg_pool1d(x, 1), x)
saved("adaptive_avg_pool2d to one", lambda x: F.adaptive_avg_pool2d(x, 1), image)
saved("fold", lambda x: F.fold(x, (3, 3), 2), torch.ones(1, 8, 4))
saved("diag", torch.diag, row)
saved("diag_embed", torch.diag_embed, x)
saved("select_scatter", lambda x, y: x.select_scatter(y, 0, 1), x, row)
saved("slice_scatter", lambda x, y: x.slice_scatter(y, 0, 1, 2), x, x[1:2])
saved("diagonal_scatter", lambda x, y: x.diagonal_scatter(y), square, row[:3])
saved("deg2rad", torch.deg2rad, x)
saved("rad2deg", torch.rad2deg, x)
saved("trapezoid", lambda x: torch.trapezoid(x, dx=0.5), x)
saved("trapezoid over places", torch.trapezoid, row, y[0])
saved("pow 0", lambda x: x ** 0, x)
saved("pow 1", lambda x: x ** 1, x)
saved("pow 2", lambda x: x ** 2, x)
