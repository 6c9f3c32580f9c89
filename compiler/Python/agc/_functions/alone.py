"""Functions that PyTorch has of tensors alone, where records take numbers in their places."""
import functools

from agc import _ops
from agc._functions import exported
from agc._out import with_out
from agc._tensor import Tensor, method


def _checked(name, tensors, first):
    """A record some of whose arguments are tensors, counted from `first` where an error names one."""
    record = getattr(_ops, name)
    names = record.__code__.co_varnames[:record.__code__.co_argcount]
    checked = [(place, shown) for place, shown in enumerate(names) if shown in tensors]

    @functools.wraps(record)
    def function(*args, **kwargs):
        for place, shown in checked:
            value = args[place] if place < len(args) else kwargs.get(shown)
            if not isinstance(value, Tensor) and (place < len(args) or shown in kwargs):
                raise TypeError(f"{name}(): argument '{shown}' (position {place + first}) must be Tensor, not "
                                f"{type(value).__name__}")
        return record(*args, **kwargs)
    return function


for _name, _tensors in _ops.TENSORS.items():
    exported(with_out(_checked(_name, _tensors, 1)), _name)
    if len(_tensors) > 1:  # besides self
        method(_checked(_name, _tensors, 0), _name)
