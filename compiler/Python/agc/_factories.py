"""Tensors made from nothing, from numbers and from shapes."""
import math
import numbers

from agc import _agc, _dtype, _numpy
from agc._missing import refuse
from agc._out import with_out
from agc._sizes import greater, require, sizes
from agc._tensor import Tensor, method
from agc._warnings import warn

__all__ = ["tensor", "as_tensor", "zeros", "ones", "full", "empty", "zeros_like", "ones_like",
           "full_like", "empty_like", "arange", "range", "linspace", "logspace", "eye", "is_tensor",
           "numel", "scalar_tensor", "asarray"]


def _number(dtype, fallback=None):
    return (dtype or fallback or _dtype.get_default_dtype())._number


def _kind_of(value):
    if isinstance(value, bool):
        return _dtype.bool
    if isinstance(value, int):
        return _dtype.int64
    return _dtype.default_complex_dtype() if isinstance(value, complex_) else _dtype.get_default_dtype()


complex_ = type(1j)


ONLY_FLOATS = "Only Tensors of floating point and complex dtype can require gradients"


def _made(t, requires_grad):
    if requires_grad and not (t.dtype.is_floating_point or t.dtype.is_complex):
        _agc.refuse("dtype-without-grad", t, ONLY_FLOATS)
        return t  # a check goes on
    return t.requires_grad_() if requires_grad else t


def tensor(data, *, dtype=None, device=None, requires_grad=False, pin_memory=False):
    """A leaf with a copy of the data: nested lists, numbers, numpy arrays or a tensor."""
    refuse("tensor", pin_memory=pin_memory)
    _dtype.check_device(device)
    if _is_sequence(data):
        data = list(data)
    if data is None:
        raise RuntimeError("Could not infer dtype of NoneType")
    if isinstance(data, _agc.Extent):
        return _made(_numbered(data, dtype or _dtype.int64), requires_grad)
    if isinstance(data, Tensor):
        warn("To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
             "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor).")
        copy = _agc.detach(_agc.detach(data)._clone())
        return _made(copy if dtype is None else _agc.detach(copy._to(dtype._number)), requires_grad)
    if _numpy.is_array(data) or _numpy.is_number(data):
        copy = _numpy.copied(data)
        return _made(copy if dtype is None else copy._to(dtype._number), requires_grad)
    try:
        made = _agc.from_lists(data, dtype and dtype._number, requires_grad)
        return _made(made, True) if requires_grad and not made.requires_grad else made
    except (TypeError, ValueError):
        if dtype is None:
            _check_numbers(data)
        raise


def _numbered(extent, kind, shape=None):
    """A tensor of an extent that a call tells."""
    made = _agc.number_of(extent)._to(kind._number)
    return _agc.detach(made if shape is None else made._expand(list(shape))._clone())


def _is_sequence(data):
    """Whether it is one of another type than a list, as a range or a deque is."""
    kind = type(data)
    return not isinstance(data, (list, tuple, str, bytes, dict, Tensor)) and hasattr(kind, "__len__") and \
        hasattr(kind, "__getitem__") and not _numpy.is_array(data)


def _check_numbers(data, is_first=False):
    """Says in PyTorch's words what is no number among data of which no tensor can be made; what is first in a list is taken
    for a sequence."""
    if isinstance(data, (str, bytes)):
        if is_first and isinstance(data, str):
            raise ValueError("too many dimensions 'str'")
        raise TypeError(f"new(): invalid data type '{type(data).__name__}'")
    if isinstance(data, (list, tuple)):
        for place, part in enumerate(data):
            _check_numbers(part, place == 0)
    elif not (isinstance(data, (numbers.Number, Tensor)) or _numpy.is_array(data) or _numpy.is_number(data)):
        raise RuntimeError(f"Could not infer dtype of {type(data).__name__}")


def as_tensor(data, dtype=None, device=None):
    """The tensor itself, or a numpy array's elements, where nothing has to change, else a copy."""
    _dtype.check_device(device)
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    if _numpy.is_array(data):
        shared = _numpy.from_numpy(data)
        return shared if dtype is None else shared.to(dtype)
    return tensor(data, dtype=dtype)


def asarray(obj, *, dtype=None, device=None, copy=None, requires_grad=False):
    _dtype.check_device(device)
    made = as_tensor(obj, dtype=dtype)
    return _made(made.detach().clone() if copy else made, requires_grad)


def scalar_tensor(s, *, dtype=None, device=None, requires_grad=False):
    return tensor(s, dtype=dtype or _dtype.get_default_dtype(), device=device, requires_grad=requires_grad)


@with_out
def full(*args, fill_value=None, size=None, dtype=None, device=None, requires_grad=False, layout=None):
    """A tensor filled with a number."""
    _dtype.check_device(device)
    args = list(args)
    if len(args) + (size is not None) + (fill_value is not None) < 2:
        raise TypeError('full() missing 1 required positional arguments: "fill_value"')
    size = args.pop(0) if size is None else size
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"full(): argument 'size' (position 1) must be tuple of ints, not {type(size).__name__}")
    fill_value = args.pop(0) if fill_value is None else fill_value
    if isinstance(fill_value, Tensor):
        fill_value = fill_value.item()
    if isinstance(fill_value, _agc.Extent):
        return _made(_numbered(fill_value, dtype or _dtype.int64, sizes("full", (size,))), requires_grad)
    if not isinstance(fill_value, numbers.Number):
        raise TypeError(f"full(): argument 'fill_value' (position 2) must be Number, not {type(fill_value).__name__}")
    kind = dtype or _kind_of(fill_value)
    return _made(_agc.full(sizes("full", (size,)), fill_value, kind._number), requires_grad)


def _filled(value, name):
    def make(*size, dtype=None, device=None, requires_grad=False, layout=None, memory_format=None,
             pin_memory=None, **named):
        refuse(name, pin_memory=pin_memory)
        _dtype.check_device(device)
        size = (named.pop("size"),) if "size" in named else size
        refuse(name, **named)
        shape = sizes(name, size)
        if name == "zeros" and any(isinstance(n, int) and n < 0 for n in shape):
            raise RuntimeError("zeros: Dimension size must be non-negative.")
        return _made(_agc.full(shape, value, _number(dtype)), requires_grad)
    make.__name__ = name
    make.__doc__ = f"A tensor filled with {value}; sizes as ints or as one sequence."
    return with_out(make)


zeros, ones = _filled(0, "zeros"), _filled(1, "ones")
empty = _filled(0, "empty")
empty.__doc__ = "A tensor whose elements are for the program to set; here they are 0."


def lies_otherwise(input, memory_format):
    """Whether what is made like a tensor lies in memory in another order than row by row: that of the tensor's dims."""
    return not input._is_row_major and memory_format is not _dtype.contiguous_format


def full_like(input, fill_value, *, dtype=None, device=None, requires_grad=False, memory_format=None, layout=None):
    _dtype.check_device(device)
    if isinstance(fill_value, _agc.Extent):
        made = _numbered(fill_value, dtype or input.dtype, input._sizes)
    else:
        made = _agc.full(input._sizes, fill_value, _number(dtype, input.dtype))
    return _made(made._clone_like(input) if lies_otherwise(input, memory_format) else made, requires_grad)


def zeros_like(input, *, dtype=None, device=None, requires_grad=False, memory_format=None, layout=None):
    return full_like(input, 0, dtype=dtype, device=device, requires_grad=requires_grad, memory_format=memory_format)


def ones_like(input, *, dtype=None, device=None, requires_grad=False, memory_format=None, layout=None):
    return full_like(input, 1, dtype=dtype, device=device, requires_grad=requires_grad, memory_format=memory_format)


empty_like = zeros_like


@with_out
def arange(start=None, end=None, step=1, *, dtype=None, device=None, requires_grad=False, layout=None):
    """start, start + step, … below end."""
    _dtype.check_device(device)
    if start is None and (end is None or step != 1) or end is None and step != 1:
        raise TypeError("arange() received an invalid combination of arguments: it takes end, or start and end, or start, end "
                        "and step")
    start, end = (0, start) if end is None else (0 if start is None else start, end)
    start, end, step = (x.item() if isinstance(x, Tensor) or _numpy.is_number(x) else x for x in (start, end, step))
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if any(isinstance(x, float) and not math.isfinite(x) for x in (start, end)):
        raise RuntimeError(f"unsupported range: {start:g} -> {end:g}")
    if isinstance(end, _agc.Extent) and (start, step) == (0, 1):
        return _made(_agc.iota(end, (dtype or _dtype.int64)._number), requires_grad)
    if isinstance(step, _agc.Extent) or any(isinstance(x, _agc.Extent) for x in (start, end)) and not \
            all(isinstance(x, (int, _agc.Extent)) for x in (start, end, step)):
        raise NotImplementedError("arange() to an extent that only a call tells is not in agc yet where it takes other "
                                  "than whole numbers, in steps that are known")
    if dtype is _dtype.bool:
        raise NotImplementedError("\"arange_cpu\" not implemented for 'Bool'")
    require(0, "<=", (end - start) * step, "upper bound and lower bound inconsistent with step sign")
    whole = all(isinstance(x, (int, _agc.Extent)) for x in (start, end, step))
    kind = dtype or (_dtype.int64 if whole else _dtype.get_default_dtype())
    if kind.is_complex:
        raise NotImplementedError(f'"arange_cpu" not implemented for \'{kind._title}\'')
    count = -(-(end - start) // step) if whole else math.ceil((end - start) / step)
    if not whole and not kind.is_floating_point:  # its numbers are whole, and for int64 their count is made of those
        start, end, step, whole = int(start), int(end), int(step), True
        if step == 0 and kind is _dtype.int64:
            raise ValueError("step must be nonzero")
        count = -(-(end - start) // step) if kind is _dtype.int64 else count
    t = _agc.iota(count, (_dtype.int64 if whole else _dtype.float64)._number)
    if step != 1:
        t = t * step
    if isinstance(start, _agc.Extent) or start != 0:
        t = t + start
    return _made(_agc.detach(t._to(kind._number)), requires_grad)


def range(start, end, step=1, **options):
    warn("torch.range is deprecated and will be removed in a future release because its behavior is inconsistent with "
         "Python's range builtin. Instead, use torch.arange, which produces values in [start, end).")
    return arange(start, end + step / 2 if step > 0 else end + step / 2, step,
                  **{"dtype": _dtype.get_default_dtype(), **options})


@with_out
def linspace(start, end, steps, *, dtype=None, device=None, requires_grad=False, layout=None):
    """Evenly spaced numbers, both ends among them."""
    _dtype.check_device(device)
    kind = dtype or _kind_between(start, end)
    return _made(_spaced("linspace", start, end, steps, kind)._to(kind._number), requires_grad)


def _kind_between(start, end):
    is_complex = any(x.is_complex() if isinstance(x, Tensor) else isinstance(x, complex_) for x in (start, end))
    return _dtype.default_complex_dtype() if is_complex else _dtype.get_default_dtype()


def _spaced(function, start, end, steps, kind):
    """Evenly spaced numbers; for an integer dtype between whole ends, and not yet cut to whole numbers."""
    from agc import _ops
    if kind is _dtype.bool:
        raise NotImplementedError(f"\"{function}_cpu\" not implemented for 'Bool'")
    ranks = [x.dim() if isinstance(x, Tensor) else 0 for x in (start, end)]
    if any(ranks):
        found = " and ".join(f"{name} with {rank} dimension(s)" for name, rank, x in zip(("start", "end"), ranks, (start, end))
                             if isinstance(x, Tensor))
        raise RuntimeError(f"{function} only supports 0-dimensional start and end tensors, but got {found}.")
    start, end = (x.item() if isinstance(x, Tensor) else x for x in (start, end))
    if isinstance(steps, float):
        raise TypeError(f"{function}(): argument 'steps' (position 3) must be int, not float")
    require(0, "<=", steps, "number of steps must be non-negative")
    if not kind.is_floating_point and not kind.is_complex:
        start, end, kind = int(start), int(end), _dtype.float64
    is_open = isinstance(steps, _agc.Extent)
    if not is_open and steps == 1:
        return full((1,), start, dtype=kind)
    count = _agc.iota(steps, _dtype.int64._number)
    first, last = full((), start, dtype=kind), full((), end, dtype=kind)
    step = (last - first) / greater(steps - 1, 1)
    if kind is _dtype.float32:  # the product is not rounded, as PyTorch's kernel adds it by one instruction
        first, last, step = first.double(), last.double(), step.double()
    i = count._to(step._dtype)
    made = _ops.where(count < steps // 2, first + step * i, last - step * (steps - 1 - i))._to(kind._number)
    return _agc.detach(_ops.where(_agc.number_of(steps) == 1, start, made) if is_open else made)


@with_out
def logspace(start, end, steps, base=10.0, *, dtype=None, device=None, requires_grad=False, layout=None):
    """Powers of the base whose exponents are evenly spaced."""
    from agc import _ops
    _dtype.check_device(device)
    kind = dtype or _kind_between(start, end)
    t = _ops.pow_tensor(base, _spaced("logspace", start, end, steps, kind))
    return _made(_agc.detach(t)._to(kind._number), requires_grad)


@with_out
def eye(n, m=None, *, dtype=None, device=None, requires_grad=False, layout=None):
    """A matrix with ones on its diagonal."""
    _dtype.check_device(device)
    m = n if m is None else m
    for name, size in (("n", n), ("m", m)):
        require(0, "<=", size, f"{name} must be greater or equal to 0, got {size}")
    if isinstance(n, _agc.Extent) or isinstance(m, _agc.Extent):
        rows, columns = (_agc.iota(size, _dtype.int64._number) for size in (n, m))
        return _made(_agc.detach((rows._unsqueeze(1) == columns)._to(_number(dtype))), requires_grad)
    t = _agc.eye(max(n, m), _number(dtype))
    if n != m:
        t = _agc.detach(t._slice(0, 0, n, 1)._slice(1, 0, m, 1)._clone())
    return _made(t, requires_grad)


def is_tensor(obj):
    return isinstance(obj, Tensor)


def numel(input):
    return input.numel()


# ---------------------------------------------------------------- methods

def _new(function):
    def make(self, *args, dtype=None, device=None, requires_grad=False, **options):
        return function(*args, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad, **options)
    return make


Tensor.new_zeros, Tensor.new_ones, Tensor.new_empty = _new(_filled(0, "new_zeros")), _new(ones), _new(empty)
Tensor.new_full = _new(full)


@method
def new_tensor(self, data, *, dtype=None, device=None, requires_grad=False):
    if isinstance(data, Tensor):
        warn("To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
             "sourceTensor.detach().clone().requires_grad_(True), rather than tensor.new_tensor(sourceTensor).")
        return tensor(data.tolist(), dtype=dtype or data.dtype, requires_grad=requires_grad)
    return tensor(data, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad)
