"""Functions of floats' steps and of whole numbers' divisors: nextafter, frexp, gcd, lcm."""
import collections
import functools

from agc import _dtype, _factories, _functions as torch, _ops
from agc._functions import both
from agc._node import named
from agc._out import with_out
from agc._sizes import check_meets
from agc._tensor import Tensor, holds


def _beside(name, input, other):
    """Both in one dtype and shape."""
    if not isinstance(input, Tensor) or not isinstance(other, Tensor):
        place, shown, value = (1, "input", input) if not isinstance(input, Tensor) else (2, "other", other)
        raise TypeError(f"{name}(): argument '{shown}' (position {place}) must be Tensor, not {type(value).__name__}")
    check_meets(input.shape, other.shape)
    kind = torch.result_type(input, other)
    return torch.broadcast_tensors(input.to(kind), other.to(kind))


@both
@with_out
def nextafter(input, other):
    """The float next to input on the way to other."""
    x, to = _beside("nextafter", input, other)
    if not x.dtype.is_floating_point:
        raise NotImplementedError(f"\"nextafter_cpu\" not implemented for '{x.dtype._title}'")
    return _next()(x, to)


def _stepped(x, to):
    limits = _dtype.finfo(x.dtype)
    tiny = _factories.full((), limits.smallest_normal * limits.eps, dtype=x.dtype)
    size, up = _ops.abs(x), to > x
    # Between 0.6 and 1.2 steps, which round to one; of small numbers made larger, where so little is a number of its own.
    is_small = size < limits.smallest_normal / limits.eps
    wide = _ops.where(is_small, x / limits.eps, x)
    step = _ops.abs(wide) * (0.6 * limits.eps)
    moved = _ops.where(up, wide + step, wide - step)
    moved = _ops.where(is_small, moved * limits.eps, moved)
    # Below the normal numbers a step is always the same.
    moved = _ops.where(size <= limits.smallest_normal, _ops.where(up, x + tiny, x - tiny), moved)
    moved = _ops.where(moved == 0, x * 0.0, moved)  # a zero has the sign that it is come to with
    moved = _ops.where(_ops.isinf(x), x.sign() * limits.max, moved)
    return _ops.where(to == x, to, _ops.where(_ops.isnan(x) | _ops.isnan(to), x + to, moved))


@functools.cache
def _next():
    """nextafter, whose gradient PyTorch gives to the input where it moves."""
    from agc.autograd.function import Function

    class Nextafter(Function):
        _node = "NextafterBackward0"

        @staticmethod
        def forward(ctx, x, to):
            ctx.save_for_backward(x, to)
            return _stepped(x, to)

        @staticmethod
        def backward(ctx, gradient):
            x, to = ctx.saved_tensors
            return gradient * (x != to), _factories.zeros_like(gradient)

    return Nextafter.apply


_Parts = collections.namedtuple("frexp", ["mantissa", "exponent"], module="torch.return_types")
_Parts.__repr__ = lambda self: f"torch.return_types.frexp(\nmantissa={self.mantissa!r},\nexponent={self.exponent!r})"


@both
@with_out
def frexp(input):
    """A mantissa of at least a half and less than one, and the power of two that it is times."""
    if not input.dtype.is_floating_point:
        raise RuntimeError("torch.frexp() only supports floating-point dtypes")
    wide = input.detach().to(_dtype.float64)
    is_plain = (wide != 0) & _ops.isfinite(wide)
    exponent = _ops.floor(_ops.log2(_ops.abs(_ops.where(is_plain, wide, 1.0)))) + 1
    # By two factors, as the reciprocal of a small number's power is no float; and the logarithm may be rounded to the next.
    half = _ops.floor(exponent / 2)
    size = _ops.abs(_ops.where(is_plain, wide, 0.5)) * _ops.exp2(-half) * _ops.exp2(half - exponent)
    exponent = exponent + (size >= 1) * 1 - (size < 0.5) * 1
    exponent = _ops.where(is_plain, exponent, 0.0)
    scale = input * _ops.exp2(-_ops.floor(exponent / 2)).to(input.dtype)
    mantissa = scale * _ops.exp2(_ops.floor(exponent / 2) - exponent).to(input.dtype)
    return _Parts(named(mantissa, "FrexpBackward0"), exponent.to(_dtype.int32))


def _divisor(name, input, other):
    """Euclid's, of all elements at once."""
    a, b = _beside(name, input, other)
    if a.dtype.is_floating_point or a.dtype.is_complex or a.dtype is _dtype.bool:
        raise NotImplementedError(f"\"{name}_cpu\" not implemented for '{a.dtype._title}'")
    a, b = _ops.abs(a), _ops.abs(b)
    while holds(_ops.any(b != 0)):
        rest = _ops.fmod(a, _ops.where(b == 0, 1, b).to(a.dtype))
        a, b = _ops.where(b == 0, a, b), _ops.where(b == 0, b, rest)
    return a


@both
@with_out
def gcd(input, other):
    """The greatest common divisor."""
    return _divisor("gcd", input, other)


@both
@with_out
def lcm(input, other):
    """The least common multiple: one beyond a narrow dtype wraps around after its sign is gone."""
    a, b = _beside("lcm", input, other)
    kind = a.dtype
    if kind in (_dtype.uint8, _dtype.int8, _dtype.int16):
        a, b = a.to(_dtype.int32), b.to(_dtype.int32)
    common = _divisor("lcm", a, b)
    return _ops.abs(_ops.div_trunc(a, _ops.where(common == 0, 1, common).to(a.dtype)) * b).to(kind)
