"""torch.special: the functions of torch that have a second name there, and those near them."""
import functools
import math

from agc import _functions as torch, _ops
from agc._dtype import get_default_dtype
from agc._guard import guard_functions
from agc._missing import missing
from agc._node import named
from agc._out import with_out
from agc._tensor import Tensor

_SQRT_HALF = math.sqrt(0.5)


for _name in "erf erfc erfinv exp2 expm1 log1p logit logsumexp round sinc".split():
    globals()[_name] = getattr(torch, _name)
del _name
expit = torch.sigmoid


def _along(name):
    record = getattr(torch, name)

    def called(input, dim, *, dtype=None):
        return record(input, dim, dtype=dtype)
    called.__name__ = called.__qualname__ = name
    called.__doc__ = record.__doc__
    return called


softmax, log_softmax = _along("softmax"), _along("log_softmax")


def _product(name, function):
    """A product of an input and a logarithm: either may be a number."""

    @with_out
    @functools.wraps(function)
    def called(input, other):
        if not isinstance(input, Tensor) and not isinstance(other, Tensor):
            types = f"{type(input).__name__}, {type(other).__name__}"
            raise TypeError(f"special_{name}() received an invalid combination of arguments - got ({types}), but "
                            "expected one of:\n * (Tensor input, Tensor other, *, Tensor out = None)\n"
                            " * (Number self, Tensor other, *, Tensor out = None)\n"
                            " * (Tensor input, Number other, *, Tensor out = None)\n")
        return function(input, other)
    called.__name__ = called.__qualname__ = "special_" + name
    return called


@with_out
def ndtr(input):
    """The share of the normal distribution below input."""
    input = input if input.is_floating_point() else input.to(get_default_dtype())
    return named((1 + _ops.erf(input * _SQRT_HALF)) * 0.5, "MulBackward1")


xlogy, xlog1py = _product("xlogy", torch.xlogy), _product("xlog1py", _ops.xlog1py)
guard_functions(globals(), prefix="special_")


def __getattr__(name):
    raise missing("torch.special", name, globals())
