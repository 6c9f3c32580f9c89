"""Sampling where a grid says: affine_grid and grid_sample."""
import itertools

from agc import _dtype, _factories, _functions as torch, _ops
from agc._node import named, own
from agc._warnings import warn
from agc.nn.functional._interpolation import cubic_weights

__all__ = ["affine_grid", "grid_sample"]


def _aligned(align_corners):
    if align_corners is None:
        warn("Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please "
             "specify align_corners=True if the old behavior is desired. See the documentation of grid_sample for "
             "details.")
    return bool(align_corners)


def _axis(extent, align_corners, dtype):
    """Places from -1 to 1: those of the first and last element, or of their outer edges."""
    if extent <= 1:
        return _factories.zeros(extent, dtype=dtype)
    places = _factories.linspace(-1, 1, extent, dtype=dtype)
    return places if align_corners else places * (extent - 1) / extent


def affine_grid(theta, size, align_corners=None):
    """Where each element of an output of that size comes from, by affine maps of places."""
    align_corners = _aligned(align_corners)
    if not theta.is_floating_point():
        raise ValueError(f"Expected theta to have floating point type, but got {theta.dtype}")
    rank = len(size) - 2
    if rank not in (2, 3):
        raise NotImplementedError("affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. "
                                  f"Got size {size}.")
    if theta.dim() != 3 or tuple(theta.shape[1:]) != (rank, rank + 1):
        raise ValueError(f"Expected a batch of {rank}D affine matrices of shape Nx{rank}x{rank + 1} for size {size}. Got "
                         f"{theta.shape}.")
    if align_corners and min(size[2:]) == 1:
        warn("Since version 1.3.0, affine_grid behavior has changed for unit-size grids when align_corners=True. "
             "This is not an intended use case of affine_grid. See the documentation of affine_grid for details.")
    elif min(size) <= 0:
        raise ValueError(f"Expected non-zero, positive output size. Got {size}")
    places = torch.meshgrid(*(_axis(n, align_corners, theta.dtype) for n in size[2:]), indexing="ij")
    ones = _factories.ones(*size[2:], dtype=theta.dtype)
    base = torch.stack([*reversed(places), ones], -1).view(1, -1, rank + 1).expand(size[0], -1, -1)
    grid = torch.bmm(base, theta.transpose(1, 2)).view(size[0], *size[2:], rank)
    return named(own(grid), "AffineGridGeneratorBackward0")


def _scaled(place, extent, align_corners):
    """A place between -1 and 1 counted in elements."""
    return (place + 1) / 2 * (extent - 1) if align_corners else ((place + 1) * extent - 1) / 2


def _clipped(place, extent):
    """Within the elements; at the ends nothing of the place is left."""
    zero = _factories.zeros((), dtype=place.dtype)
    return torch.where(place <= 0, zero, torch.where(place >= extent - 1, zero + (extent - 1), place))


def _reflected(place, extent, align_corners):
    """Folded back at the outer elements, or at their edges."""
    low, span = (0.0, extent - 1.0) if align_corners else (-0.5, float(extent))
    if span == 0:
        return place * 0
    place = place - low
    place = torch.where(place < 0, -place, place)
    rest, folds = torch.fmod(place, span), torch.floor(place / span).detach()
    return torch.where(torch.fmod(folds, 2) == 0, rest, span - rest) + low


def _padded(place, extent, padding_mode, align_corners):
    if padding_mode == "reflection":
        place = _reflected(place, extent, align_corners)
    return place if padding_mode == "zeros" else _clipped(place, extent)


def _nearest(place):
    """One tap, whose weight does not depend on the place."""
    return [(_ops.round(place.detach()), None)]


def _linear(place):
    low = torch.floor(place.detach())
    return [(low, low + 1 - place), (low + 1, place - low)]


def _cubic(place):
    low = torch.floor(place.detach())
    return [(low + (k - 1), weight) for k, weight in enumerate(cubic_weights(place - low))]


def _check(input, grid, mode, padding_mode):
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError("nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: "
                         f"'{mode}'")
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError("nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but "
                         f"got: '{padding_mode}'")
    shapes = f"got input with sizes {list(input.shape)} and grid with sizes {list(grid.shape)}"
    if input.shape[0] != grid.shape[0]:
        raise RuntimeError(f"grid_sampler(): expected grid and input to have same batch size, but {shapes}")
    if grid.shape[-1] != input.dim() - 2:
        raise RuntimeError(f"grid_sampler(): expected grid to have size {input.dim() - 2} in last dimension, but got grid with "
                           f"sizes {list(grid.shape)}")
    if input.dim() not in (4, 5) or input.dim() != grid.dim():
        raise RuntimeError(f"grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but {shapes}")
    if mode == "bicubic" and input.dim() == 5:
        raise RuntimeError("grid_sampler(): bicubic interpolation only supports 4D input")
    _dtype.check_kernel(f"grid_sampler_{input.dim() - 2}d_cpu_kernel_impl", input, "float")
    _dtype.check_scalar_type(input.dtype, grid)


def grid_sample(input, grid, mode="bilinear", padding_mode="zeros", align_corners=None):
    """The input at the places of a grid, which are between -1 and 1."""
    _check(input, grid, mode, padding_mode)
    align_corners = _aligned(align_corners)
    extents, count = input.shape[2:], grid.shape[1:-1].numel()
    places = [_scaled(x, n, align_corners) for x, n in zip(grid.view(grid.shape[0], count, -1).unbind(-1), reversed(extents))]
    of_taps = padding_mode if mode == "bicubic" else "zeros"  # a cubic reaches over the edge from within
    if mode != "bicubic":
        places = [_padded(x, n, padding_mode, align_corners) for x, n in zip(places, reversed(extents))]
    taps = [{"nearest": _nearest, "bilinear": _linear, "bicubic": _cubic}[mode](x) for x in reversed(places)]
    flat, total = input.reshape(*input.shape[:2], -1), 0
    for corner in itertools.product(*taps):
        at, inside, weight = 0, True, None
        for (tap, share), n in zip(corner, extents):
            tap = _padded(tap, n, of_taps, align_corners)
            within = (tap >= 0) & (tap < n)
            at = at * n + torch.where(within, tap, 0.0).to(_dtype.int64)
            inside = within & inside
            weight = share if weight is None else weight if share is None else weight * share
        picked = flat.gather(2, torch.where(inside, at, 0).unsqueeze(1).expand(-1, flat.shape[1], -1))
        picked = torch.where(inside.unsqueeze(1), picked, 0.0)
        total = total + (picked if weight is None else picked * weight.unsqueeze(1))
    if mode == "nearest":  # the places have gradients of 0
        total = total + sum(torch.where(torch.isfinite(x), x, 0.0) * 0 for x in places).unsqueeze(1)
    return named(own(total.view(*input.shape[:2], *grid.shape[1:-1])), f"GridSampler{len(extents)}DBackward0", grid, input)
