"""`out=`: results that are written into tensors which a program gives."""
import functools
import gc
import math

from agc import _agc, _dtype
from agc._modes import is_grad_enabled, no_grad
from agc._sizes import unlike
from agc._tensor import Tensor
from agc._warnings import warn


def with_out(function=None, *, apart="", exact=False):
    """The function of torch that takes `out=`; its method takes none. `apart` names the arguments that out must not be,
    not even as a whole; `exact`: out has the dtype of the result, or torch's words for one that has another."""
    if function is None:
        return functools.partial(with_out, apart=apart, exact=exact)

    @functools.wraps(function)
    def called(*args, out=None, **kwargs):
        if out is None:
            return function(*args, **kwargs)
        if isinstance(out, Tensor) and "dtype" in _parameters(function):
            kwargs["dtype"] = _agreed(kwargs.get("dtype"), out)
        made = function(*args, **kwargs)
        return written(called.__name__, made, out, *_read(function, args, kwargs, apart.split()), exact)
    called.without_out = function
    return called


def _parameters(function):
    import inspect  # not sooner: it costs much to import
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):  # a record, which is no Python function
        return ()


def _read(function, args, kwargs, apart):
    """The tensors among the arguments: those that out may be as a whole, and those that it must not meet."""
    given = {**dict(zip(_parameters(function), args)), **kwargs} if apart else kwargs
    met = _tensors(given[name] for name in apart if name in given)
    return [x for x in _tensors((*args, *kwargs.values())) if not any(x is y for y in met)], met


def _tensors(values):
    """The tensors among values, and in those that are sequences of them."""
    parts = (x if isinstance(x, (tuple, list)) else (x,) for x in values)
    return [x for part in parts for x in part if isinstance(x, Tensor)]


def _agreed(dtype, out):
    """The dtype to compute in: out's, which must be the one that is asked for."""
    if dtype is not None and dtype is not out.dtype:
        raise RuntimeError(f"dtype {dtype._title} does not match dtype of out parameter ({out.dtype._title})")
    return out.dtype


def written(name, result, out, across=(), apart=(), exact=False):
    """The result in out: in several tensors, where there are several results. It must not lie across what was read, nor meet
    what is to be apart."""
    several = isinstance(result, tuple)
    results, outs = (result, out) if several else ((result,), (out,))
    if several and (not isinstance(out, (tuple, list)) or len(out) != len(result)):
        raise TypeError(f"{name}(): argument 'out' must be tuple of {len(result)} Tensors, not {type(out).__name__}")
    for target in outs:
        if not isinstance(target, Tensor):
            raise TypeError(f"{name}(): argument 'out' must be Tensor, not {type(target).__name__}")
    if is_grad_enabled() and any(x.requires_grad for x in (*results, *outs)):
        raise RuntimeError(f"{name}(): functions with out=... arguments don't support automatic differentiation, but one "
                           "of the arguments requires grad.")
    for made, target in zip(results, outs):
        if isinstance(exact, str) and made.dtype is not target.dtype:
            raise RuntimeError(exact.format(made.dtype._title, target.dtype._title))
        if (several or exact) and made.dtype is not target.dtype:
            raise RuntimeError(f"Expected out tensor to have dtype {_agc.cpp_name_of(made._dtype)}, but got "
                               f"{_agc.cpp_name_of(target._dtype)} instead")
        if not _dtype.can_cast(made.dtype, target.dtype):
            raise RuntimeError(f"result type {made.dtype._title} can't be cast to the desired output type "
                               f"{target.dtype._title}")
    with no_grad():
        for target in outs:
            _agc.check_overlap(target, across, apart)
        for made, target in zip(results, outs):
            _fit(name, target, made.shape)
            target._copy_(made)
    if not several:
        return out
    kind = type(result)
    return tuple(out) if kind is tuple else type(kind.__name__ + "_out", (kind,), {})(*out)


def _fit(name, out, shape):
    """Gives out the shape of a result: over its own elements where they suffice, else over new ones."""
    if not unlike(out.shape, shape):
        return
    size, count = out.numel(), math.prod(shape)
    if size:
        warn("An output with one or more elements was resized since it had shape "
             f"{list(out.shape)}, which does not match the required output shape {list(shape)}. This behavior is "
             "deprecated, and in a future PyTorch release outputs will not be resized unless they have zero "
             "elements. You can explicitly reuse an out tensor t by resizing it, inplace, to zero elements with "
             "t.resize_(0).")
    if 0 < count <= size and out.is_contiguous():
        _agc.become(out, out._reshape([-1])._narrow(0, 0, count)._view(list(shape)))
    elif size and _is_shared(out):  # what others see of its storage would have to follow
        raise NotImplementedError(f"{name}(): an out= with too few elements for the result, or one that lies in memory in "
                                  "another order than row by row, cannot be given another shape in agc yet where another "
                                  "tensor or an array shares its memory")
    else:
        from agc import _factories
        out.data = _factories.empty(list(shape), dtype=out.dtype)


def _is_shared(tensor):
    """Whether another tensor of the program, or an array, shares a tensor's memory."""
    return bool(_agc.address_of(tensor)) or tensor._is_view() or any(
        isinstance(x, Tensor) and x is not tensor and x._storage == tensor._storage for x in gc.get_objects())
