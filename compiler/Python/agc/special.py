"""torch.special: the functions of torch that have a second name there, and those near them."""
import functools
import math

from agc import _functions as torch, _ops
from agc._dtype import check_kernel, get_default_dtype
from agc._functions import bessel
from agc._functions.gamma import _differentiated
from agc._guard import guard_functions
from agc._missing import missing
from agc._node import named
from agc._out import with_out
from agc._tensor import Tensor

_SQRT_HALF = math.sqrt(0.5)


for _name in "digamma erf erfc erfinv exp2 expm1 i0 log1p logit logsumexp polygamma sinc".split():
    globals()[_name] = getattr(torch, _name)
del _name
expit, gammaln, multigammaln, psi = torch.sigmoid, torch.lgamma, torch.mvlgamma, torch.digamma
i0e, i1, i1e = map(with_out, (bessel.i0e, bessel.i1, bessel.i1e))


@with_out
def round(input, *, decimals=0):
    return torch.round(input, decimals=decimals)


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
    check_kernel("erf_vml_cpu", input, "float int bool")
    input = input if input.is_floating_point() else input.to(get_default_dtype())
    return named((1 + _ops.erf(input * _SQRT_HALF)) * 0.5, "MulBackward1")


def _entropy(x):
    positive = x > 0
    inner = -x * _ops.log(_ops.where(positive, x, 1.0))
    return _ops.where(positive | _ops.isnan(x), inner, _ops.where(x == 0, 0.0, -math.inf))


@functools.cache
def _entr():
    return _differentiated("SpecialEntrBackward0", _entropy, lambda x: -_ops.log(x) - 1)


@with_out
def entr(input):
    """-input * log(input): 0 at 0, minus infinity below."""
    check_kernel("entr_cpu", input, "float int bool")
    return _entr()(input if input.is_floating_point() else input.to(get_default_dtype()))


xlogy, xlog1py = _product("xlogy", torch.xlogy), _product("xlog1py", _ops.xlog1py)
guard_functions(globals(), prefix="special_")


def __getattr__(name):
    raise missing("torch.special", name, globals())
