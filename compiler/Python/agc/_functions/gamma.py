"""The gamma function's logarithm and its derivatives, in f64: series far from 0, and recurrences that lead there."""
import math

from agc import _dtype, _ops
from agc._functions import both, exported
from agc._node import named
from agc._out import with_out

_FAR = 10  # from where the series are exact to the last digits


def _wide(input):
    """In f64, whose digits outlast the recurrences; and the dtype of the result."""
    if input.dtype.is_complex:
        raise NotImplementedError(f"gamma functions of {input.dtype} are not in agc")
    kind = input.dtype if input.is_floating_point() else _dtype.get_default_dtype()
    return input.to(_dtype.float64), kind


def _stirling(x):
    """lgamma of what is not less than _FAR."""
    y = _ops.reciprocal(x)
    z = y * y
    series = y * (1 / 12 + z * (-1 / 360 + z * (1 / 1260 + z * (-1 / 1680 + z * (1 / 1188 + z * (-691 / 360360))))))
    return (x - 0.5) * _ops.log(x) - x + 0.5 * math.log(2 * math.pi) + series


def _log_gamma(x):
    """lgamma of positive numbers."""
    near = x < _FAR
    low = _ops.where(near, x, 1.0)
    product = low
    for i in range(1, _FAR):
        product = product * (low + float(i))
    far = _stirling(_ops.where(near, x + float(_FAR), x))
    return far - _ops.where(near, _ops.log(product), 0.0)


def _log_gamma_anywhere(x):
    positive = x > 0
    mirrored = _ops.where(positive, 0.5, x)
    mirrored = mirrored - _ops.floor(mirrored).detach()  # sin(pi x) by its distance from an integer, where it is exact
    turned = math.log(math.pi) - _ops.log(_ops.abs(_ops.sin(math.pi * mirrored)))
    right = _log_gamma(_ops.where(positive, x, 1 - x))
    result = _ops.where(positive, right, turned - right)
    result = _ops.where((x == _ops.floor(x)) & (x <= 0), math.inf, result)
    return _ops.where(_ops.isinf(x), math.inf, result)


@both
@with_out
def lgamma(input):
    """The logarithm of the gamma function's absolute value."""
    wide, kind = _wide(input)
    return named(_log_gamma_anywhere(wide).to(kind), "LgammaBackward0", input)


def _digamma(x):
    """The derivative of lgamma, of positive numbers."""
    shift = 0.0
    near = x < _FAR
    low = _ops.where(near, x, 1.0)
    for i in range(_FAR):
        shift = shift + _ops.reciprocal(low + float(i))
    x = _ops.where(near, x + float(_FAR), x)
    z = _ops.reciprocal(x * x)
    series = z * (1 / 12 + z * (-1 / 120 + z * (1 / 252 + z * (-1 / 240 + z * (1 / 132 + z * (-691 / 32760))))))
    return _ops.log(x) - 0.5 / x - series - _ops.where(near, shift, 0.0)


@both
@with_out
def digamma(input):
    """The derivative of lgamma."""
    x, kind = _wide(input)
    positive = x > 0
    turned = _ops.where(positive, 0.25, x)
    turned = math.pi / _ops.tan(math.pi * (turned - _ops.floor(turned).detach()))
    right = _digamma(_ops.where(positive, x, 1 - x))
    result = _ops.where(positive, right, right - turned)
    result = _ops.where((x == _ops.floor(x)) & (x < 0), math.nan, result)
    result = _ops.where(x == 0, _ops.where(_ops.reciprocal(x) < 0, math.inf, -math.inf), result)
    return named(result.to(kind), "DigammaBackward0", input)


@exported
@with_out
def polygamma(n, input):
    """The n-th derivative of digamma, for n up to 1."""
    if n == 0:
        return digamma(input)
    if n != 1:
        raise NotImplementedError(f"polygamma({n}, input) is not in agc yet: n is 0 or 1")
    x, kind = _wide(input)
    positive = x > 0
    turned = _ops.where(positive, 0.5, x)
    sine = _ops.sin(math.pi * (turned - _ops.floor(turned).detach()))
    right = _trigamma(_ops.where(positive, x, 1 - x))
    return named(_ops.where(positive, right, (math.pi / sine) ** 2 - right).to(kind), "PolygammaBackward0", input)


def _trigamma(x):
    near, shift = x < _FAR, 0.0
    low = _ops.where(near, x, 1.0)
    for i in range(_FAR):
        shift = shift + _ops.reciprocal((low + float(i)) ** 2)
    x = _ops.where(near, x + float(_FAR), x)
    y = _ops.reciprocal(x)
    z = y * y
    series = y * (1 + 0.5 * y + z * (1 / 6 + z * (-1 / 30 + z * (1 / 42 + z * (-1 / 30 + z * (5 / 66))))))
    return series + _ops.where(near, shift, 0.0)


@both
@with_out
def mvlgamma(input, p):
    """The multivariate gamma function's logarithm."""
    if p < 1:
        raise RuntimeError("p has to be greater than or equal to 1")
    result = p * (p - 1) / 4 * math.log(math.pi)
    for i in range(p):
        result = lgamma(input - i / 2) + result
    return result

