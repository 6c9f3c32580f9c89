"""Order: sorting, what is greatest, least or in the middle, and where numbers belong in a sorted row."""
import builtins
import collections
import functools
import math

from agc import _agc, _dtype, _factories, _functions as torch, _ops
from agc._functions import both, exported
from agc._modes import is_grad_enabled
from agc._node import named, own
from agc._out import with_out
from agc._sizes import require, unlike
from agc._tensor import Tensor, forbid, wrapped, wrapped_along


def pair(name, second="indices", first="values"):
    """The type of a result of values and something beside them."""
    made = collections.namedtuple(name, [first, second], module="torch.return_types")
    made.__repr__ = lambda self: (f"torch.return_types.{type(self).__name__}(\n" +
                                  ",\n".join(f"{f}={v!r}" for f, v in zip(self._fields, self)) + ")")
    return made


_sort, _topk, _kthvalue, _median, _nanmedian, _mode = (
    pair(name) for name in ("sort", "topk", "kthvalue", "median", "nanmedian", "mode"))


@both
@with_out
def sort(input, dim=-1, descending=False, stable=None):
    """Values in order along dim, equal ones as they stood, and where they stood."""
    wrapped_along(input, dim)
    if input.dim() == 0 and not input.is_complex():
        values, indices = input.clone(), _factories.zeros((), dtype=_dtype.int64)
    else:
        values, indices = _agc.call("sort", input, dim, descending)
    return _sort(named(values, f"SortBackward{int(stable is not None)}"), indices)


@both
def argsort(input, dim=-1, descending=False, stable=False):
    return sort(input, dim, descending).indices


def _is_less(size, number):
    """Whether a size is less than a number, where it is known."""
    return isinstance(size, builtins.int) and size < number


def is_empty(input):
    """Whether a tensor is known to have no elements."""
    return any(_is_less(size, 1) for size in input._sizes)


def _check_not_empty(name, input, dim):
    """Refuses to choose among no elements."""
    wrapped_along(input, dim)
    if input.dim():
        require(1, "<=", input.size(dim), f"{name}(): Expected reduction dim {dim % input.dim()} to have non-zero size.",
                IndexError)


@both
@with_out
def msort(input):
    return sort(input, 0).values


@both
@with_out
def topk(input, k, dim=-1, largest=True, sorted=True):
    """The k greatest or least along dim, in order, and where they stood."""
    wrapped_along(input, dim)
    require(0, "<=", k, "selected index k out of range")
    require(k, "<=", input.size(dim) if input.dim() else 1, "selected index k out of range")
    return _topk(*_agc.call("topk", input, k, dim, largest))


@both
@with_out(apart="input")
def kthvalue(input, k, dim=-1, keepdim=False):
    """The k-th least along dim, and where it stood."""
    _check_not_empty("kthvalue", input, dim)
    size = input.size(dim) if input.dim() else 1
    text = f"kthvalue(): selected number k out of range for dimension {dim % builtins.max(input.dim(), 1)}"
    require(1, "<=", k, text)
    require(k, "<=", size, text)
    return _kthvalue(*_agc.call("kthvalue", input, k, dim, keepdim))


def _middle(input, dim, keepdim, skips_nan):
    """The lower of the middle elements along dim; NaN before all others, or after them."""
    _check_not_empty("median", input, dim)
    values, indices = sort(input, dim)
    size = input.size(dim) if input.dim() else 1
    at = _factories.full_like(indices._select(dim, 0)._unsqueeze(dim) if input.dim() else indices, (size - 1) // 2)
    if input.dtype.is_floating_point:
        missing = torch.sum(torch.isnan(input), dim, True) if input.dim() else torch.isnan(input).long()
        number = (size - 1 - missing).clamp(min=0) // 2
        at = number if skips_nan else torch.where(missing > 0, size - missing, at)
    if input.dim() == 0:
        return values, indices
    found = [torch.gather(x, dim, at) for x in (values, indices)]
    return found if keepdim else [x._squeeze([dim]) for x in found]


def _middle_of_all(input, skips_nan):
    """The same of all elements; of none what stands for no number."""
    if is_empty(input):
        whole = {_dtype.int64: -2 ** 63, _dtype.int32: -2 ** 31, _dtype.bool: True}.get(input.dtype, 0)
        return _factories.full((), math.nan if input.is_floating_point() else whole, dtype=input.dtype)
    require(1, "<=", input.numel(), "median() of no elements is not in agc yet where only a call tells that there are none")
    return _middle(input._reshape([-1]), 0, False, skips_nan)[0]


@functools.cache
def _whole_median(name, skips_nan):
    """The median of all elements: those that are equal to it share its gradient."""
    from agc.autograd.function import Function

    class Whole(Function):
        _node = name.capitalize() + "Backward0"

        @staticmethod
        def forward(ctx, input):
            value = _middle_of_all(input, skips_nan).clone()  # no view of the ordered elements
            ctx.save_for_backward(input, value)
            return value

        @staticmethod
        def backward(ctx, gradient):
            input, value = ctx.saved_tensors
            equal = (input == value) | (torch.isnan(input) & torch.isnan(value))
            return _ops.where(equal, gradient / equal.sum(), 0.0)

    return Whole.apply


def _median_of(name, result, skips_nan):
    def median(input, dim=None, keepdim=False):
        if (input.dtype is _dtype.bool or input.is_complex()) and not (dim is None and is_empty(input)):
            kernel = "median_cpu" if dim is None else "median_out"
            raise NotImplementedError(f"\"{kernel}\" not implemented for '{input.dtype._title}'")
        if dim is None and input.requires_grad and is_grad_enabled():
            return _whole_median(name, skips_nan)(input)
        if dim is None:
            return _middle_of_all(input, skips_nan)
        values, indices = _middle(input, dim, keepdim, skips_nan)
        return result(named(values, f"{name.capitalize()}Backward1", indices), indices)
    median.__name__ = name
    median.__doc__ = "The lower of the middle elements" + (" that are numbers." if skips_nan else "; NaN where one is.")
    return both(with_out(median))


median, nanmedian = _median_of("median", _median, False), _median_of("nanmedian", _nanmedian, True)


@both
@with_out
def mode(input, dim=-1, keepdim=False):
    """The least of the most frequent values along dim, and where the last of them stands."""
    _check_not_empty("mode", input, dim)
    _dtype.check_kernel("mode_cpu", input, "float int bool")
    if input.dim() == 0:
        return _mode(named(input.clone(), "ModeBackward0"), _factories.zeros((), dtype=_dtype.int64))
    values, places = _agc.call("sort", input.detach(), dim, False)
    rows = torch.movedim(values, dim, -1)
    counts = torch.sum(rows._unsqueeze(-1) == rows._unsqueeze(-2), -1)
    last = torch.argmax(counts, -1, True) + torch.amax(counts, -1, True).clamp(min=1) - 1
    at = torch.gather(places, dim, torch.movedim(last, -1, dim))
    found = torch.gather(input, dim, at)
    found, at = (found, at) if keepdim else (own(x._squeeze([dim])) for x in (found, at))
    return _mode(named(found, "ModeBackward0", at), at)


_INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


def _shares(input, q):
    """The shares q as a tensor, checked."""
    if not isinstance(q, Tensor):
        for share in q if isinstance(q, (list, tuple)) else [q]:
            if not 0 <= share <= 1:
                raise RuntimeError(f"quantile() q must be in the range [0, 1] but got {share:g}")
        return _factories.tensor(q, dtype=input.dtype)
    if q.dim() > 1:
        raise RuntimeError("quantile() q must be a scalar or 1D tensor")
    if q.dtype is not input.dtype:
        raise RuntimeError("quantile() q tensor must be same dtype as the input tensor")
    if not _agc.is_exporting():
        forbid(torch.any((q < 0) | (q > 1)), "quantile() q values must be in the range [0, 1]")
    return q


def _at_shares(values, q, interpolation, skips_nan):
    """Elements of sorted rows at the shares q of them, or between."""
    last = values.size(-1) - 1
    if skips_nan:
        ranks = q * (torch.sum(~_ops.isnan(values), -1, keepdim=True) - 1)
        ranks = _ops.where(ranks < 0, 0, ranks)
    else:
        last = _agc.number_of(last).to(q.dtype) if isinstance(last, _agc.Extent) else last
        ranks = _ops.where(_ops.isnan(values._narrow(-1, values.size(-1) - 1, 1)), last, q * last)
    if interpolation in ("lower", "higher", "nearest"):
        ranks = {"lower": _ops.floor, "higher": _ops.ceil, "nearest": torch.round}[interpolation](ranks)
    below = ranks.long()
    found = _ops.gather(values, -1, below)
    if interpolation not in ("linear", "midpoint"):
        return found
    weight = _factories.full_like(ranks, 0.5) if interpolation == "midpoint" else ranks - below
    return torch.lerp(found, _ops.gather(values, -1, _ops.ceil(ranks).long()), weight)


def _quantile_of(name, skips_nan):
    def quantile(input, q, dim=None, keepdim=False, *, interpolation="linear"):
        if interpolation not in _INTERPOLATIONS:
            raise RuntimeError(f"quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got "
                               f"{interpolation}")
        require(1, "<=", input.numel(), "quantile() input tensor must be non-empty")
        if input.dtype not in (_dtype.float32, _dtype.float64):
            raise RuntimeError("quantile() input tensor must be either float or double dtype")
        q, rank = _shares(input, q), input.dim()
        if dim is not None:
            wrapped_along(input, dim)
        rows = input._reshape([-1]) if dim is None or rank == 0 else torch.movedim(input, dim, -1)
        found = _at_shares(sort(rows).values, q._reshape([-1]), interpolation, skips_nan)
        found = torch.movedim(found, -1, 0)  # a row of shares becomes the first dim
        if keepdim:
            kept = range(rank) if dim is None else [wrapped(dim, rank)] if rank else []
            for d in kept:
                found = found._unsqueeze(d + 1)
        found = found if q.dim() else found._select(0, 0)
        return named(own(found), "SqueezeBackward4")
    quantile.__name__ = name
    quantile.__doc__ = "Where a share q of the elements lies below" + (", NaN apart." if skips_nan else "; NaN where one is.")
    return both(with_out(quantile))


quantile, nanquantile = _quantile_of("quantile", False), _quantile_of("nanquantile", True)


@exported
@with_out(exact=True)
def searchsorted(sorted_sequence, input, *, out_int32=False, right=False, side=None, sorter=None):
    """Where elements would be inserted into sorted rows: how many are less, or not greater."""
    if sorter is not None:
        if sorter.shape != sorted_sequence.shape:
            raise RuntimeError("torch.searchsorted(): boundary and sorter must have the same size, but got boundary tensor "
                               f"{list(sorted_sequence.shape)}and got sorter tensor {list(sorter.shape)}")
        if sorter.dtype is not _dtype.int64:
            raise RuntimeError("torch.searchsorted(): sorter must be a tensor of long dtype but got dtype "
                               f"{sorter.dtype._title}")
        sorted_sequence = torch.gather(sorted_sequence, -1, sorter)
    if sorted_sequence.dim() != 1 and isinstance(input, Tensor) and (
            sorted_sequence.dim() != input.dim() or unlike(sorted_sequence.shape[:-1], input.shape[:-1])):
        raise RuntimeError("torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries "
                           f"tensor and input value tensor must match, but we got boundaries tensor {list(sorted_sequence.shape)} "
                           f"and input value tensor {list(input.shape)}")
    right = right if side is None else side == "right"
    _dtype.check_kernel("searchsorted_out_cpu", sorted_sequence, "float int complex bool")
    input = input if isinstance(input, Tensor) else _factories.tensor(input, dtype=sorted_sequence.dtype)
    rows = sorted_sequence._unsqueeze(-2) if sorted_sequence.dim() > 1 else sorted_sequence
    wanted = input._unsqueeze(-1)
    found = torch.sum(~(rows > wanted if right else rows >= wanted), -1)  # after all of them for nan
    return found.int() if out_int32 else found


@both
@with_out(exact=True)
def bucketize(input, boundaries, *, out_int32=False, right=False):
    """The bucket of each element between sorted boundaries."""
    if boundaries.dim() != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({boundaries.dim()})")
    _dtype.check_kernel("searchsorted_out_cpu", boundaries, "float int complex")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)
