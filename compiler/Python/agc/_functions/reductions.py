"""Reductions, extremes, norms, sums along a dim, what is found."""
import builtins
import functools
import math

from agc import _agc, _dtype, _factories, _functions as torch, _ops
from agc._functions import both, exported
from agc._functions.sorting import pair
from agc._node import derived_once, named, node, not_implemented
from agc._out import with_out
from agc._sizes import require
from agc._tensor import Tensor, method, wrapped
from agc._warnings import warn


def _dim_list(input, dim):
    """The dims that are meant; none stands for a call without them, an empty list for all."""
    if dim is None:
        return ()
    return [dim] if isinstance(dim, builtins.int) else list(dim) or list(range(input.dim()))


def _of_dtype(input, dtype):
    """A tensor in the dtype that is asked for."""
    return input if dtype is None or dtype is input.dtype else input._to(dtype._number)


def _reduced_in(dtype, function, input):
    """What a function gives in the dtype that is asked for. Sums and products of integers are int64, of which the dtype
    keeps the low bits, as if it had been computed in."""
    if dtype is not None and input.requires_grad and _agc.is_grad_enabled() and not _dtype.is_differentiable(dtype):
        raise RuntimeError(f"Autograd not support dtype: {dtype._title}")
    return _of_dtype(function(_of_dtype(input, dtype)), dtype)


def _reduction(name, exact=False, empty_is_none=False):
    """A reduction along dims, of which an empty list means all, or none."""
    record = getattr(_ops, name)

    def reduce(input, dim=None, keepdim=False):
        if empty_is_none and isinstance(dim, (tuple, list)) and not dim:
            return record(input._unsqueeze(0), [0], False)
        return record(input, _dim_list(input, dim), keepdim)
    reduce.__name__, reduce.__doc__ = name, record.__doc__
    return both(with_out(reduce, exact=exact))


for _name in ("amax", "amin"):
    globals()[_name] = _reduction(_name, "Expected the dtype for input and out to match, but got {} for input's dtype and {} for "
                                         "out's dtype.")


def _truth(name):
    """any or all, whose out is of bools or bytes."""
    reduction = _reduction(name, empty_is_none=True)

    @functools.wraps(reduction)
    def called(input, *args, out=None, **kwargs):
        if isinstance(out, Tensor) and out.dtype not in (_dtype.bool, _dtype.uint8):
            raise RuntimeError(f"{name} only supports bool tensor for result, got: {out.dtype._title}")
        if isinstance(out, Tensor) and out.dtype is _dtype.bool:
            input = input != 0
        return reduction(input, *args, out=out, **kwargs)
    called.without_out = reduction.without_out
    return exported(called)


any, all = _truth("any"), _truth("all")


@both
@with_out
def prod(input, dim=None, keepdim=False, *, dtype=None):
    if isinstance(dim, (tuple, list)):
        raise TypeError(f"prod(): argument 'dim' must be int, not {type(dim).__name__}")
    return _reduced_in(dtype, lambda input: _ops.prod(input, _dim_list(input, dim), keepdim), input)


_LEFT_OUT = object()


def _along_dims(name, input, dim, keepdim):
    """A reduction that PyTorch has twice: of all elements, and along dims, which None and () mean all of, too."""
    record = getattr(_ops, name)
    if dim is _LEFT_OUT:
        if keepdim:
            raise TypeError(f"{name}() received an invalid combination of arguments: keepdim needs a dim")
        return record(input, (), False)
    result = record(input, _dim_list(input, () if dim is None else dim), keepdim)
    return result if input.dim() else named(result, f"{name.capitalize()}Backward1")


@both
@with_out
def sum(input, dim=_LEFT_OUT, keepdim=False, *, dtype=None):
    return _reduced_in(dtype, lambda input: _along_dims("sum", input, dim, keepdim), input)


def _check_mean_dtype(name, dtype):
    if dtype is not None and not _dtype.is_differentiable(dtype):
        raise RuntimeError(f"{name}(): could not infer output dtype. Optional dtype must be either a floating point or complex "
                           f"dtype. Got: {dtype._title}")


@both
@with_out
def mean(input, dim=_LEFT_OUT, keepdim=False, *, dtype=None):
    _check_mean_dtype("mean", dtype)
    input = _of_dtype(input, dtype)
    return _along_dims("mean", input, dim, keepdim)


@both
@with_out
@node("NansumBackward0", saves="input")
def nansum(input, dim=None, keepdim=False, *, dtype=None):
    if input.is_complex():
        raise RuntimeError("nansum on CPU does not support complex inputs")
    if dtype is not None and dtype.is_complex and input.is_floating_point():
        raise NotImplementedError(f"\"nansum_cpu\" not implemented for '{dtype._title}'")
    return sum(torch.where(torch.isnan(input), 0, input), dim, keepdim, dtype=dtype)


@both
@with_out
def nanmean(input, dim=None, keepdim=False, *, dtype=None):
    if not input.is_floating_point() and not input.is_complex():
        raise RuntimeError("nanmean(): expected input to have floating point or complex dtype but got "
                           + input.dtype._title)
    _check_mean_dtype("nanmean", dtype)
    count = sum(torch.logical_not(torch.isnan(input)), dim, keepdim)
    return nansum(input, dim, keepdim, dtype=dtype) / count


def _check_freedom(name, input, dims, correction):
    sizes = [n for d, n in enumerate(input._sizes) if not dims or d in dims or d - input.dim() in dims]
    if builtins.all(builtins.type(n) is builtins.int for n in sizes) and math.prod(sizes) <= correction:
        warn(f"{name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor (input "
             "numel divided by output numel).")


def _spread(name, record):
    """A function that computes var or std and warns under a name where that has no meaning."""
    def reduce(input, dim=None, unbiased=None, keepdim=False, *, correction=None):
        if isinstance(dim, builtins.bool):  # the form without dims: whether unbiased
            dim, unbiased = None, dim
        if correction is None:
            correction = 1 if unbiased is None else builtins.int(unbiased)
        dims = _dim_list(input, dim)
        if not input.is_floating_point() and not input.is_complex():
            said = "std and var" if name in ("std", "var") else name
            raise RuntimeError(f"{said} only support floating point and complex dtypes")
        _check_freedom(name, input, dims, correction)
        return record(input, dims, correction, keepdim)
    reduce.__name__, reduce.__doc__ = name, record.__doc__
    return reduce


var, std = (both(with_out(_spread(record.__name__, record))) for record in (_ops.var, _ops.std))


def _with_mean(name, node, record):
    spread = _spread(name, record)

    def reduce(input, dim=None, unbiased=None, keepdim=False, *, correction=None):
        dims = None if isinstance(dim, builtins.bool) else dim
        found = spread(input, dim, unbiased, keepdim, correction=correction), mean(input, dims, keepdim)
        return tuple(named(x, node, input) for x in found)
    reduce.__name__ = name
    return exported(reduce)


var_mean = _with_mean("var_mean", "VarMeanBackward0", _ops.var)
std_mean = _with_mean("std_mean", "StdMeanBackward0", _ops.std)


_max, _min = pair("max"), pair("min")


def _extreme(name, along, binary, result):
    whole = getattr(_ops, name)

    def reduce(input, other=None, keepdim=False, *, dim=None):
        if not isinstance(input, Tensor):
            raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
        if isinstance(other, Tensor):
            return binary(input, other)
        dim = other if dim is None else dim
        return whole(input) if dim is None else result(*along(input, int(dim), keepdim))
    reduce.__name__, reduce.__doc__ = name, whole.__doc__
    return both(with_out(reduce))


max = _extreme("max", _agc.max_along, _ops.maximum, _max)
min = _extreme("min", _agc.min_along, _ops.minimum, _min)


@both
@with_out(exact=True)
def argmax(input, dim=None, keepdim=False):
    return _agc.argmax(input, dim, keepdim)


@both
@with_out(exact=True)
def argmin(input, dim=None, keepdim=False):
    return _agc.argmin(input, dim, keepdim)


def of_norm_dtype(name, input, dtype):
    """What a norm is taken of: in the dtype that is asked for, which must hold all that the input may be."""
    if not _dtype.is_differentiable(input.dtype):
        raise RuntimeError(f"linalg.{name}: Expected a floating point or complex tensor as input. Got {input.dtype._title}")
    if dtype is None:
        return input
    if not _dtype.is_differentiable(dtype):
        raise RuntimeError(f"linalg.{name}: dtype should be floating point or complex, but got {dtype._title}")
    if dtype.is_complex != input.is_complex():
        kind = "complex" if input.is_complex() else "real"
        raise RuntimeError(f"linalg.{name}: dtype should be {kind} for {kind} inputs, but got {dtype._title}")
    if _dtype.promote_types(input.dtype, dtype) is not dtype:
        raise RuntimeError(f"linalg.{name}: the dtype of the input ({input.dtype._title}) should be convertible without "
                           f"narrowing to the specified dtype ({dtype._title})")
    return _of_dtype(input, dtype)


def vector_norm(input, ord, dims, keepdim):
    """Of no elements there are norms that are sums of powers, and no others."""
    empty = [dim for dim, size in enumerate(input._sizes) if isinstance(size, builtins.int) and size == 0]
    if empty and (ord < 0 or ord == math.inf):
        what = f"linalg.vector_norm cannot compute the {ord:g} norm on "
        if not dims:
            raise RuntimeError(what + "an empty tensor because the operation does not have an identity")
        for dim in dims:
            if dim % input.dim() in empty:
                raise RuntimeError(f"{what}the dimension {dim}because this dimension is empty and the operation does "
                                   "not have an identity")
    return _ops.vector_norm(input, dims, ord, keepdim)


@both
@with_out(exact=True)
def norm(input, p="fro", dim=None, keepdim=False, *, dtype=None):
    input = of_norm_dtype("vector_norm", input, dtype)
    if p in ("fro", None):
        p = 2.0
    if isinstance(p, str):
        raise NotImplementedError(f"norm(): p={p!r} is not in agc yet")
    return vector_norm(input, builtins.float(p), _dim_list(input, dim), keepdim)


@both
@with_out
def logsumexp(input, dim, keepdim=False):
    if not (input.is_floating_point() or input.is_complex()):
        input = input._to(_dtype.get_default_dtype()._number)
    return _ops.logsumexp(input, _dim_list(input, dim), keepdim)


def _along(name):
    record = getattr(_ops, name)

    def function(input, dim, dtype=None):
        if dtype is _dtype.bool and name.startswith("cum"):
            raise NotImplementedError(f"\"{name}_out_cpu\" not implemented for 'Bool'")
        if dtype is not None:
            if not name.startswith("cum"):
                return record(_of_dtype(input, dtype), dim)
            return _reduced_in(dtype, lambda input: record(input, dim), input)
        if name.startswith("cum") and not (input.dtype.is_floating_point or input.dtype.is_complex):
            input = input._to(_dtype.int64._number)
        return record(input, dim)
    function.__name__ = function.__qualname__ = name
    function.__doc__ = record.__doc__
    return both(with_out(function))


for _name in ("softmax", "log_softmax", "cumsum", "cumprod"):
    globals()[_name] = _along(_name)


def _along_in_place(name):
    record = getattr(_ops, name)

    def written(self, dim, *, dtype=None):
        if dtype is not None and dtype is not self.dtype:
            raise RuntimeError(f"Bad in-place call: input tensor dtype {_agc.cpp_name_of(self.dtype._number)} and output "
                               f"tensor dtype {_agc.cpp_name_of(dtype._number)} should match")
        return record(self, dim)
    written.__name__ = name
    method(written)


for _name in ("cumsum_", "cumprod_"):
    _along_in_place(_name)


@both
def numel(input):
    return input.shape.numel()


@both
def count_nonzero(input, dim=None):
    return sum(input != 0, dim)


@both
@with_out(apart="input", exact=True)
def nonzero(input, *, as_tuple=False):
    found = _agc.detach(_ops.nonzero(input))
    if not as_tuple:
        return found
    if input.dim() == 0:  # as a row of one element
        found = _agc.detach(_ops.nonzero(input._reshape([1])))
    return tuple(_agc.detach(column) for column in found._unbind(1))


@both
def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    if dim is not None:
        _dtype.check_kernel("unique_dim", input, "float int bool")
    results = _agc.unique(input, sorted, return_inverse, return_counts, dim)
    return results[0] if len(results) == 1 else tuple(results)


@both
@with_out(exact=True)
@node("LogcumsumexpBackward0", saves="result input")
def logcumsumexp(input, dim):
    """Logarithm of the sums of exponentials up to each element, without overflow."""
    if not input.is_floating_point() and not input.is_complex():
        raise NotImplementedError(f"\"logcumsumexp_out_cpu\" not implemented for '{input.dtype._title}'")
    if input.dim() == 0:
        wrapped(dim, 1)
        return input.clone()
    running = _running_logsumexp(input.movedim(wrapped(dim, input.dim()), -1))
    return running.movedim(-1, dim).clone(memory_format=_dtype.contiguous_format)


def _running_logsumexp(rows, part=64):
    """Along the last dim: each element with those before it in its part, and with what the parts before come to."""
    size = rows.size(-1)
    is_long = builtins.type(size) is builtins.int and size > part
    if is_long:
        outer, count = list(rows.shape[:-1]), -(-size // part)
        missing = rows.new_full(outer + [count * part - size], -math.inf)
        rows = torch.cat([rows, missing], -1)._reshape(outer + [count, part])
    width = rows.size(-1)
    reached = _factories.ones(width, width, dtype=_dtype.bool).tril()
    terms = torch.where(reached, rows._unsqueeze(-2), -math.inf)
    if not is_long:
        return _ops.logsumexp(terms, [-1], False)
    sums = _running_logsumexp(_ops.logsumexp(rows, [-1], False))
    before = torch.cat([rows.new_full(outer + [1], -math.inf), sums[..., :-1]], -1)
    terms = torch.cat([terms, before._unsqueeze(-1)._unsqueeze(-1).expand(outer + [count, part, 1])], -1)
    return _ops.logsumexp(terms, [-1], False)._reshape(outer + [count * part])[..., :size]


@exported
@node("CdistBackward0", saves="result x1 x2")
def cdist(x1, x2, p=2.0, compute_mode="use_mm_for_euclid_dist_if_necessary"):
    """The distance of each row of one matrix to each of another; equal rows have gradient zero."""
    for name, x in (("X1", x1), ("X2", x2)):
        if not x.is_floating_point():
            raise RuntimeError(f"cdist only supports floating-point dtypes, {name} got: {x.dtype._title}")
    if x1.dtype in (_dtype.float16, _dtype.bfloat16):
        _dtype.check_kernel("cdist", x1, "")
    if p < 0:
        raise RuntimeError("cdist only supports non-negative p values")
    _dtype.check_scalar_type(x1.dtype, x2)
    for name, x in (("X1", x1), ("X2", x2)):
        if x.dim() < 2:
            raise RuntimeError(f"cdist only supports at least 2D tensors, {name} got: {x.dim()}D")
    require(x1.size(-1), "==", x2.size(-1), f"X1 and X2 must have the same number of columns. X1: {x1.size(-1)} X2: "
            f"{x2.size(-1)}")
    known = [n for n in (x1.size(-2), x2.size(-2)) if builtins.type(n) is builtins.int]
    by_product = {"use_mm_for_euclid_dist_if_necessary": builtins.max(known, default=0) > 25, "use_mm_for_euclid_dist": True}
    if p != 2 or not by_product.get(compute_mode): # torch composes the distance by a product, and else has one kernel
        x1, x2 = (derived_once(x, not_implemented("_cdist_backward")) for x in (x1, x2))
    return _ops.vector_norm(x1._unsqueeze(-2) - x2._unsqueeze(-3), [-1], builtins.float(p), False)


@exported
@node("PdistBackward0", saves="result input")
def pdist(input, p=2.0):
    """The distance of each row of a matrix to each later one."""
    if input.dim() != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {input.dim()}D")
    if not input.is_floating_point():
        raise RuntimeError("pdist only supports floating-point dtypes")
    if input.dtype in (_dtype.float16, _dtype.bfloat16):
        _dtype.check_kernel("pdist", input, "")
    input = derived_once(input, not_implemented("_pdist_backward"))
    rows, others = torch.triu_indices(input.size(0), input.size(0), 1)
    return _ops.vector_norm(input[rows] - input[others], [-1], builtins.float(p), False)
