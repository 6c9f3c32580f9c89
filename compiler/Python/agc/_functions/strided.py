"""Tensors by where their elements lie in memory: strides that a program gives, bits of another dtype, and storages."""
from agc import _agc, _dtype, _storage
from agc._functions import both
from agc._missing import missing
from agc._node import named
from agc._tensor import Tensor, method
from agc._warnings import warn


def _row(tensor):
    """A tensor's elements in the order in which they lie in memory; None where others lie between them."""
    sizes, strides = list(tensor._sizes), list(tensor._strides)
    for dim in reversed(range(len(sizes))):
        if strides[dim] == 0 and sizes[dim] > 1 and not tensor.requires_grad:
            tensor = tensor._select(dim, 0)
    order = sorted(range(tensor.dim()), key=lambda dim: -tensor._strides[dim])
    ordered = tensor._permute(order)
    return ordered._view([-1]) if ordered._is_contiguous and tensor.numel() else None


def _windows(row, sizes, strides, offset):
    """The elements at these places of a row: each dim's are windows as long as what the dims inside of it span."""
    span = 1 + sum((size - 1) * stride for size, stride in zip(sizes, strides))
    view = row._narrow(0, offset, span)
    for size, stride in zip(sizes, strides):
        span -= (size - 1) * stride
        view = view._unfold(view.dim() - 1, span, stride) if stride else view._unsqueeze(view.dim() - 1)
    view = view._select(view.dim() - 1, 0)
    return view if list(view._sizes) == sizes else view._expand(sizes)


def _check(input, sizes, strides, offset):
    if len(sizes) != len(strides):
        raise RuntimeError("mismatch in length of strides and shape")
    if any(type(n) is not int for n in (*sizes, *strides, offset)):
        raise NotImplementedError("as_strided(): sizes, strides and offsets that are known only in a call are not in agc yet")
    if any(stride < 0 for stride in strides):
        raise RuntimeError(f"as_strided: Negative strides are not supported at the moment, got strides: {strides}")
    if any(size < 0 for size in sizes):
        raise RuntimeError(f"Storage size calculation overflowed with sizes={sizes} and strides={strides}")
    if offset < 0:
        raise RuntimeError(f"Tensor: invalid storage offset {offset}")


def _check_within(input, sizes, strides, offset, last):
    count, size = _agc.storage_numel(input), input.itemsize
    if last >= count:
        raise RuntimeError(f"setStorage: sizes {sizes}, strides {strides}, storage offset {offset}, and itemsize {size} "
                           f"requiring a storage size of {(last + 1) * size} are out of bounds for storage of size {count * size}")


@both
def as_strided(input, size, stride, storage_offset=None):
    """The elements at given places of a tensor's memory: a view of it, or of what it is a view of."""
    sizes, strides = list(size), list(stride)
    offset = input._offset if storage_offset is None else storage_offset
    _check(input, sizes, strides, offset)
    if 0 in sizes:
        return named(input._flatten(0, -1)._narrow(0, 0, 0)._view(sizes), "AsStridedBackward0")
    last = offset + sum((size - 1) * stride for size, stride in zip(sizes, strides))
    for source in [input] if input.requires_grad or not input._is_view() else [input, _agc.base_of(input)]:
        row = _row(source)
        first = 0 if row is None else source._offset
        if row is None or not first <= offset <= last < first + row.numel():
            continue
        view = _storage.composed(row, sizes, strides, offset - first)
        if view is None or list(view._strides) != strides:
            view = _windows(row, sizes, strides, offset - first)
        return named(view, "AsStridedBackward0")
    _check_within(input, sizes, strides, offset, last)
    raise NotImplementedError("as_strided() of a tensor whose elements do not lie beside each other in memory, or at places that "
                              "are not its own, is not in agc yet")


@method
def as_strided_(self, size, stride, storage_offset=None):
    """as_strided() in place."""
    _agc.check_write(self, [])
    _agc.become(self, as_strided(self, size, stride, storage_offset))
    return named(self, "AsStridedBackward1")


# ---------------------------------------------------------------- bits of another dtype

def _refit(tensor, dtype):
    """The sizes, and strides in elements of a dtype of another size, of the same bytes."""
    sizes, strides, offset = list(tensor._sizes), list(tensor._strides), tensor._offset
    size, other = tensor.itemsize, dtype.itemsize
    if size == other:
        return sizes, strides
    what = f"to view {tensor.dtype._title} as {dtype._title} (different element sizes)"
    if not sizes:
        raise RuntimeError(f"self.dim() cannot be 0 {what}")
    if strides[-1] != 1:
        raise RuntimeError(f"self.stride(-1) must be 1 {what}, but got {strides[-1]}")
    if size > other:
        ratio = size // other
        return [*sizes[:-1], sizes[-1] * ratio], [*(stride * ratio for stride in strides[:-1]), 1]
    ratio = other // size
    for name, value in [("size(-1)", sizes[-1]), ("storage_offset()", offset),
                        *((f"stride({dim})", stride) for dim, stride in enumerate(strides[:-1]))]:
        if value % ratio:
            raise RuntimeError(f"self.{name} must be divisible by {ratio} {what}, but got {value}")
    return [*sizes[:-1], sizes[-1] // ratio], [*(stride // ratio for stride in strides[:-1]), 1]


def as_dtype(tensor, dtype):
    """The bits of a tensor as elements of another dtype, in the same memory. They have no history."""
    if dtype is tensor.dtype:
        return _agc.detach(tensor)
    sizes, strides = _refit(tensor, dtype)
    made = _agc.of_bits(_agc.detach(tensor), dtype._number, sizes, strides)
    _agc.share_version(made, tensor)
    return made


# ---------------------------------------------------------------- storages

class UntypedStorage:
    """The bytes that tensors share: how many there are, and where."""

    def __init__(self, tensor):
        self._tensor = _agc.detach(tensor)

    device = _dtype.cpu
    is_cuda = False

    def data_ptr(self):
        return self._tensor.data_ptr() - self._tensor._offset * self._tensor.itemsize

    def nbytes(self):
        return _agc.storage_numel(self._tensor) * self._tensor.itemsize

    size = __len__ = nbytes

    def element_size(self):
        return 1

    def is_shared(self):
        return False

    def __eq__(self, other):
        return isinstance(other, UntypedStorage) and _storage.key(self._tensor) == _storage.key(other._tensor)

    __hash__ = None

    def __getattr__(self, name):
        raise missing("torch.UntypedStorage", name, dir(UntypedStorage))


class TypedStorage(UntypedStorage):
    """The same, counted in elements."""

    def size(self):
        return _agc.storage_numel(self._tensor)

    __len__ = size
    dtype = property(lambda self: self._tensor.dtype)

    def element_size(self):
        return self._tensor.itemsize

    def untyped(self):
        return UntypedStorage(self._tensor)


UntypedStorage.__module__ = TypedStorage.__module__ = "torch.storage"
Tensor.untyped_storage = lambda self: UntypedStorage(self)


@method
def storage(self):
    warn("TypedStorage is deprecated. It will be removed in the future and UntypedStorage will be the only storage class. This "
         "should only matter to you if you are using storages directly.  To access UntypedStorage directly, use "
         "tensor.untyped_storage() instead of tensor.storage()", once=True)
    return TypedStorage(self)
