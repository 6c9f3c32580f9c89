"""What is computed of neighbours along a dim: slopes, running areas; and slices of limited norm."""
from agc import _dtype, _functions as torch, _ops
from agc._functions import both, exported
from agc._functions.combined import diff, steps_along
from agc._node import named, node
from agc._sizes import ints
from agc._tensor import Tensor, wrapped


@exported
def cumulative_trapezoid(y, x=None, *, dx=1, dim=-1):
    """The area below y up to each point but the first, by trapezoids."""
    if y.dtype is _dtype.bool or (x is not None and x.dtype is _dtype.bool):
        which = "`y`" if x is None else "`x` or `y`"
        raise RuntimeError(f"cumulative_trapezoid: received a bool input for {which}, but bool is not supported")
    n = y.size(dim)
    pairs = y._narrow(dim, 0, n - 1) + y._narrow(dim, 1, n - 1)
    if x is None:
        return torch.cumsum(dx / 2.0 * pairs, dim)
    steps = steps_along("cumulative_trapezoid", y, x, dim)
    return named(torch.cumsum(pairs * steps, dim) / 2.0, "DivBackward1")


def _slope(input, dim, spacing, edge_order):
    """The derivative along a dim by differences of second order, at the ends of edge_order."""
    n = input.size(dim)
    part = [input._narrow(dim, i, n - 2) for i in range(3)]
    first, last = ([input._narrow(dim, i, 1) for i in places] for places in (range(edge_order + 1),
                                                                            range(n - 1, n - 2 - edge_order, -1)))
    if not isinstance(spacing, Tensor):
        inner = (part[2] - part[0]) / (2.0 * spacing)
        if edge_order == 1:
            ends = (first[1] - first[0]) / spacing, (last[0] - last[1]) / spacing
        else:
            ends = tuple((-3.0 * a + 4.0 * b - c) / (2.0 * h) for (a, b, c), h in ((first, spacing), (last, -spacing)))
    else:
        steps = diff(spacing)._reshape([-1] + [1] * (input.dim() - 1 - dim))
        before, after = steps._narrow(0, 0, n - 2), steps._narrow(0, 1, n - 2)
        inner = (-after / (before * (before + after)) * part[0] + (after - before) / (before * after) * part[1] +
                 before / (after * (before + after)) * part[2])
        at = [[steps._narrow(0, i, 1) for i in places] for places in (range(edge_order), range(n - 2, n - 2 - edge_order, -1))]
        if edge_order == 1:
            ends = (first[1] - first[0]) / at[0][0], (last[0] - last[1]) / at[1][0]
        else:
            ends = tuple(sign * (-(2 * h + k) / (h * (h + k)) * a + (h + k) / (h * k) * b - h / (k * (h + k)) * c)
                         for sign, (h, k), (a, b, c) in ((1, at[0], first), (-1, at[1], last)))
    return torch.cat([ends[0], inner, ends[1]], dim)


@exported
def gradient(input, *, spacing=1, dim=None, edge_order=1):
    """The derivatives of samples along dims, of all where none is given; spacing is a distance, or coordinates."""
    spacing = 1 if spacing is None else spacing
    dims = list(range(input.dim())) if dim is None else [wrapped(d, input.dim()) for d in ints((dim,))]
    for d in dims:
        if dims.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    spacings = list(spacing) if isinstance(spacing, (tuple, list)) else [spacing] * len(dims)
    if len(spacings) != len(dims):
        expected = "torch.gradient expected spacing to be unspecified, a scalar"
        if dim is None:
            raise RuntimeError(f"{expected}, or a list of length equal to 'self.dim() = {input.dim()}', since dim argument was "
                               f"not given, but got a list of length {len(spacings)}")
        raise RuntimeError(f"{expected} or it's spacing and dim arguments to have the same length, but got a spacing argument "
                           f"of length {len(spacings)} and a dim argument of length {len(dims)}.")
    if edge_order not in (1, 2):
        raise RuntimeError("torch.gradient only supports edge_order=1 and edge_order=2.")
    for d in dims:
        if input.size(d) < edge_order + 1:
            raise RuntimeError("torch.gradient expected each dimension size to be at least edge_order+1")
    return tuple(_slope(input, d, h, edge_order) for d, h in zip(dims, spacings))


@both
@node("RenormBackward0", saves="input")
def renorm(input, p, dim, maxnorm):
    """Slices of a dim, those of a greater norm brought down to maxnorm."""
    if not p > 0:
        raise RuntimeError("renorm: non-positive-norm not supported")
    if input.dim() < 2:
        raise RuntimeError(f"renorm: input needs at least 2 dimensions, got {input.dim()} dimensions")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm}")
    at = wrapped(dim, input.dim())
    norm = _ops.vector_norm(input, [d for d in range(input.dim()) if d != at], float(p), True)
    return input * _ops.where(norm > maxnorm, maxnorm / (norm + 1e-7), 1.0)


@exported
def unravel_index(indices, shape):
    """The place along each dim of a shape of elements that are counted in row-major order."""
    if indices.is_complex() or indices.is_floating_point() or indices.dtype is _dtype.bool:
        raise TypeError(f"expected 'indices' to be integer dtype, but got {indices.dtype}")
    shape = [shape] if isinstance(shape, int) else list(shape)
    if any(n < 0 for n in shape):
        raise ValueError(f"'shape' cannot have negative values, but got {tuple(shape)}")
    found = []
    for n in reversed(shape):
        found.insert(0, indices % n)
        indices = _ops.div_floor(indices, n)
    return tuple(found)
