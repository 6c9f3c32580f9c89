"""Elements in another order, at other places, more often."""
import builtins
import contextlib
import math

from agc import _agc, _dtype, _factories, _functions as torch, _modes, _ops
from agc._functions import both, exported
from agc._functions.chosen import check_filling
from agc._functions.views import some
from agc._index import once, repeating
from agc._missing import refuse
from agc._node import flat, named, node, own, underived
from agc._out import with_out
from agc._sizes import check_extents, check_meets, ints, is_one, listed, require, unlike
from agc._tensor import Tensor, forbid, method, wrapped, wrapped_along
from agc._warnings import warn


@both
def flip(input, *dims, **named):
    dims = listed("flip", "dims", dims, named)
    return input.clone() if input.dim() == 0 and all(d in (0, -1) for d in dims) else _ops.flip(input, dims)


@method
def repeat(self, *repeats, **named):
    return _repeated_along(self, listed("repeat", "repeats", repeats, named))


def _repeated_along(input, repeats):
    """The whole tensor so often along each dim."""
    shape = [1] * (len(repeats) - input.dim()) + list(input._sizes)
    if len(shape) == len(repeats) and all(isinstance(n, builtins.int) for n in (*shape, *repeats)) and builtins.min(repeats, default=0) < 0:
        check_extents([n * times for n, times in zip(shape, repeats)])
        repeats = [builtins.max(times, 0) for times in repeats]  # of no elements
    return _ops.repeat(input, repeats)


@both
def tile(input, *dims, **named):
    dims = listed("tile", "dims", dims, named)
    return _repeated_along(input, [1] * (input.dim() - len(dims)) + dims)


@both
def roll(input, shifts, dims=()):
    shifts, dims = ints((shifts,)), ints((dims,))
    if dims and input.dim() == 0:
        wrapped(dims[0], 0)
    return _ops.roll(input, shifts, dims)


def _repeated(repeats, output_size):
    """Each position as often as it repeats, one after the other."""
    if repeats.dim() != 1:
        raise RuntimeError("repeat_interleave only accept 1D vector as repeat")
    if repeats.dtype not in (_dtype.int64, _dtype.int32):
        raise NotImplementedError(f"\"repeat_interleave_cpu\" not implemented for '{repeats.dtype._title}'")
    forbid((repeats < 0).any(), "repeats can not be negative")
    ends = torch.cumsum(repeats, 0)
    if output_size is None:
        if _agc.is_exporting():
            raise NotImplementedError("repeat_interleave() by a tensor is not in agc yet where a function is compiled, unless "
                                      "its output_size is given")
        output_size = builtins.int(repeats.sum())
    else:
        forbid(repeats.sum() != output_size, "allocated size does not match required size")
    return torch.searchsorted(ends, _factories.arange(output_size), right=True)


@both
def repeat_interleave(input, repeats=None, dim=None, *, output_size=None):
    if repeats is None:
        return _repeated(input, output_size)
    if dim is None:
        input, dim = input._reshape([-1]), 0
    if isinstance(repeats, Tensor):
        size = input.size(dim)
        if repeats.dim() > 1:
            raise RuntimeError("repeats must be 0-dim or 1-dim tensor")
        if repeats.dim() == 0 or repeats.dim() == 1 and is_one(repeats._sizes[0]):
            repeats = repeats._reshape([1])._expand([size])
        else:
            require(repeats._sizes[0], "==", size, "repeats must have the same size as input along dim, but got "
                    f"repeats.size(0) = {repeats._sizes[0]} and input.size({dim}) = {size}")
        return _ops.index_select(input, dim, _repeated(repeats, output_size))
    require(0, "<=", repeats, "Repeats must be non-negative")
    dim = wrapped(dim, input.dim())
    shape = list(input._sizes)
    spread = input._unsqueeze(dim + 1)._expand(shape[:dim + 1] + [repeats] + shape[dim + 1:])
    return spread._clone()._flatten(dim, dim + 1)


@both
@with_out(apart="input", exact=True)
def gather(input, dim, index, *, sparse_grad=False):
    refuse("gather", sparse_grad=sparse_grad)
    if 0 in index._sizes or input.dim() == 0 and index.dim() <= 1:  # no element, whatever its dtype, or as a row of one
        wrapped_along(input, dim)
        index_row = (index.long() if 0 in index._sizes else index)._reshape([-1])
        picked = _ops.gather(input._reshape([-1]), 0, index_row)
        return named(picked._reshape(list(index._sizes)), "GatherBackward0")
    return _ops.gather(input, dim, index)


exported(with_out(_ops.index_select, apart="input index", exact=True))
for _record in (_ops.tril, _ops.triu):
    exported(with_out(_record, exact=True))


@both
@with_out(apart="input", exact=True)
def take_along_dim(input, indices, dim=None):
    if indices.dtype is not _dtype.int64:
        raise RuntimeError("torch.take_along_dim(): dtype of indices should be Long but got "
                           f"{indices.dtype._title}")
    if dim is None:
        input, indices, dim = input._reshape([-1]), indices._reshape([-1]), 0
    if input.dim() != indices.dim():
        raise RuntimeError("torch.take_along_dim(): input and indices should have the same number of dimensions, but got "
                           f"{input.dim()} dimensions for input, and {indices.dim()} dimensions for indices")
    along = wrapped(dim, input.dim())
    shapes = [[1 if d == along else n for d, n in enumerate(x.shape)] for x in (input, indices)]
    check_meets(*shapes)
    shape = list(torch.broadcast_shapes(*shapes))
    input, indices = (x.expand(shape[:along] + [x.shape[along]] + shape[along + 1:]) for x in (input, indices))
    # of self torch saves this view, of the indices what is not the program's
    return _ops.gather(input, along, torch.where(indices < 0, indices + input.shape[along], indices))


def _source(input, index, src, value):
    """What scatter writes: a tensor, or a number everywhere."""
    src = value if src is None else src
    return src if isinstance(src, Tensor) else _factories.full(index._sizes, src, dtype=input.dtype)


def _as_row(write, input, dim, index, src):
    """What a function writes to a tensor, one of no dims as a row of one element."""
    if input.dim():
        return write(input, dim, index, src)
    row = input._reshape([1])
    row = write(row, wrapped(dim, 1), index._reshape([-1]), src._reshape([-1]))
    return named(row._reshape([]), row.grad_fn.name()) if row.requires_grad else row._reshape([])


@both
@with_out(apart="index src", exact=True)
def scatter_add(input, dim, index, src):
    return _as_row(_ops.scatter_add, input, dim, index, src)


@method
def scatter_add_(self, dim, index, src):
    _as_row(_ops.scatter_add_, self, dim, index, src)
    return self if self.dim() else named(self, "ScatterAddBackward0")


@both
@with_out(apart="index src", exact=True)
def scatter(input, dim, index, src=None, *, value=None, reduce=None):
    if reduce is not None:
        return _reduced("scatter", input, dim, index, src, value, reduce)
    result = _as_row(_ops.scatter, input, dim, index, _source(input, index, src, value))
    return result if isinstance(src, Tensor) else named(result, "ScatterBackward1")


def _reduced(name, input, dim, index, src, value, reduce):
    """scatter with a reduction, which torch computes and does not differentiate."""
    if reduce not in ("add", "multiply"):
        raise RuntimeError("reduce argument must be either add or multiply.")
    if isinstance(src, Tensor):
        warn("The reduce argument of torch.scatter with Tensor src is deprecated and will be removed in a future PyTorch "
             "release. Use torch.scatter_reduce instead for more reduction options.", once=True)
    src, how = _source(input, index, src, value), "sum" if reduce == "add" else "prod"
    return flat(lambda: torch.scatter_reduce(input, dim, index, src, how), [input, src], refusal=underived(name))


@method
def scatter_(self, dim, index, src=None, *, value=None, reduce=None):
    if reduce is not None:
        _agc.check_overlap(self, [], [x for x in (index, src) if isinstance(x, Tensor)])
        made = self.copy_(_reduced("scatter_", self, dim, index, src, value, reduce))
        return named(made, "NotImplemented") if _modes.is_grad_enabled() else made
    _as_row(_ops.scatter_, self, dim, index, _source(self, index, src, value))
    return self if self.dim() else named(self, f"ScatterBackward{builtins.int(not isinstance(src, Tensor))}")


def check_slices(name, input, dim, index, source):
    """Refuses what is no row of places along dim, a slice of source for each."""
    if index.dtype not in (_dtype.int64, _dtype.int32):
        raise RuntimeError(f"{name}(): Expected dtype int32/int64 for index but got: {index.dtype._title}")
    if source.dtype is not input.dtype:
        raise RuntimeError(f"{name}(): self ({input.dtype._title}) and source ({source.dtype._title}) must have the same scalar "
                           "type")
    if index.dim() > 1:
        raise IndexError(f"{name}(): Index is supposed to be a vector, but got dim: {index.dim()} with type: "
                         f"{index.dtype._title} and size: {list(index._sizes)}")
    at = wrapped_along(input, dim)
    if source.dim() and at >= source.dim():
        raise RuntimeError(f"{name}(): Indexing dim {at} is out of bounds of the source tensor with dim {source.dim()}")
    count = source._sizes[at] if source.dim() else 1
    if not source.dim() and unlike([index.numel()], [1]):
        wrapped(at, 0)  # which fails
    require(index.numel(), "==", count, f"{name}(): Number of indices ({index.numel()}) should be equal to source.size(dim): "
            f"({count}), for dim: {at}")
    along = at if input.dim() and source.dim() else None
    if unlike(*([n for d, n in enumerate(x._sizes) if d != along] for x in (input, source))):
        raise RuntimeError("source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape "
                           f"= {list(input._sizes)} source.shape = {list(source._sizes)}")


@contextlib.contextmanager
def told_of_rows(input):
    """Where a row has no element at a position, PyTorch says it in other words than of slices."""
    try:
        yield
    except RuntimeError as error:
        if input.dim() < 2 and "is out of bounds for dimension" in str(error):
            raise IndexError("index out of range in self") from None
        raise


@both
@with_out(apart="index source", exact=True)
def index_add(input, dim, index, source, *, alpha=1):
    check_slices("index_add_", input, dim, index, source)
    with told_of_rows(input):
        return _ops.index_add(input, dim, index, source, alpha)


@method
def index_add_(self, dim, index, source, *, alpha=1):
    check_slices("index_add_", self, dim, index, source)
    with told_of_rows(self):
        return _ops.index_add_(self, dim, index, source, alpha)


def _set_along(self, dim, index, value):
    """Sets the slices of a dim that a row of indices tells; of a number the dim is it itself."""
    whole = self if self.dim() else self.view(1)
    whole[(slice(None),) * wrapped(dim, whole.dim()) + (index._reshape([-1]),)] = value
    return self


@method
def index_fill_(self, dim, index, value):
    if index.dtype is not _dtype.int64:
        raise IndexError("index_fill_(): Expected dtype int64 for index.")
    if index.dim() > 1:
        raise RuntimeError("Index has to be a vector/scalar")
    if not isinstance(value, Tensor) or not value.requires_grad:
        check_filling("index_fill_", value)
        is_complex = value.is_complex() if isinstance(value, Tensor) else isinstance(value, complex)
        if is_complex and not self.is_complex():
            raise RuntimeError("index_fill_(): Converting complex Scalar to non-complex type is not supported")
        value = value.clone() if isinstance(value, Tensor) else value  # it may be one of self's
        if wide := repeating(self):
            along = wrapped(dim, self.dim())
            _set_along(once("index_fill_", self, wide), along, index * 0 if along in wide else index, value)
            return self
        filled = _set_along(self, dim, index, value)
        return named(filled, f"IndexFillBackward{builtins.int(isinstance(value, Tensor))}")
    # A slice that several indices tell takes its value once, and so does the gradient.
    dim = wrapped(dim, self.dim()) if self.dim() else 0
    mask = _factories.zeros(self._sizes[dim] if self.dim() else 1, dtype=_dtype.bool)
    mask[index] = True
    mask = mask._reshape([-1] + [1] * (self.dim() - 1 - dim) if self.dim() else [])
    return named(self.masked_fill_(mask, value), "IndexFillBackward1")


@method
def index_copy_(self, dim, index, source):
    if index.dtype is not _dtype.int64:
        raise RuntimeError("index_copy_(): Expected a long tensor for index, but got "
                           f"{index.dtype._title}")
    if source.dim() and self.dim() and source.dim() != self.dim():
        raise IndexError("index_copy_(): When source and destination are not scalars, their dimensionality must match. "
                         f"Source dimensionality ({source.dim()}), destination dimensionality ({self.dim()})")
    if source.dtype is not self.dtype:
        raise RuntimeError("index_copy_(): self and source expected to have the same dtype, but got (self) "
                           f"{self.dtype._title} and (source) {source.dtype._title}")
    along = wrapped(dim, self.dim()) if self.dim() else 0
    if source.dim() and unlike([index.numel()], [source.size(dim)]):
        raise IndexError(f"index_copy_(): Number of indices ({index.numel()}) should be equal to source.size(dim) "
                         f"({source.size(dim)})")
    rest = [[n for d, n in enumerate(x._sizes) if d != along] for x in (self, source)]
    if source.dim() and self.dim() and unlike(*rest):
        raise RuntimeError("index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: "
                           f"{' '.join(map(str, rest[0]))} at dimension {along} and source slice shape: "
                           f"{' '.join(map(str, rest[1]))} at dimension 0.")
    return _set_along(self, dim, index, source if self.dim() else source._reshape([-1]))


@both
def meshgrid(*tensors, indexing=None):
    if indexing is None:
        warn("torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.", once=True)
    tensors = some("meshgrid", ints(tensors))
    for x in tensors:
        if x.dim() > 1:
            raise RuntimeError(f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {x}")
    if indexing not in (None, "ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    if any(x.dtype is not tensors[0].dtype for x in tensors):
        raise RuntimeError("meshgrid expects all tensors to have the same dtype")
    dims = list(builtins.range(len(tensors)))
    if indexing == "xy":
        dims[:2] = dims[:2][::-1]
    shape = [tensors[d].numel() for d in dims]
    return tuple(x._reshape([-1 if i == d else 1 for d in dims])._expand(shape) for i, x in enumerate(tensors))


@both
@with_out(exact=True)
@node("NanToNumBackward0", saves="input")
def nan_to_num(input, nan=0.0, posinf=None, neginf=None):
    if input.dtype.is_complex:
        if input.requires_grad and _modes.is_grad_enabled():
            raise RuntimeError("nan_to_num does not support automatic differentiation for outputs with complex dtype.")
        return torch.complex(*(nan_to_num(part, nan, posinf, neginf) for part in (input.real, input.imag)))
    if not input.dtype.is_floating_point:
        return input.clone()
    limits = _dtype.finfo(input.dtype)
    posinf, neginf = (limits.max if posinf is None else posinf), (limits.min if neginf is None else neginf)
    filled = torch.where(torch.isnan(input), nan, input)
    return torch.where(filled == math.inf, posinf, torch.where(filled == -math.inf, neginf, filled))


@both
def fliplr(input):
    if input.dim() < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return _ops.flip(input, [1])


@both
def flipud(input):
    if input.dim() < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return _ops.flip(input, [0])


@both
@node("Rot90Backward0")
def rot90(input, k=1, dims=(0, 1)):
    """Turned k times by a quarter, from the first dim to the second."""
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if input.dim() < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {input.dim()}")
    first, second = dims
    if first == second or builtins.abs(first - second) == input.dim():
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {first} and dim1 = {second}")
    for i, d in enumerate(dims):
        if not -input.dim() <= d < input.dim():
            raise RuntimeError(f"Rotation dim{i} out of range, dim{i} = {d}")
    k %= 4
    if k == 2:
        return flip(input, first, second)
    turned = flip(input, second) if k == 1 else flip(input, first) if k == 3 else input.clone()
    return own(turned._transpose(first, second) if k else turned)


def _check_pixels(name, option, input, factor):
    """Refuses what neither way of pixels takes."""
    if not isinstance(factor, builtins.int):
        raise TypeError(f"{name}(): argument '{option}' (position 2) must be int, not {type(factor).__name__}")
    if input.dim() < 3:
        raise RuntimeError(f"{name} expects input to have at least 3 dimensions, but got input with {input.dim()} "
                           "dimension(s)")
    if factor <= 0:
        raise RuntimeError(f"{name} expects a positive {option}, but got {factor}")


def _alone(moved):
    """A tensor of its own, where nothing had to move, too."""
    return moved.clone() if moved._is_view() else moved


@exported
@node("ChannelShuffleBackward0")
def channel_shuffle(input, groups):
    """Channels of equal groups, taken from each group in turn."""
    if input.dim() <= 2:
        raise RuntimeError(f"channel_shuffle expects input with > 2 dims, but got input with sizes {list(input.shape)}")
    if groups <= 0:
        raise RuntimeError(f"Number of groups to divide channels in must be positive. Value of groups:{groups}")
    shape = list(input._sizes)
    require(shape[1] % groups, "==", 0, f"Number of channels must be divisible by groups. Got {shape[1]} channels and {groups} "
            "groups.")
    apart = input._reshape([shape[0], groups, shape[1] // groups, -1])
    return _alone(apart._transpose(1, 2)._reshape(shape))


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
    return _alone(apart._reshape(batch + [channels // f ** 2, rows * f, columns * f]))


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
    return _alone(apart._reshape(batch + [channels * f ** 2, rows // f, columns // f]))
