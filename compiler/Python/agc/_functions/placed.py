"""Elements brought together at given places, and extremes up to each element."""
import math

from agc import _agc, _dtype, _factories, _functions as torch, _ops
from agc._functions import both
from agc._functions.moved import check_slices
from agc._functions.sorting import pair
from agc._node import Refusal, flat, named, written
from agc._out import with_out
from agc._tensor import method, wrapped, wrapped_along

_REDUCTIONS = ("sum", "prod", "mean", "amax", "amin")


def _identity(reduce, dtype):
    """What changes no result of a reduction."""
    if reduce in ("sum", "mean", "prod"):
        return 1 if reduce == "prod" else 0
    if dtype is _dtype.bool:
        return reduce == "amin"
    if dtype.is_floating_point:
        return -math.inf if reduce == "amax" else math.inf
    return _dtype.iinfo(dtype).min if reduce == "amax" else _dtype.iinfo(dtype).max


def _reduction(name, input, index, src, reduce):
    """The reduction's name, where all is right."""
    if reduce not in _REDUCTIONS and reduce not in ("max", "min"):
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}.")
    if index.dtype not in (_dtype.int64, _dtype.int32):
        raise RuntimeError(f"{name}(): Expected dtype int32/int64 for index")
    if src.dtype is not input.dtype:
        raise RuntimeError(f"{name}(): Expected self.dtype to be equal to src.dtype")
    reduce = "a" + reduce if reduce in ("max", "min") else reduce
    if input.is_complex() and reduce in ("amax", "amin") or input.dtype is _dtype.bool and reduce == "mean":
        raise NotImplementedError(f"\"scatter_gather_tensor_cpu_reduce_{reduce}\" not implemented for '{input.dtype._title}'")
    return reduce


def _check_places(input, dim, index, src):
    """Refuses an index that is of another rank than what it is for, or larger."""
    if 0 in index._sizes:
        return
    for name, other in (("self", input), ("src", src)):
        if max(other.dim(), 1) != max(index.dim(), 1):
            raise RuntimeError(f"Index tensor must have the same number of dimensions as {name} tensor")
    for d, sizes in enumerate(zip(index._sizes, input._sizes, src._sizes)):
        if all(isinstance(n, int) for n in sizes) and (sizes[0] > sizes[2] or d != dim and sizes[0] > sizes[1]):
            raise RuntimeError(f"Expected index {list(index._sizes)} to be no larger than self {list(input._sizes)} apart from "
                               f"dimension {dim} and to be no larger size than src {list(src._sizes)}")


def _together(input, dim, index, src, reduce, include_self):
    """For each element of input the reduction of the src elements that index sends there along dim; and what its backward
    reads, where torch's reads what that was made of."""
    ones = _factories.ones(index._sizes, dtype=_dtype.int64)
    count = _ops.scatter_add(_factories.zeros(input._sizes, dtype=_dtype.int64), dim, index, ones)
    if reduce in ("sum", "mean"):
        begin = input if include_self else _ops.where(count > 0, 0, input).to(input.dtype)
        found = _ops.scatter_add(begin, dim, index, src)
        if reduce == "mean":
            divisor = (count + int(include_self)).clamp(min=1)
            exact = input.dtype.is_floating_point or input.dtype.is_complex
            found = found / divisor if exact else _ops.div_floor(found, divisor)
        return found, None
    size, rank = input._sizes[dim], input.dim()
    places = _factories.arange(size)._reshape([size, 1] + [1] * (rank - 1 - dim))
    meets = index._unsqueeze(dim) == places
    terms = _ops.where(meets, src._unsqueeze(dim), _identity(reduce, input.dtype)).to(input.dtype)
    if include_self:
        terms = torch.cat([terms, input._unsqueeze(dim + 1)], dim + 1)
    found = getattr(torch, reduce)(terms, dim + 1).to(input.dtype)
    return _ops.where(count > 0, found, input), found


def _refusing(tensor, words):
    """The tensor, whose gradient torch refuses in these words."""
    if not tensor.requires_grad:
        return tensor
    return flat(lambda: tensor.detach().clone(), [tensor], refusal=Refusal(RuntimeError, words))


def _with_larger_src(node, input, index, src, reduce):
    """input and src: torch's backward takes one as large as index, and says so."""
    ends = [(a, b, d) for d, (a, b) in enumerate(zip(src._sizes, index._sizes)) if a != b]
    unfit = [(a, b, d) for a, b, d in ends if 1 not in (a, b)]
    if reduce in ("sum", "mean"):
        return input, _refusing(src, f"Function {node} returned an invalid gradient at index 1 - got {list(index._sizes)} but "
                                     f"expected shape compatible with {list(src._sizes)}") if ends else src
    if not unfit:
        return input, src
    a, b, d = unfit[-1]
    words = f"The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension {d}"
    return _refusing(input, words), _refusing(src, words)


@both
def scatter_reduce(input, dim, index, src, reduce, *, include_self=True):
    """Elements of src reduced at the places along dim that index says, with what stands there."""
    reduce = _reduction("scatter", input, index, src, reduce)
    _check_places(input, wrapped_along(input, dim), index, src)
    return _reduced_at("ScatterReduceBackward0", input, dim, index, src, reduce, include_self)


def _reduced_at(node, input, dim, index, src, reduce, include_self):
    if input.dim() == 0:
        row = _reduced_at(node, input._reshape([1]), 0, index._reshape([-1]), src._reshape([-1]), reduce, include_self)
        return named(row._reshape([]), node)
    dim, taken, given = wrapped(dim, input.dim()), input, src
    if list(src._sizes) != list(index._sizes):
        taken, src = _with_larger_src(node, input, index, src, reduce)
    whole = part = taken.clone()
    for d, extent in enumerate(index._sizes):
        src = src._narrow(d, 0, extent)
        part = part if d == dim else part._narrow(d, 0, extent)
    found, reduced = _together(part, dim, index, src, reduce, include_self)
    if list(part._sizes) == list(whole._sizes):
        whole = found
    else:
        part.copy_(found)
    if reduced is not None and reduced.requires_grad:
        _agc.add_sources(reduced, [input, given, whole])
    return named(whole, node, index, whole, input, given)


def _written(node, self, made):
    """self with what was made of a copy of it; torch keeps the result."""
    return written(named(self.copy_(made), node), self)


@method
def scatter_reduce_(self, dim, index, src, reduce, *, include_self=True):
    _agc.check_overlap(self, [], [index, src])
    return _written("ScatterReduceBackward0", self, scatter_reduce(self.clone(), dim, index, src, reduce, include_self=include_self))


@both
@with_out(apart="index source", exact=True)
def index_reduce(input, dim, index, source, reduce, *, include_self=True):
    """Slices of source reduced at the positions along dim that index says, with what stands there."""
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(f"index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got {reduce}.")
    check_slices("index_reduce_", input, dim, index, source)
    if input.dim() > 1 and reduce in ("amin", "amax"):
        _dtype.check_kernel("minimum_cpu" if reduce == "amin" else "maximum_cpu", input, "float int bool")
    else:
        _dtype.check_kernel("index_func_", input, "float int complex" if input.dim() > 1 else "float int")
    reduce = _reduction("index_reduce", input, index, source, reduce)
    at = wrapped_along(input, dim)
    shape = [-1 if d == at else 1 for d in range(input.dim())]
    index = index._reshape(shape)._expand(list(source._sizes)) if input.dim() else index
    try:
        return _reduced_at("IndexReduceBackward0", input, at, index, source, reduce, include_self)
    except RuntimeError as error:
        if "is out of bounds for dimension" in str(error):
            raise IndexError("index out of range in self") from None
        raise


@method
def index_reduce_(self, dim, index, source, reduce, *, include_self=True):
    _agc.check_overlap(self, [], [index, source])
    return _written("IndexReduceBackward0", self, index_reduce(self.clone(), dim, index, source, reduce, include_self=include_self))


# ---------------------------------------------------------------- extremes up to each element

def _later_wins(earlier, later, is_max):
    """Whether a later element takes an earlier one's place: an equal one does, and NaN."""
    wins = (later >= earlier) if is_max else (later <= earlier)
    if later.dtype.is_floating_point:
        wins = (wins & ~torch.isnan(earlier)) | torch.isnan(later)
    return wins


def _running(name, is_max, result):
    def running(input, dim):
        if input.dim() == 0:
            if dim not in (0, -1):
                raise IndexError(f"{name}(): Expected reduction dim -1 or 0 for scalar but got {dim}")
            return result(named(input.clone(), f"{name.capitalize()}Backward0"), _factories.zeros((), dtype=_dtype.int64))
        _dtype.check_kernel(f"{name}_cpu", input, "float int bool")
        at, size = wrapped(dim, input.dim()), input.size(dim)
        if isinstance(size, _agc.Extent):
            raise NotImplementedError(f"{name}() along an extent that only a call tells is not in agc yet")
        values = input.detach()
        shape = [-1 if d == at else 1 for d in range(input.dim())]
        where = _factories.arange(size)._reshape(shape)._expand(list(input._sizes))
        step = 1
        while step < size:  # what is reached doubles
            earlier, later = (values._narrow(at, start, size - step) for start in (0, step))
            wins = _later_wins(earlier, later, is_max)
            found = [_ops.where(wins, x._narrow(at, step, size - step), x._narrow(at, 0, size - step))
                     for x in (values, where)]
            values, where = (torch.cat([x._narrow(at, 0, step), y], at) for x, y in zip((values, where), found))
            step *= 2
        return result(named(_ops.gather(input, at, where), f"{name.capitalize()}Backward0"), where)
    running.__name__ = name
    running.__doc__ = f"The {'greatest' if is_max else 'least'} element up to each along dim, and where it stands."
    return both(with_out(running))


cummax, cummin = (_running(name, name == "cummax", pair(name)) for name in ("cummax", "cummin"))
