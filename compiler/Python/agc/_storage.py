"""Storages as files, pickles and copies see them: all elements, and tensors that look at them."""
import math

from agc import _agc
from agc._tensor import Tensor, method


def key(tensor):
    """Equal for tensors that share their elements."""
    address = _agc.address_of(tensor)
    return address - tensor.storage_offset() * tensor.itemsize if address else ("storage", tensor._storage)


def _radices(count, sizes, strides, offset):
    """How views of a row-major storage see these places: for each dim the extent that it is cut from and the first
    position, and the same for what one stride is within; None where no such views do."""
    digits = []
    for size, stride in zip(sizes, strides):
        digits.append((size, stride, offset // stride))
        offset %= stride
    rows = (digits[0][2] + digits[0][0]) if digits else 1
    extents = [rows]
    for (_, outer, _), (size, stride, first) in zip(digits, digits[1:]):
        if outer % stride or first + size > outer // stride:
            return None
        extents.append(outer // stride)
    unit = strides[-1] if digits else 1
    if digits and rows * strides[0] > count:
        return None
    return extents, [first for _, _, first in digits], unit, offset


def composed(base, sizes, strides, offset):
    """The elements at these places of a tensor of one dim, by views; None where no views reach them."""
    if 0 in sizes:
        return base._narrow(0, 0, 0)._view(sizes)
    order = sorted((dim for dim in range(len(sizes)) if sizes[dim] != 1 and strides[dim] != 0),
                   key=lambda dim: -strides[dim])
    if not order:
        view = base._select(0, offset)._view([1] * len(sizes))
        return view._expand(sizes)
    found = _radices(base.numel(), [sizes[dim] for dim in order], [strides[dim] for dim in order], offset)
    if found is None:
        return None
    extents, firsts, unit, rest = found
    total = extents[0] * strides[order[0]]
    view = base if total == base.numel() else base._narrow(0, 0, total)
    if unit != 1 or len(extents) > 1:
        view = view._view(extents + ([unit] if unit != 1 else []))
    if unit != 1:
        view = view._select(len(extents), rest)
    for dim, (first, of) in enumerate(zip(firsts, order)):
        if view.shape[dim] != sizes[of]:
            view = view._narrow(dim, first, sizes[of])
    back = sorted(range(len(order)), key=lambda position: order[position])
    if back != list(range(len(back))):
        view = view._permute(back)
    for dim in range(len(sizes)):
        if dim not in order:
            view = view._unsqueeze(dim)
    return view if list(view.shape) == list(sizes) else view._expand(sizes)


def check(count, sizes, strides, offset):
    """An error unless these places lie in a storage of `count` elements."""
    numbers = [offset, *sizes, *strides]
    if len(sizes) != len(strides) or any(type(n) is not int or n < 0 or n >= 2 ** 62 for n in numbers):
        raise RuntimeError("sizes, strides and offset of a tensor must be whole numbers that are not negative")
    last = offset + sum((size - 1) * stride for size, stride in zip(sizes, strides))
    if 0 not in sizes and last >= count:
        raise RuntimeError(f"setStorage: sizes {list(sizes)}, strides {list(strides)}, storage offset {offset} require "
                           f"more elements than the {count} of the storage")


class Storage:
    """Elements in memory, and the tensors over them: each is one of its own, no view of another."""

    def __init__(self, dtype, count, make):
        """`make` gives a tensor of all elements in a shape."""
        self.dtype, self.count, self._make = dtype, count, make
        self._first = None

    @classmethod
    def of_bytes(cls, data, dtype):
        return cls(dtype, len(data) // dtype.itemsize,
                   lambda sizes: _agc.from_bytes(data, dtype._number, list(sizes), False))

    def tensor(self, sizes, strides, offset):
        """The tensor that sees these elements, and counts its own writes: the first one set them, in torch."""
        return _agc.set_from(self.seen(sizes, strides, offset))

    def seen(self, sizes, strides, offset):
        """The same with a version counter that may be another's."""
        sizes, strides = list(sizes), list(strides)
        check(self.count, sizes, strides, offset)
        if offset == 0 and strides == _row_major(sizes) and math.prod(sizes) == self.count:
            if self._first is None:
                self._first = self._make(sizes)
                return self._first
            if list(self._first.shape) == sizes:
                return _agc.detach(self._first)
        if self._first is None:
            self._first = self._make([self.count])
        base = _agc.detach(self._first)._view([self.count])
        view = composed(base, sizes, strides, offset)
        if view is not None:
            return _agc.detach(view)
        # No views see the elements like this; memory can be seen in all ways.
        return _agc.at_places(base, sizes, strides, offset)


def _row_major(sizes):
    return [math.prod(sizes[dim + 1:]) for dim in range(len(sizes))]


# ---------------------------------------------------------------- copies

def _copied(self, memo):
    """A copy of the elements, shared by all copies of one memo as the originals share them."""
    storages = memo.setdefault("torch", {})
    name = key(self)
    if name not in storages:
        count = _agc.storage_numel(self)
        if self.is_contiguous() and self.numel() == count:
            clone = _agc.detach(_agc.detach(self)._clone())  # nothing has to run for it
            storages[name] = Storage(self.dtype, count, lambda sizes: _agc.detach(clone._view(sizes))
                                     if sizes != list(clone.shape) else clone)
        else:
            storages[name] = Storage.of_bytes(_agc.storage_bytes(self), self.dtype)
    seen = storages[name].seen if isinstance(self, _parameter()) else storages[name].tensor
    return seen(self.shape, self.stride(), self.storage_offset())


def _typed(self, made):
    """A new tensor with this one's class and attributes."""
    if type(self) is not Tensor:
        made = type(self)(made)
    for name, value in self.__dict__.items():
        if name != "_grad":
            made.__dict__.setdefault(name, value)
    if made.requires_grad != self.requires_grad:
        made.requires_grad_(self.requires_grad)
    return made


def _parameter():
    from agc.nn import Parameter
    return Parameter


@method
def __deepcopy__(self, memo):
    if not self.is_leaf:
        raise RuntimeError("Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol "
                           "at the moment.  If you were attempting to deepcopy a module, this may be because of a "
                           "torch.nn.utils.weight_norm usage, see https://github.com/pytorch/pytorch/pull/103001")
    if id(self) in memo:
        return memo[id(self)]
    copy = memo[id(self)] = _typed(self, _copied(self, memo))
    if self.grad is not None and not isinstance(self, _parameter()):
        copy.grad = self.grad.__deepcopy__(memo)
    return copy


@method
def __copy__(self):
    return _typed(self, _agc.data(self) if isinstance(self, _parameter()) else _agc.set_from(self))


# ---------------------------------------------------------------- pickles

def _storage_of_bytes(data, name):
    from agc import _dtype
    return Storage.of_bytes(data, vars(_dtype)[name])


class _Pickled:
    """A storage in a pickle."""

    def __init__(self, data, name):
        self.data, self.name = data, name

    def __reduce__(self):
        return _storage_of_bytes, (self.data, self.name)


def _rebuilt(kind, storage, offset, sizes, strides, requires_grad):
    made = storage.tensor(sizes, strides, offset)
    if kind is not None:
        made = kind(made)
    return made if made.requires_grad == requires_grad else made.requires_grad_(requires_grad)


@method
def __reduce_ex__(self, protocol):
    # Each tensor has a storage of its own in a pickle, as torch's have: only save() keeps what they share.
    storage = _Pickled(_agc.storage_bytes(self), self.dtype._name)
    kind = None if type(self) is Tensor else type(self)
    return _rebuilt, (kind, storage, self.storage_offset(), tuple(self.shape), self.stride(), self.requires_grad)
