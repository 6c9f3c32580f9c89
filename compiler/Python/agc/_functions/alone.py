"""Functions that PyTorch has of tensors alone, where records take numbers in their places."""
import functools

from agc import _ops
from agc._functions import exported
from agc._out import with_out
from agc._tensor import Tensor, method


def _checked(name, count, first):
    """A record whose first arguments are tensors, counted from `first` where an error names one."""
    record = getattr(_ops, name)
    names = record.__code__.co_varnames[:count]

    @functools.wraps(record)
    def function(*args, **kwargs):
        for place, (shown, value) in enumerate(zip(names, args), first):
            if not isinstance(value, Tensor):
                raise TypeError(f"{name}(): argument '{shown}' (position {place}) must be Tensor, not {type(value).__name__}")
        return record(*args, **kwargs)
    return function


for _name in "addcmul atan2 hypot logaddexp logaddexp2 logical_and logical_or logical_xor maximum minimum".split():
    _count = 3 if _name == "addcmul" else 2
    exported(with_out(_checked(_name, _count, 1)), _name)
    method(_checked(_name, _count, 0), _name)
