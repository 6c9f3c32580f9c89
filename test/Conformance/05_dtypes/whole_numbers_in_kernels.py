# Products, pools, ranges and reductions of whole numbers and bools stay in their dtype, as PyTorch's kernels compute them
import torch
import torch.nn.functional as F

i, j, v = torch.arange(6).view(2, 3), torch.arange(12).view(3, 4), torch.tensor([1, 2, 3])
a, c, b = torch.arange(12).view(2, 2, 3), torch.arange(24).view(2, 3, 4), torch.tensor([True, False])
ones, wide = torch.ones(2, 4, dtype=torch.int64), torch.ones(2, 2, dtype=torch.complex64)
rows, plane = torch.arange(-9, 9).view(1, 2, 9), torch.arange(-8, 8).view(1, 1, 4, 4)
none = torch.zeros(0, 3, dtype=torch.int64)
calls = {
    "addmv": lambda: torch.addmv(torch.tensor([7, 8]), i, v, beta=2.7, alpha=1.6),
    "addmm": lambda: torch.addmm(ones, i, j, beta=2.7, alpha=1.6),
    "addbmm": lambda: torch.addbmm(ones, a, c, beta=2.7, alpha=1.6),
    "baddbmm": lambda: torch.baddbmm(torch.ones(2, 2, 4, dtype=torch.int64), a, c, beta=2.7, alpha=1.6),
    "addr": lambda: torch.addr(ones, i[:, 0], j[0], beta=2.7), "addr by ints": lambda: torch.addr(ones, i[:, 0], j[0], beta=2),
    "addr of bools": lambda: torch.addr(torch.ones(2, 2, dtype=torch.bool), b, b, beta=False),
    "addmv of bools": lambda: torch.addmv(b, torch.ones(2, 2, dtype=torch.bool), b),
    "complex factors": lambda: torch.addmm(wide, wide, wide, beta=1 + 2j, alpha=2j),
    "complex factor of reals": lambda: torch.addmm(torch.ones(2, 2), torch.ones(2, 2), torch.ones(2, 2), beta=1 + 2j),
    "add of no bool": lambda: torch.add(b, b, alpha=False), "add_ of no bool": lambda: b.clone().add_(b, alpha=False),
    "sum_to_size": lambda: (torch.tensor(True).sum_to_size([]), torch.tensor([[True, True]]).sum_to_size(1, 1)),
    "avg_pool1d": lambda: F.avg_pool1d(rows, 3, 2, 1), "without padding": lambda: F.avg_pool1d(rows, 3, 2, 1, False, False),
    "ceil_mode": lambda: F.avg_pool1d(rows, 2, ceil_mode=True), "avg_pool2d": lambda: F.avg_pool2d(plane, 2),
    "divisor": lambda: F.avg_pool2d(plane, 2, divisor_override=-3), "avg_pool3d": lambda: F.avg_pool3d(plane, (1, 2, 3)),
    "avg_pool2d of int32": lambda: F.avg_pool2d(plane.int(), 2), "avg_pool2d of bools": lambda: F.avg_pool2d(plane > 0, 2),
    "empty stride": lambda: (F.avg_pool2d(plane.float(), [2, 2], []), F.max_pool2d(plane.float(), 2, ())),
    "max_pool2d": lambda: F.max_pool2d(plane, 3, 2, 1, return_indices=True), "max_pool1d": lambda: F.max_pool1d(rows, 2),
    "max_pool3d of int32": lambda: F.max_pool3d(plane.int(), (1, 2, 2), padding=(0, 1, 1)),
    "max_pool2d of bools": lambda: F.max_pool2d(plane > 0, 2), "adaptive_avg_pool2d": lambda: F.adaptive_avg_pool2d(plane, 2),
    "adaptive_max_pool1d": lambda: F.adaptive_max_pool1d(rows, 2), "adaptive_max_pool3d": lambda: F.adaptive_max_pool3d(plane, 2),
    "pad by the least": lambda: F.pad(v, (1, 0), value=-2**63),
    "arange": lambda: (torch.arange(end=3.1, dtype=torch.int64), torch.arange(0.5, 3.9, dtype=torch.int64)),
    "arange of int32": lambda: torch.arange(0.5, 3.9, 1.9, dtype=torch.int32),
    "arange backwards": lambda: torch.arange(3.9, 0.1, -1.5, dtype=torch.int64),
    "arange with no step": lambda: torch.arange(0, 3, 0.5, dtype=torch.int64),
    "arange to an end": lambda: (torch.arange(end=3), torch.arange(2, end=4), torch.arange(end=3, start=1)),
    "no quotients": lambda: (none % none[:, :1], none // torch.zeros(3, dtype=torch.int64), none % 0),
}
for name in ("sum", "prod", "mean", "amax", "amin"):
    for include in (True, False):
        calls[f"{name} of bools, {include}"] = lambda name=name, include=include: torch.tensor([True, False, True]).scatter_reduce(
            0, torch.tensor([0, 0, 1, 2]), torch.tensor([True, True, False, True]), name, include_self=include)
for name, call in calls.items():
    try:
        found = call()
        for x in found if isinstance(found, tuple) else (found,):
            print(name, x.dtype, x.tolist())
    except (RuntimeError, ValueError, NotImplementedError) as error:
        print(name, type(error).__name__, error)
