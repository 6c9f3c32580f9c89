"""Parts of tensors: split off, taken, put into a copy, and joined to more dims."""
import re

from agc import _agc, _dtype, _functions as torch
from agc._functions import both, exported, method
from agc._functions.operators import broadcast_shapes
from agc._functions.views import some
from agc._node import node, saving, saving_nothing, unwritten
from agc._out import with_out
from agc._sizes import check_meets, ints, lesser, require, unlike
from agc._tensor import Tensor


@both
def tensor_split(input, indices_or_sections, dim=0):
    """Parts at given indices, or as many as are asked for, whose sizes differ by one at most."""
    size = input.size(dim)
    if isinstance(indices_or_sections, Tensor) and indices_or_sections.dtype is not _dtype.int64:
        raise RuntimeError("tensor_split expected tensor_indices_or_sections to have dtype of long, but got "
                           f"{indices_or_sections.dtype._title}")
    if isinstance(indices_or_sections, Tensor) and indices_or_sections.dim() == 0:
        indices_or_sections = indices_or_sections.item()
    if isinstance(indices_or_sections, int):
        count = indices_or_sections
        if count <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {count}")
        small, larger = size // count, size % count
        ends = [small * (i + 1) + lesser(larger, i + 1) for i in range(count)]
    else:
        given = indices_or_sections.tolist() if isinstance(indices_or_sections, Tensor) else list(indices_or_sections)
        ends = given + [size]
    return tuple(input._slice(dim, begin, end, 1) for begin, end in zip([0] + ends[:-1], ends))


def _split_along(name, dim, least):
    def split(input, indices_or_sections):
        if input.dim() < least:
            raise RuntimeError(f"torch.{name} requires a tensor with at least {least} dimension, but got a tensor with "
                               f"{input.dim()} dimensions!")
        along = 0 if name == "hsplit" and input.dim() == 1 else dim
        if isinstance(indices_or_sections, int):
            count = indices_or_sections
            require(input.shape[along] % count if count else -1, "==", 0,
                    f"torch.{name} attempted to split along dimension {along}, but the size of the dimension "
                    f"{input.shape[along]} is not divisible by the split_size {indices_or_sections}!")
        return tensor_split(input, indices_or_sections, along)
    split.__name__, split.__doc__ = name, f"Parts along dim {dim}."
    return both(split)


for _name, _dim, _least in (("hsplit", 1, 1), ("vsplit", 0, 2), ("dsplit", 2, 3)):
    globals()[_name] = _split_along(_name, _dim, _least)


@both
def split_with_sizes(input, split_sizes, dim=0):
    return input.split(list(split_sizes), dim)


@both
@with_out(apart="input index", exact=True)
@node("TakeBackward0", saves="index input")
def take(input, index):
    if index.dtype is not _dtype.int64:
        raise RuntimeError(f"take(): Expected a long tensor for index, but got {index.dtype._title}")
    try:
        return input._reshape([-1])[index]
    except IndexError as error:
        said = re.match(r"index (-?\d+) is out of bounds for dimension 0 with size (\d+)", str(error))
        if said is None:
            raise
        raise IndexError(f"out of range: tried to access index {said[1]} on a tensor of {said[2]} elements.") from None


@both
def argwhere(input):
    return torch.nonzero(input)


@both
def diagflat(input, offset=0):
    return torch.diag(input._reshape([-1]), offset)


def _scattered(input, src, part):
    """A copy with src in a part of it."""
    made = input.clone()
    place = part(made)
    if unlike(src.shape, place.shape):
        raise RuntimeError(f"expected src to have a size equal to the slice of self. src size = {list(src.shape)}, slice "
                           f"size = {list(place.shape)}")
    place.copy_(src)
    return made


@both
@node("SelectScatterBackward0")
@saving_nothing
@unwritten
def select_scatter(input, src, dim, index):
    return _scattered(input, src, lambda made: made._select(dim, index))


@both
@node("SliceScatterBackward0")
@saving_nothing
@unwritten
def slice_scatter(input, src, dim=0, start=None, end=None, step=1):
    return _scattered(input, src, lambda made: made._slice(dim, start, end, step))


@both
@node("DiagonalScatterBackward0")
@saving_nothing
@unwritten
def diagonal_scatter(input, src, offset=0, dim1=0, dim2=1):
    return _scattered(input, src, lambda made: made._diagonal(offset, dim1, dim2))


@exported
def constant_pad_nd(input, pad, value=0):
    """Dims grown by elements of one value before and after them, the last dim's first."""
    if len(pad) % 2:
        raise RuntimeError(f"Length of pad must be even but instead it equals {len(pad)}")
    if len(pad) > 2 * input.dim():
        raise RuntimeError("Length of pad should be no more than twice the number of dimensions of the input. Pad length is "
                           f"{len(pad)}while the input has {input.dim()}dimensions.")
    if isinstance(value, complex):
        raise NotImplementedError("constant_pad_nd() with a complex value is not in agc yet")
    return _agc.pad(input, list(pad), "constant", value)


@both
@unwritten
def index_put(input, indices, values, accumulate=False):
    return input.clone().index_put_(indices, values, accumulate)


exported(Tensor.index_put_)


@both
@unwritten
def index_fill(input, dim, index, value):
    return saving(input.clone().index_fill_(dim, index, value), index)


@both
@with_out(apart="index source", exact=True)
@node("IndexCopyBackward0", saves="index")
@unwritten
def index_copy(input, dim, index, source):
    made = input.clone().index_copy_(dim, index, source)
    return saving(made, source) if source.requires_grad else made


@both
@node("MaskedScatterBackward0", saves="mask")
@unwritten
def masked_scatter(input, mask, source):
    check_meets(mask.shape, input.shape)
    return input.expand(broadcast_shapes(input.shape, mask.shape)).clone().masked_scatter_(mask, source)


@method
def masked_scatter_(self, mask, source):
    if mask.dtype is not _dtype.bool:
        raise RuntimeError(f"masked_scatter_ only supports boolean masks, but got mask with dtype {mask.dtype._title}")
    if source.dtype is not self.dtype:
        raise RuntimeError("masked_scatter: expected self and source to have same dtypes but got"
                           f"{self.dtype._title} and {source.dtype._title}")
    mask = mask.expand(self.shape)
    count = int(mask.sum())
    if count > source.numel():
        raise RuntimeError("Number of elements of source < number of ones in mask")
    self[mask] = source._reshape([-1])[:count]
    return self


@method
def fill_diagonal_(self, fill_value, wrap=False):
    if self.dim() != 2 or wrap:
        raise NotImplementedError("fill_diagonal_() of other than a matrix, or with wrap, is not in agc yet")
    self.diagonal().fill_(fill_value)
    return self


def _atleast(rank):
    def raised(input):
        if input.dim() == 0:
            return input._reshape([1] * rank)
        while input.dim() < rank:
            input = input._unsqueeze(input.dim() if input.dim() == 2 else 0)
        return input

    def widened(*tensors):
        made = tuple(map(raised, ints(tensors)))
        return made[0] if len(tensors) == 1 and isinstance(tensors[0], Tensor) else made
    widened.__name__, widened.__doc__ = f"atleast_{rank}d", f"Views of {rank} dims at least."
    return exported(widened)


atleast_1d, atleast_2d, atleast_3d = map(_atleast, (1, 2, 3))


@exported
@with_out
def column_stack(tensors):
    return torch.cat([x._reshape([-1, 1]) if x.dim() < 2 else x for x in tensors], 1)


@exported
@with_out
def dstack(tensors):
    return torch.cat([atleast_3d(x) for x in some("dstack", tensors)], 2)


@exported
@with_out
def row_stack(tensors):
    return torch.vstack(tensors)


@exported
@node("BlockDiagBackward0")
def block_diag(*tensors):
    for i, x in enumerate(tensors):
        if x.dim() > 2:
            raise RuntimeError(f"torch.block_diag: Input tensors must have 2 or fewer dimensions. Input {i} has {x.dim()} dimensions")
    tensors = [atleast_2d(x) for x in tensors]
    columns = sum(x.shape[1] for x in tensors)
    rows, at = [], 0
    for x in tensors:
        rows.append(torch.cat([x.new_zeros(x.shape[0], at), x, x.new_zeros(x.shape[0], columns - at - x.shape[1])], 1))
        at += x.shape[1]
    return torch.cat(rows, 0)
