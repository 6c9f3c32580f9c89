"""Indexing and assignment in all of Python's forms: views where torch has views, else one gather or scatter."""
import builtins
import itertools

from agc import _agc, _dtype
from agc._modes import is_grad_enabled
from agc._node import saving, written, written_as
from agc._sizes import unlike
from agc._tensor import Tensor, method
from agc._warnings import warn


_INTEGERS = (_dtype.int64, _dtype.int32, _dtype.int16, _dtype.int8, _dtype.uint8)


def _is_number(item):
    return isinstance(item, int) and not isinstance(item, bool)


def _as_tensor(item):
    """The index tensor of a sequence or an array: a mask of bools, else positions, whatever the numbers are."""
    from agc._factories import tensor
    if isinstance(item, (str, bytes)):
        raise TypeError(f"new(): invalid data type {type(item).__name__!r}")
    t = tensor(list(item) if isinstance(item, range) else item)
    return t if t.numel() and t.dtype in (_dtype.bool, _dtype.uint8) else t._to(_dtype.int64._number)


def _is_sequence(item):
    return isinstance(item, (list, tuple, range, str, bytes))


def _is_tuple(index):
    """Whether a sequence stands for the indices of several dims, as numpy once took short ones."""
    if not _is_sequence(index) or isinstance(index, tuple):
        return isinstance(index, tuple)
    inner = (slice, type(None), type(Ellipsis), Tensor)
    return len(index) < 32 and builtins.any(_is_sequence(i) or isinstance(i, inner) for i in index)


def _normal(index):
    """The parts of an index as a list, sequences and arrays as tensors."""
    parts = list(index) if _is_tuple(index) else [index]
    for i, part in enumerate(parts):
        if _is_sequence(part) or hasattr(part, "__array_interface__") and not isinstance(part, Tensor):
            parts[i] = _as_tensor(part)
        elif not isinstance(part, (int, slice, type(None), type(Ellipsis), Tensor, _agc.Extent)):
            if hasattr(part, "__index__"):
                parts[i] = part.__index__()
            else:
                raise IndexError("only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are "
                                 f"valid indices (got {type(part).__name__})")
    return parts


def _dims(part):
    """How many dims of the tensor a part takes."""
    if part is None or part is Ellipsis or isinstance(part, bool):
        return 0
    if isinstance(part, Tensor) and part.dtype in (_dtype.bool, _dtype.uint8):
        return part.dim()
    return 1


def _check(t, part, dim, size):
    """An index out of range raises where it is used; in an exported function, or where the size is not known, when that
    is called or run."""
    if _agc.is_exporting() or type(size) is not int:
        return
    bad = _agc.first_out_of_range(part, size)
    if bad is not None:
        raise IndexError(f"index {bad} is out of bounds for dimension {dim} with size {size}")


def _meeting(mask, shape):
    """A mask that a call compares with a shape: where the extents differ, an elementwise op is an error."""
    from agc import _factories, _ops
    return _ops.logical_and(mask, _factories.ones(shape, dtype=_dtype.bool))


def _is_whole(start, end, step, size):
    """Whether a slice takes all of a dim."""
    ends = end is None or type(size) is type(end) is int and end >= size
    return (start is None or type(start) is int and start == 0) and ends and step in (None, 1)


def _bound(number):
    if number is None or isinstance(number, _agc.Extent):
        return number
    if not hasattr(number, "__index__"):
        raise TypeError("slice indices must be integers or None or have an __index__ method")
    return number.__index__()


def _where_mask(t, mask, dim):
    """The positions of a mask that stands for dims from `dim` on, an index for each of them; a mask of no dims has one made."""
    if mask.dtype is _dtype.uint8:
        warn("indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead.")
    shape = mask._sizes
    for i, extent in enumerate(shape):
        if unlike(t._sizes[dim + i:dim + i + 1], [extent]):
            raise IndexError(f"The shape of the mask {list(shape)} at index {i} does not match the shape of "
                             f"the indexed tensor {list(t._sizes)} at index {dim + i}")
    if mask.dim() == 0:
        t, mask = t._unsqueeze(dim), mask._unsqueeze(0)
    elif any(isinstance(extent, _agc.Extent) for extent in shape):
        mask = _meeting(mask, t._sizes[dim:dim + len(shape)])
    from agc import _ops
    return t, [_agc.detach(column) for column in _ops.nonzero(mask)._unbind(1)]


def _views(t, parts, is_tuple, by_slice=False):
    """Takes ints, slices, None and Ellipsis as views; what is left are the index tensors by dim.

    A slice of all of a dim is no view, unless `by_slice`.
    """
    taken = builtins.sum(_dims(p) for p in parts)
    if t.dim() == 0 and len(parts) == 1 and not is_tuple:
        if _is_number(parts[0]):
            raise IndexError("invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ "
                             "to convert a 0-dim tensor to a number")
        if isinstance(parts[0], slice):
            raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    if taken > t.dim():
        raise IndexError(f"too many indices for tensor of dimension {t.dim()}")
    indices, dim, gone = [], 0, 0  # what is gone: the dims that a number has taken
    kept = _agc.is_exporting()  # an index that only a call tells stays an index
    for position, part in enumerate(parts):
        if isinstance(part, Tensor) and part.dim() == 0 and part.dtype in _INTEGERS and not kept:
            part = int(part.item())
        if part is Ellipsis:
            rest = builtins.sum(_dims(p) for p in parts[position + 1:])
            skip = t.dim() - dim - rest
            dim += skip
        elif part is None:
            t = t._unsqueeze(dim)
            dim += 1
        elif isinstance(part, bool):
            t = t._unsqueeze(dim)
            indices.append((dim, _as_tensor([0] if part else [])))
            dim += 1
        elif isinstance(part, (int, _agc.Extent)):
            size = t._sizes[dim]
            if type(size) is type(part) is int and not -size <= part < size:
                raise IndexError(f"index {part} is out of bounds for dimension {dim + gone} with size {size}")
            t, gone = t._select(dim, part), gone + 1
        elif isinstance(part, slice):
            start, end, step = map(_bound, (part.start, part.stop, part.step))
            if step is not None and step <= 0:
                raise ValueError("step must be greater than zero" if step else "slice step cannot be zero")
            if by_slice or not _is_whole(start, end, step, t._sizes[dim]):
                t = t._slice(dim, start, end, 1 if step is None else step)
            dim += 1
        elif part.dtype in (_dtype.bool, _dtype.uint8):
            t, found = _where_mask(t, part, dim)
            indices += [(dim + i, column) for i, column in enumerate(found)]
            dim += len(found)
        else:
            if part.dtype not in (_dtype.int64, _dtype.int32):
                raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
            if part.dtype is not _dtype.int64:
                part = part._to(_dtype.int64._number)
            _check(t, part, dim, t._sizes[dim])
            indices.append((dim, part))
            dim += 1
    dims = [d for d, _ in indices]
    if builtins.any(p.dim() == 0 for _, p in indices) and dims and dims[-1] - dims[0] >= len(dims):
        raise NotImplementedError("a 0-dim index apart from other indices is not in agc yet in an exported function")
    return t, indices


def _check_meet(shapes):
    for extents in itertools.zip_longest(*map(reversed, shapes), fillvalue=1):
        if len({e for e in extents if type(e) is int and e != 1}) > 1:  # not those that a check does not know
            raise IndexError("shape mismatch: indexing tensors could not be broadcast together with shapes " +
                             ", ".join(str(list(shape)) for shape in shapes))


def _by_dim(indices):
    _check_meet([part._sizes for _, part in indices])
    slots = [None] * (indices[-1][0] + 1)
    for dim, part in indices:
        slots[dim] = part
    return slots


def repeating(t, *written):
    """The dims along which an untracked expanded tensor has the same elements again and again."""
    if 0 not in t._strides or is_grad_enabled() and builtins.any(x.requires_grad for x in (t, *written)):
        return []
    return [d for d, (n, stride) in enumerate(zip(t._sizes, t._strides)) if stride == 0 and type(n) is int and n > 1]


def once(name, t, dims):
    """The elements of an expanded tensor once each, which a function writes to as torch does: with a warning."""
    what = "[indices] = tensor" if name == "index_put_" else "[mask] = scalar"
    warn(f"Use of {name} on expanded tensors is deprecated. Please clone() the tensor before performing this operation. This "
         f"also applies to advanced indexing e.g. tensor{what}")
    for dim in dims:
        t = t._narrow(dim, 0, 1)
    return t


def _is_mask(parts):
    """Whether one mask is all that picks elements: a number fills by it."""
    return [part.dtype for part in parts if isinstance(part, Tensor)] == [_dtype.bool]


def _put(t, parts, indices, values, accumulate=False):
    given = [values] if isinstance(values, Tensor) else []
    wide, indexed = repeating(t, *given), [dim for dim, _ in indices]
    is_one_number = not given or values.dim() == 0 and not accumulate
    if given and values._storage == t._storage and not (is_one_number and _is_mask(parts)):
        _agc.check_overlap(t, [], given)
    if wide and (is_one_number or builtins.all(dim in indexed for dim in wide)):
        t = once("index_put_", t, wide)
        indices = [(dim, part * 0 if dim in wide else part) for dim, part in indices]
    _agc.index_put_(t, _by_dim(indices), values, accumulate)
    written(t, *parts)


@method
def __getitem__(self, index):
    view = self._pick(index)
    if view is not None:
        return view
    parts = _normal(index)
    t, indices = _views(self, parts, _is_tuple(index), by_slice=isinstance(index, slice))
    if indices:
        return saving(_agc.index(t, _by_dim(indices)), *parts)
    return t._alias() if t is self else t


def _check_value(t, value):
    """Refuses what is neither a tensor nor a number: an array, a list and numpy's float32 are not assigned."""
    from agc import _numpy
    is_bool = type(value).__name__ in ("bool", "bool_")
    if _numpy.is_array(value) or _numpy.is_number(value) and (is_bool or not hasattr(value, "__index__")):
        raise TypeError(f"can't assign a numpy.{type(value).__name__} to a {t.type()}")
    if isinstance(value, (list, tuple, dict, str, bytes, type(None))):
        raise TypeError(f"can't assign a {type(value).__name__} to a {t.type()}")


def _check_filled(parts, value):
    """One number through one mask fills by it, for which a mask has to be of bools."""
    masks = [part for part in parts if isinstance(part, Tensor)]
    if len(masks) == 1 and masks[0].dtype is _dtype.uint8 and not (
            isinstance(value, Tensor) and unlike([value.numel()], [1])):
        raise RuntimeError("masked_fill_ only supports boolean masks, but got mask with dtype unsigned char")


def _fitting(t, value):
    """A value that expands to what it is written to; leading ones of it do not count."""
    while value.dim() > t.dim() and value._sizes[0] == 1:
        value = value._select(0, 0)
    pairs = zip(reversed(t._sizes), reversed(value._sizes))
    differ = builtins.any(type(a) is int and type(b) is int and b not in (1, a) for a, b in pairs)
    return value.expand(t._sizes) if differ or value.dim() > t.dim() else value


@method
def __delitem__(self, index):
    raise TypeError("Tensor does not support deleting items")


@method
def __setitem__(self, index, value):
    if not isinstance(value, (Tensor, int, float, complex)):
        _check_value(self, value)
        from agc._factories import tensor
        value = tensor(value, dtype=self.dtype)
    if index is False:
        return
    parts = _normal(index)
    _check_filled(parts, value)
    t, indices = _views(self, parts, _is_tuple(index))
    if indices:
        if isinstance(value, Tensor) and value.dtype is not self.dtype and value.dim() == 0:
            value = value._to(self.dtype._number)
        _put(t, parts, indices, value)
    elif isinstance(value, Tensor) and (value.dim() or not t.dim()):
        value = _fitting(t, value)
        if value._storage == t._storage and unlike(value._sizes, t._sizes):
            value = value.expand(t._sizes)  # what is expanded lies across nothing
        t.copy_(value)
    else:
        if 0 in t._strides:  # fill_ alone writes a number to what is expanded
            _agc.check_overlap(t, [], [])
        t._fill_(value)
        written_as(t, "FillBackward3" if t.dim() else "CopyBackwards")


@method
def index_put_(self, indices, values, accumulate=False):
    t, found = _views(self, list(indices), is_tuple=True)
    _put(t, indices, found, values, accumulate)
    return self
