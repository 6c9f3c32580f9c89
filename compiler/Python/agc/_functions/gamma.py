"""The gamma function's logarithm and its derivatives, in f64: series far from 0, and recurrences that lead there."""
import functools
import math

from agc import _dtype, _ops
from agc._functions import both, exported
from agc._node import node
from agc._out import with_out
from agc._tensor import Tensor

_FAR = 10  # from where the series are exact to the last digits


def _wide(input, kernel):
    """In f64, whose digits outlast the recurrences; and the dtype of the result."""
    _dtype.check_kernel(kernel, input, "float int bool")
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


def _past_integer(x):
    """The way from the nearest integer, which is exact: sin(pi x) is taken of it, up to its sign, and tan(pi x)."""
    return x - _ops.round(x)


def _log_gamma_anywhere(x):
    positive = x > 0
    mirrored = _ops.where(positive, 0.5, x)
    mirrored = _past_integer(mirrored)
    turned = math.log(math.pi) - _ops.log(_ops.abs(_ops.sin(math.pi * mirrored)))
    right = _log_gamma(_ops.where(positive, x, 1 - x))
    result = _ops.where(positive, right, turned - right)
    result = _ops.where((x == _ops.floor(x)) & (x <= 0), math.inf, result)
    result = _ops.where((x == 1) | (x == 2), 0.0, result)
    return _ops.where(_ops.isinf(x), math.inf, result)


def _differentiated(node, value, derivative, of_result=False):
    """A function of a tensor and, behind it, numbers, whose gradient is another one of PyTorch's, not that of its series:
    that has none at a pole. The derivative is one of its result, too, where torch's is."""
    from agc.autograd.function import Function

    class Gamma(Function):
        _node = node

        @staticmethod
        def forward(ctx, input, *numbers):
            result = value(input, *numbers)
            ctx.save_for_backward(input, *((result,) if of_result else ()))
            ctx.numbers = numbers
            return result

        @staticmethod
        def backward(ctx, gradient):
            return (gradient * derivative(*ctx.saved_tensors, *ctx.numbers), *(None for _ in ctx.numbers))

    return Gamma.apply


@functools.cache
def _function(name):
    return {
        "lgamma": lambda: _differentiated("LgammaBackward0", _rounded("lgamma_vml_cpu", _log_gamma_anywhere), digamma),
        "digamma": lambda: _differentiated("DigammaBackward0", _rounded("digamma", _digamma_anywhere), lambda x: polygamma(1, x)),
        "polygamma": lambda: _differentiated("PolygammaBackward0", _polygamma, lambda x, n: polygamma(n + 1, x)),
    }[name]()


def _rounded(kernel, function):
    """A function that is computed in f64, by the name of PyTorch's kernel."""
    def value(input):
        wide, kind = _wide(input, kernel)
        return function(wide).to(kind)
    return value


@both
@with_out
def lgamma(input):
    """The logarithm of the gamma function's absolute value."""
    return _function("lgamma")(input)


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


def _digamma_anywhere(x):
    positive = x > 0
    turned = _ops.where(positive, 0.25, x)
    turned = math.pi / _ops.tan(math.pi * _past_integer(turned))
    right = _digamma(_ops.where(positive, x, 1 - x))
    result = _ops.where(positive, right, right - turned)
    result = _ops.where((x == _ops.floor(x)) & (x < 0), math.nan, result)
    return _ops.where(x == 0, _ops.where(_ops.reciprocal(x) < 0, math.inf, -math.inf), result)


@both
@with_out
def digamma(input):
    """The derivative of lgamma."""
    return _function("digamma")(input)


@exported
@with_out
def polygamma(n, input):
    """The n-th derivative of digamma."""
    if not isinstance(n, int) or not isinstance(input, Tensor):
        name, place, kind, given = ("input", 2, "Tensor", input) if isinstance(n, int) else ("n", 1, "int", n)
        raise TypeError(f"polygamma(): argument '{name}' (position {place}) must be {kind}, not {type(given).__name__}")
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    return digamma(input) if n == 0 else _function("polygamma")(input, n)


def _polygamma(input, n):
    wide, kind = _wide(input, "polygamma")
    if n > 1:
        return _many_gamma(wide, n).to(kind)
    return _trigamma(wide if kind is _dtype.float64 else input.to(_dtype.float32)).to(kind)


def _trigamma(x):
    """PyTorch's, step by step: what stands at a pole is the rounding of its sine."""
    mirrored = x < 0.5
    sine = _ops.sin(math.pi * x)
    total = _ops.where(mirrored, -math.pi ** 2 / (sine * sine), 0.0)
    x = _ops.where(mirrored, 1 - x, x)
    for _ in range(6):
        total = total + 1 / (x * x)
        x = x + 1
    z = 1 / (x * x)
    total = total + (1 + 1 / (2 * x) + z * (1 / 6 - z * (1 / 30 - z * (1 / 42)))) / x
    return _ops.where(mirrored, -total, total)


_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)


def _sum_of_powers(x, s):
    """The sum of (x + i) ** -s over all i from 0, of positive x (Euler and Maclaurin's)."""
    total = 0.0
    for i in range(_FAR):
        total = total + (x + float(i)) ** -s
    x = x + float(_FAR)
    total = total + x ** (1 - s) / (s - 1) + 0.5 * x ** -s
    factor = s / 2
    for i, number in enumerate(_BERNOULLI):
        total = total + number * factor * x ** (-s - 1 - 2 * i)
        factor *= (s + 2 * i + 1) * (s + 2 * i + 2) / ((2 * i + 3) * (2 * i + 4))
    return total


def _many_gamma(x, n):
    """The n-th derivative of digamma, left of 0 by that of the cotangent, a polynomial in it."""
    positive = x > 0
    sign, size = (1 if n % 2 else -1), float(math.factorial(n))
    right = sign * size * _sum_of_powers(_ops.where(positive, x, 1 - x), float(n + 1))
    turned = _ops.where(positive, 0.25, x)
    cotangent = 1 / _ops.tan(math.pi * _past_integer(turned))
    coefficients = [0.0, 1.0]  # of the cotangent's powers: each derivative is -(1 + c * c) times that by c
    for _ in range(n):
        slope = [i * a for i, a in enumerate(coefficients)][1:]
        coefficients = [-(a + b) for a, b in zip(slope + [0.0, 0.0], [0.0, 0.0] + slope)]
    polynomial = 0.0
    for a in reversed(coefficients):
        polynomial = polynomial * cotangent + a
    result = _ops.where(positive, right, -sign * right - math.pi ** (n + 1) * polynomial)
    result = _ops.where((x == _ops.floor(x)) & (x <= 0), sign * math.inf, result)
    return _ops.where(x == math.inf, math.nan, result)  # as PyTorch's


@both
@with_out
@node("MvlgammaBackward0", saves="input")
def mvlgamma(input, p):
    """The multivariate gamma function's logarithm."""
    if p < 1:
        raise RuntimeError("p has to be greater than or equal to 1")
    result = p * (p - 1) / 4 * math.log(math.pi)
    for i in range(p):
        result = lgamma(input - i / 2) + result
    return result

