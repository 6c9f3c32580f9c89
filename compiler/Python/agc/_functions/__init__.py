"""torch's functions and the methods of the same name: records as they are, and what torch adds to them."""
import math

from agc import _index, _ops  # noqa: F401
from agc._out import with_out
from agc._tensor import Tensor, method

pi, e, inf, nan, newaxis = math.pi, math.e, math.inf, math.nan, None

__all__ = ["pi", "e", "inf", "nan", "newaxis"]


def exported(function, name=None):
    """A function of torch."""
    name = name or function.__name__
    if function.__doc__ is None and hasattr(_ops, name):
        function.__doc__ = getattr(_ops, name).__doc__
    globals()[name] = function
    if name not in __all__:
        __all__.append(name)
    return function


def both(function):
    """A function of torch that is a method, too."""
    method(getattr(function, "without_out", function))
    return exported(function)


def alias(function, *names):
    """Other names of a function that is a method, too."""
    for name in names:
        method(getattr(function, "without_out", function), name)
        exported(function, name)


for _name in _ops.METHODS + _ops.FUNCTIONS:
    exported(with_out(getattr(_ops, _name)), _name)

from agc._functions import (views, operators, chosen, reductions, products, moved, sorting,  # noqa: F401,E402
                            complexes, facts, parts, combined, copied, counted, gamma, placed,  # noqa: F401,E402
                            sampled, solved, bessel, stepped, exponential)  # noqa: F401,E402
from agc._functions import inplace  # noqa: F401,E402  of all that is there by now


def _fallback(self, name):
    from agc._missing import missing
    raise missing("torch.Tensor", name, dir(Tensor))


Tensor.__getattr__ = _fallback
Tensor.__module__ = "torch"
