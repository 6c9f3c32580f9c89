"""Elements in another order, at other places, more often."""
import builtins
import math

from agc import _dtype, _factories, _functions as torch, _ops
from agc._functions import both
from agc._missing import refuse
from agc._tensor import Tensor, ints, method, wrapped


@both
def flip(input, *dims):
    return _ops.flip(input, ints(dims))


@method
def repeat(self, *repeats):
    if not repeats:
        raise TypeError('repeat() missing 1 required positional arguments: "repeats"')
    return _ops.repeat(self, ints(repeats))


@both
def tile(input, *dims):
    dims = ints(dims)
    return _ops.repeat(input, [1] * (input.dim() - len(dims)) + dims)


@both
def roll(input, shifts, dims=()):
    return _ops.roll(input, ints((shifts,)), ints((dims,)))


@both
def repeat_interleave(input, repeats, dim=None, *, output_size=None):
    if isinstance(repeats, Tensor):
        raise NotImplementedError("repeat_interleave(): repeats as a tensor is not in agc yet")
    if dim is None:
        input, dim = input._reshape([-1]), 0
    dim = wrapped(dim, input.dim())
    shape = list(input._sizes)
    spread = input._unsqueeze(dim + 1)._expand(shape[:dim + 1] + [repeats] + shape[dim + 1:])
    return spread._clone()._flatten(dim, dim + 1)


@both
def take_along_dim(input, indices, dim=None):
    if dim is None:
        return _ops.gather(input._reshape([-1]), 0, indices._reshape([-1]))
    return _ops.gather(input, dim, indices)


def _source(input, index, src, value):
    """What scatter writes: a tensor, or a number everywhere."""
    src = value if src is None else src
    return src if isinstance(src, Tensor) else _factories.full(index._sizes, src, dtype=input.dtype)


@both
def scatter(input, dim, index, src=None, *, value=None, reduce=None):
    refuse("scatter", reduce=reduce)
    return _ops.scatter(input, dim, index, _source(input, index, src, value))


@method
def scatter_(self, dim, index, src=None, *, value=None, reduce=None):
    refuse("scatter_", reduce=reduce)
    return _ops.scatter_(self, dim, index, _source(self, index, src, value))


@both
def index_add(input, dim, index, source, *, alpha=1):
    return _ops.index_add(input, dim, index, source, alpha)


def _set_along(self, dim, index, value):
    self[(slice(None),) * wrapped(dim, self.dim()) + (index,)] = value
    return self


@method
def index_fill_(self, dim, index, value):
    return _set_along(self, dim, index, value)


@method
def index_copy_(self, dim, index, source):
    return _set_along(self, dim, index, source)


@both
def meshgrid(*tensors, indexing="ij"):
    tensors = ints(tensors)
    shape = [x.numel() for x in tensors]
    grids = [x._reshape([-1 if i == j else 1 for j in builtins.range(len(tensors))])._expand(shape)
             for i, x in enumerate(tensors)]
    return tuple(g._transpose(0, 1) for g in grids) if indexing == "xy" and len(grids) > 1 else tuple(grids)


@both
def nan_to_num(input, nan=0.0, posinf=None, neginf=None):
    if input.dtype.is_complex:
        return torch.complex(*(nan_to_num(part, nan, posinf, neginf) for part in (input.real, input.imag)))
    if not input.dtype.is_floating_point:
        return input.clone()
    limits = _dtype.finfo(input.dtype)
    posinf, neginf = (limits.max if posinf is None else posinf), (limits.min if neginf is None else neginf)
    filled = torch.where(torch.isnan(input), nan, input)
    return torch.where(filled == math.inf, posinf, torch.where(filled == -math.inf, neginf, filled))


@both
def fliplr(input):
    return _ops.flip(input, [1])


@both
def flipud(input):
    return _ops.flip(input, [0])


@both
def rot90(input, k=1, dims=(0, 1)):
    """Turned k times by a quarter, from the first dim to the second."""
    first, second = dims
    k %= 4
    if k == 2:
        return flip(input, first, second)
    turned = flip(input, second) if k == 1 else flip(input, first) if k == 3 else input.clone()
    return turned._transpose(first, second) if k else turned
