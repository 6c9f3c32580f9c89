"""Modified Bessel functions of the first kind, in f64: their series below _FAR, and the asymptotic one from there."""
import functools
import math

from agc import _ops
from agc._functions import both
from agc._functions.gamma import _differentiated, _rounded
from agc._out import with_out

_FAR = 20.0


def _scaled(order):
    """exp(-|x|) times the function of order 0 or 1."""
    def value(x):
        size = _ops.abs(x)
        near = size < _FAR
        half = _ops.where(near, size, 1.0) * 0.5
        z, series = half * half, 1.0
        for k in range(56, 0, -1):
            series = 1.0 + series * z / (k * (k + order))
        y, tail = 0.125 / _ops.where(near, _FAR, size), 1.0
        for k in range(24, 0, -1):
            tail = 1.0 - tail * y * ((4.0 * order - (2 * k - 1) ** 2) / k)
        below = series * _ops.exp(-size)
        above = tail * _ops.sqrt(y * (4 / math.pi))
        if not order:
            return _ops.where(near, below, above)
        value = _ops.where(near, below * size * 0.5, above)
        return _ops.where(x < 0, -value, value)
    return value


def _grown(order):
    """The function itself; the exponential by two factors, which overflow where their product with it does."""
    def value(x):
        half = _ops.exp(_ops.abs(x) * 0.5)
        return _scaled(order)(x) * half * half
    return value


def _divided(result, x):
    """A function's of order 1 result by x, which is a half at 0."""
    return _ops.where(x == 0, 0.5, result / _ops.where(x == 0, 1.0, x))


@functools.cache
def _function(name):
    return {
        "i0": lambda: _differentiated("I0Backward0", _rounded("i0_vml_cpu", _grown(0)), i1),
        "i0e": lambda: _differentiated("SpecialI0EBackward0", _rounded("i0e_cpu", _scaled(0)),
                                       lambda x, y: i1e(x) - _ops.sgn(x) * y, of_result=True),
        "i1": lambda: _differentiated("SpecialI1Backward0", _rounded("i1_cpu", _grown(1)), lambda x, y: i0(x) - _divided(y, x),
                                      of_result=True),
        "i1e": lambda: _differentiated("SpecialI1EBackward0", _rounded("i1e_cpu", _scaled(1)),
                                       lambda x, y: i0e(x) - y * _ops.sgn(x) - _divided(y, x), of_result=True),
    }[name]()


@both
@with_out
def i0(input):
    """The modified Bessel function of the first kind, of order 0."""
    return _function("i0")(input)


def i0e(input):
    """exp(-|x|) times i0."""
    return _function("i0e")(input)


def i1(input):
    """The modified Bessel function of the first kind, of order 1."""
    return _function("i1")(input)


def i1e(input):
    """exp(-|x|) times i1."""
    return _function("i1e")(input)
