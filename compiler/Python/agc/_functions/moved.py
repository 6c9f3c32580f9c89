"""Elements in another order, at other places, more often."""
import builtins
import math

from agc import _dtype, _factories, _functions as torch, _ops
from agc._functions import both, exported
from agc._missing import refuse
from agc._node import named, node
from agc._out import with_out
from agc._tensor import Tensor, ints, method, wrapped


@both
def flip(input, *dims, **named):
    return _ops.flip(input, ints(named.get("dims", dims)))


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
@with_out
def take_along_dim(input, indices, dim=None):
    if dim is None:
        return _ops.gather(input._reshape([-1]), 0, indices._reshape([-1]))
    if input.dim() != indices.dim():
        raise RuntimeError("torch.take_along_dim(): input and indices should have the same number of dimensions, but got "
                           f"{input.dim()} dimensions for input, and {indices.dim()} dimensions for indices")
    along = wrapped(dim, input.dim())
    shape = list(torch.broadcast_shapes(*([1 if d == along else n for d, n in enumerate(x.shape)] for x in (input, indices))))
    input, indices = (x.expand(shape[:along] + [x.shape[along]] + shape[along + 1:]) for x in (input, indices))
    # of self torch saves this view, of the indices what is not the program's
    return _ops.gather(input, along, indices.clone())


def _source(input, index, src, value):
    """What scatter writes: a tensor, or a number everywhere."""
    src = value if src is None else src
    return src if isinstance(src, Tensor) else _factories.full(index._sizes, src, dtype=input.dtype)


@both
@with_out
def scatter(input, dim, index, src=None, *, value=None, reduce=None):
    if reduce is not None:
        return _reduced(input, dim, index, _source(input, index, src, value), reduce)
    result = _ops.scatter(input, dim, index, _source(input, index, src, value))
    return result if isinstance(src, Tensor) else named(result, "ScatterBackward1")


def _reduced(input, dim, index, src, reduce):
    if reduce not in ("add", "multiply"):
        raise RuntimeError("reduce argument must be either add or multiply.")
    if src.requires_grad or input.requires_grad:
        raise RuntimeError("scatter() with a reduction has no gradient: use scatter_reduce")
    return torch.scatter_reduce(input, dim, index, src, "sum" if reduce == "add" else "prod")


@method
def scatter_(self, dim, index, src=None, *, value=None, reduce=None):
    if reduce is not None:
        return self.copy_(_reduced(self, dim, index, _source(self, index, src, value), reduce))
    return _ops.scatter_(self, dim, index, _source(self, index, src, value))


@both
@with_out
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
@with_out
@node("NanToNumBackward0", saves="input")
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
@node("Rot90Backward0")
def rot90(input, k=1, dims=(0, 1)):
    """Turned k times by a quarter, from the first dim to the second."""
    first, second = dims
    k %= 4
    if k == 2:
        return flip(input, first, second)
    turned = flip(input, second) if k == 1 else flip(input, first) if k == 3 else input.clone()
    return turned._transpose(first, second) if k else turned


def _check_pixels(name, option, input, factor):
    """Refuses what neither way of pixels takes."""
    if not isinstance(factor, builtins.int):
        raise TypeError(f"{name}(): argument '{option}' (position 2) must be int, not {type(factor).__name__}")
    if input.dim() < 3:
        raise RuntimeError(f"{name} expects input to have at least 3 dimensions, but got input with {input.dim()} "
                           "dimension(s)")
    if factor <= 0:
        raise RuntimeError(f"{name} expects a positive {option}, but got {factor}")


@exported
@node("PixelShuffleBackward0")
def pixel_shuffle(input, upscale_factor):
    """Channels, as many as a square of that size has pixels, become the pixels of a larger image."""
    _check_pixels("pixel_shuffle", "upscale_factor", input, upscale_factor)
    *batch, channels, rows, columns = input._sizes
    if channels % upscale_factor ** 2:
        raise RuntimeError("pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of "
                           f"upscale_factor, but input.size(-3)={channels} is not divisible by {upscale_factor ** 2}")
    f, n = upscale_factor, len(batch)
    apart = input._reshape(batch + [channels // f ** 2, f, f, rows, columns])
    apart = apart._permute([*builtins.range(n), n, n + 3, n + 1, n + 4, n + 2])
    return apart._reshape(batch + [channels // f ** 2, rows * f, columns * f])


@exported
@node("PixelUnshuffleBackward0")
def pixel_unshuffle(input, downscale_factor):
    """The pixels of squares of that size become channels of a smaller image: pixel_shuffle's inverse."""
    _check_pixels("pixel_unshuffle", "downscale_factor", input, downscale_factor)
    *batch, channels, rows, columns = input._sizes
    for side, dim, extent in (("height", -2, rows), ("width", -1, columns)):
        if extent % downscale_factor:
            raise RuntimeError(f"pixel_unshuffle expects {side} to be divisible by downscale_factor, but "
                               f"input.size({dim})={extent} is not divisible by {downscale_factor}")
    f, n = downscale_factor, len(batch)
    apart = input._reshape(batch + [channels, rows // f, f, columns // f, f])
    apart = apart._permute([*builtins.range(n), n, n + 2, n + 4, n + 1, n + 3])
    return apart._reshape(batch + [channels * f ** 2, rows // f, columns // f])
