"""Operators, powers, quotients, roundings, broadcast shapes."""
import builtins
import functools
import math

from agc import _agc, _dtype, _factories, _functions as torch, _numpy, _ops
from agc._functions import alias, both, exported
from agc._node import flat, named, node, saving_nothing, underived
from agc._out import with_out
from agc._sizes import Size, check_meets, ints, is_one, listed
from agc._tensor import Tensor, method


def _reflected(function):
    def operator(self, other):
        if not isinstance(other, (Tensor, builtins.int, builtins.float, builtins.complex)):
            return NotImplemented
        return function(self, other)
    return operator


Tensor.__pow__ = _reflected(lambda a, b: pow(a, b))
Tensor.__rpow__ = _reflected(lambda a, b: pow(b, a))
Tensor.__rtruediv__ = _reflected(lambda a, b: _ops.div(b, a) if isinstance(b, Tensor) else a.reciprocal() * b)
Tensor.__rsub__ = lambda self, other: (rsub(self, other) if isinstance(other, Tensor) or _numpy.is_number(other) or
                                       isinstance(other, (builtins.int, builtins.float, builtins.complex))
                                       else NotImplemented)
Tensor.__floordiv__ = _reflected(lambda a, b: _ops.floor_divide(a, b))
Tensor.__rfloordiv__ = _reflected(lambda a, b: _ops.floor_divide(b, a))
Tensor.__mod__ = _reflected(lambda a, b: _ops.remainder(a, b))
Tensor.__rmod__ = _reflected(lambda a, b: remainder(b, a))
Tensor.__and__ = Tensor.__rand__ = _reflected(lambda a, b: _ops.bitwise_and(a, b))
Tensor.__or__ = Tensor.__ror__ = _reflected(lambda a, b: _ops.bitwise_or(a, b))
Tensor.__xor__ = Tensor.__rxor__ = _reflected(lambda a, b: _ops.bitwise_xor(a, b))
Tensor.__lshift__ = _reflected(lambda a, b: _ops.bitwise_left_shift(a, b))
Tensor.__rlshift__ = _reflected(lambda a, b: _ops.bitwise_left_shift(b, a))
Tensor.__rshift__ = _reflected(lambda a, b: _ops.bitwise_right_shift(a, b))
Tensor.__rrshift__ = _reflected(lambda a, b: _ops.bitwise_right_shift(b, a))


@method
def __invert__(self):
    if self.dtype.is_floating_point or self.dtype.is_complex:
        raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return _ops.bitwise_not(self)


Tensor.__abs__ = lambda self: _ops.abs(self)
for _name, _record in [("iadd", "add_"), ("isub", "sub_"), ("imul", "mul_"), ("itruediv", "div_"),
                       ("ifloordiv", "floor_divide_"), ("imod", "remainder_"), ("iand", "bitwise_and_"),
                       ("ior", "bitwise_or_"), ("ixor", "bitwise_xor_"), ("ilshift", "bitwise_left_shift_"),
                       ("irshift", "bitwise_right_shift_")]:
    setattr(Tensor, f"__{_name}__", getattr(_ops, _record))
Tensor.__ipow__ = lambda self, other: pow_(self, other)
Tensor.__contains__ = lambda self, item: builtins.bool(_ops.any(self == item).item())


@both
@with_out
def remainder(input, other):
    if isinstance(input, Tensor):
        return _ops.remainder(input, other)
    return flat(lambda: _ops.remainder(input, other), [other], refusal=underived("remainder"))


@both
@with_out
def pow(input, exponent):
    """input to the power of exponent; either may be a number."""
    if isinstance(exponent, builtins.complex) and exponent in (0, 1):
        input, exponent = input.to(torch.result_type(input, exponent)), exponent.real
    if isinstance(exponent, (Tensor, builtins.complex)):
        if not isinstance(input, (Tensor, builtins.bool)) and input == 1 and exponent.is_complex():
            exponent = _ops.where(_ops.isnan(exponent) & False, exponent, 0)  # 1 to any power is 1
        return _ops.pow_tensor(input, exponent)
    if builtins.abs(exponent) > 3.4028234663852886e38 and input.dtype in (_dtype.float32, _dtype.complex64):
        exponent = math.copysign(math.inf, exponent)  # PyTorch does not ask whether the dtype holds it
    if not input.dtype.is_floating_point and not input.dtype.is_complex:
        if isinstance(exponent, builtins.int):
            if exponent < 0:
                raise RuntimeError("Integers to negative integer powers are not allowed.")
            _factories.full((), exponent, dtype=input.dtype)  # refuses what the dtype cannot hold
            if input.dtype is _dtype.bool and not isinstance(exponent, builtins.bool):
                input = input._to(_dtype.int64._number)
            return _integer_power(input, builtins.int(exponent))
        input = input._to(_dtype.get_default_dtype()._number)
    return _ops.pow(input, exponent)


def _integer_power(base, exponent):
    result = None
    while exponent:
        if exponent & 1:
            result = base if result is None else result * base
        exponent >>= 1
        base = base * base if exponent else base
    return _factories.ones_like(base) if result is None else result.clone() if result is base else result


def _whole(value, tensors):
    """What a kernel of integers takes for a number: its whole part."""
    if not isinstance(value, builtins.float) or not math.isfinite(value) or any(
            x.is_floating_point() or x.is_complex() for x in tensors):
        return value
    if value < 0 and functools.reduce(_dtype.promote_types, (x.dtype for x in tensors)) is _dtype.uint8:
        raise RuntimeError("value cannot be converted to type uint8_t without overflow")
    return math.trunc(value)


@both
@with_out
def addcmul(input, tensor1, tensor2, *, value=1):
    return _ops.addcmul(input, tensor1, tensor2, _whole(value, (input, tensor1, tensor2)))


@method
def addcmul_(self, tensor1, tensor2, *, value=1):
    return _ops.addcmul_(self, tensor1, tensor2, _whole(value, (self, tensor1, tensor2)))


@method
def pow_(self, exponent):
    if isinstance(exponent, (Tensor, builtins.complex)):
        return _ops.pow_tensor_(self, exponent)
    if self.is_floating_point() or self.is_complex():
        return _ops.pow_(self, exponent)
    return self.copy_(fitting(pow(self, exponent), self))


def fitting(result, self):
    """A result that self's dtype can hold."""
    if not _dtype.can_cast(result.dtype, self.dtype):
        raise RuntimeError(f"result type {result.dtype._title} can't be cast to the desired output type {self.dtype._title}")
    return result


@both
@with_out
def div(input, other, *, rounding_mode=None):
    if rounding_mode is None:
        return _ops.div(input, other)
    if rounding_mode not in ("floor", "trunc"):
        raise RuntimeError("div expected rounding_mode to be one of None, 'trunc', or 'floor' but found "
                           f"'{rounding_mode}'")
    return (_ops.div_floor if rounding_mode == "floor" else _ops.div_trunc)(input, other)


@method
def div_(self, other, *, rounding_mode=None):
    if rounding_mode is None:
        return _ops.div_(self, other)
    return (_ops.div_floor_ if rounding_mode == "floor" else _ops.div_trunc_)(self, other)


@both
@with_out
def true_divide(input, other):
    return _ops.div(input, other)


@exported
def rsub(input, other, *, alpha=1):
    if not isinstance(input, Tensor):
        raise TypeError(f"rsub(): argument 'input' (position 1) must be Tensor, not {builtins.type(input).__name__}")
    return named(_ops.sub(other, input, alpha), f"RsubBackward{0 if isinstance(other, Tensor) else 1}")


ALIASES = {
    "multiply": "mul", "subtract": "sub", "divide": "div", "negative": "neg", "absolute": "abs", "greater": "gt", "less": "lt",
    "greater_equal": "ge", "less_equal": "le", "not_equal": "ne", "arctan": "atan", "arcsin": "asin", "arccos": "acos",
    "fix": "trunc", "arctan2": "atan2", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh"}
for _new, _old in ALIASES.items():
    alias(getattr(torch, _old), _new)
Tensor.multiply_, Tensor.subtract_ = _ops.mul_, _ops.sub_


@exported
def broadcast_shapes(*shapes):
    shapes = [(x,) if isinstance(x, (builtins.int, _agc.Extent)) else x for x in shapes if x is not None]
    wrong = [x for x in shapes if not isinstance(x, (tuple, list))]
    if wrong:
        raise RuntimeError(f"Input shapes should be of type ints, a tuple of ints, or a list of ints, got {wrong[0]}")
    joint = [1] * builtins.max(map(len, shapes), default=0)
    for place, shape in enumerate(shapes):
        for at in builtins.range(-1, -1 - len(shape), -1):
            extent = shape[at]
            if isinstance(joint[at], _agc.Extent) or isinstance(extent, _agc.Extent):
                # What is known and repeats nothing is what a call has to have.
                is_told = is_one(joint[at]) or not isinstance(extent, _agc.Extent) and not is_one(extent)
                joint[at] = extent if is_told else joint[at]
            elif joint[at] == 1:
                if extent < 0:
                    raise ValueError("Attempting to broadcast a dimension with negative length!")
                joint[at] = extent
            elif joint[at] != extent and extent != 1:
                raise RuntimeError(f"Attempting to broadcast a dimension of length {extent} at {at}! Mismatching argument at index "
                                   f"{place} had {shape}; but expected shape should be broadcastable to {joint}")
    return Size(joint)


@exported
def broadcast_tensors(*tensors):
    """Tensors of one shape: one that has it is itself, others become views."""
    shape = ()
    for x in ints(tensors):
        check_meets(shape, x.shape)
        shape = broadcast_shapes(shape, x.shape)
    known = builtins.all(builtins.type(size) is builtins.int for size in shape)
    return tuple(x if known and x._sizes == list(shape) else x.expand(shape) for x in ints(tensors))


@method
def __reversed__(self):
    """A tensor of the rows from the last on."""
    return torch.flip(self, [0]) if self.dim() else self


@method
def broadcast_to(self, *size, **named):
    return self._expand(listed("broadcast_to", "size", size, named))


@exported
def broadcast_to(input, size):  # noqa: F811
    return input._expand(ints((size,)))


@both
@with_out
def square(input):
    return pow(input, 2)


@both
@with_out
def round(input, *, decimals=None):
    """The nearest integer, halves to even, or the nearest number of so many decimals."""
    if decimals is None:
        return _ops.round(input)
    _dtype.check_kernel("round_cpu" if decimals else "round_vml_cpu", input, "float")
    if decimals == 0:
        return named(_ops.round(input), "RoundBackward1")
    scale = 10.0 ** builtins.abs(decimals)
    wide = input.float() if input.dtype in (_dtype.float16, _dtype.bfloat16) else input
    result = _ops.round(wide * scale) / scale if decimals > 0 else _ops.round(wide / scale) * scale
    return named(result.to(input.dtype), "RoundBackward1")


@method
def abs_(self):
    if self.is_complex():
        raise RuntimeError("In-place abs is not supported for complex tensors.")
    return _ops.abs_(self)


@method
def round_(self, *, decimals=None):
    if decimals is None:
        return _ops.round_(self)
    _agc.check_write(self, [])
    return named(self.copy_(round(self, decimals=decimals)), "RoundBackward1")


def _quotient_added(record):
    """addcdiv or addcdiv_, which refuses quotients of integers."""

    @functools.wraps(record)
    def function(input, tensor1, tensor2, *, value=1):
        if builtins.all(not x.is_floating_point() and not x.is_complex() for x in (tensor1, tensor2)):
            raise RuntimeError(
                "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a "
                "true division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + "
                "value * torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * "
                "tensor1 / tensor2) for float inputs. The future addcdiv behavior is just the latter implementation: "
                "(input + value * tensor1 / tensor2), for all dtypes.")
        return record(input, tensor1, tensor2, value)
    return function


addcdiv, addcdiv_ = both(with_out(_quotient_added(_ops.addcdiv))), both(_quotient_added(_ops.addcdiv_))


def _lerp(record):
    """lerp or lerp_: what has one dtype, as nothing is promoted."""

    @functools.wraps(record)
    def function(input, end, weight):
        if isinstance(weight, builtins.complex) and not input.is_complex():
            raise RuntimeError(f"value cannot be converted to type {_agc.cpp_name_of(input._dtype)} without overflow")
        for name, other in (("end", end), ("weight", weight)):
            is_number = not isinstance(other, Tensor) or (name == "weight" and other.dim() == 0)
            if not is_number and other.dtype is not input.dtype:
                raise RuntimeError(f"expected dtype {_agc.cpp_name_of(input.dtype._number)} for `{name}` but got dtype "
                                   f"{_agc.cpp_name_of(other.dtype._number)}")
        _dtype.check_kernel(f"lerp_kernel_{'tensor' if isinstance(weight, Tensor) else 'scalar'}", input, "float complex")
        return record(input, end, weight)
    return function


lerp, lerp_ = both(with_out(_lerp(_ops.lerp))), both(_lerp(_ops.lerp_))


def _for_relu(input):
    if input.is_complex():
        raise NotImplementedError("clamp is not supported for complex types")
    if input.dtype is _dtype.bool:
        raise RuntimeError("Boolean inputs not supported for relu")
    return input


@both
def relu(input):
    return _ops.relu(_for_relu(input))


@both
def relu_(input):
    return _ops.relu_(_for_relu(input))


@both
def positive(input):
    if input.dtype is _dtype.bool:
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


Tensor.__pos__ = positive


@both
@with_out
def sgn(input):
    if not isinstance(input, Tensor):
        raise TypeError(f"sgn(): argument 'input' (position 1) must be Tensor, not {builtins.type(input).__name__}")
    return _ops.sgn(input)


@both
@with_out
def heaviside(input, values):
    """0 below zero, 1 above, `values` at zero."""
    if input.is_complex() or values.is_complex():
        raise RuntimeError("heaviside is not yet implemented for complex tensors.")
    return _ops.heaviside(input, values)


@both
@with_out
def signbit(input):
    """Whether the sign is set, of -0.0 and -nan too."""
    if input.is_complex():
        raise NotImplementedError("signbit is not implemented for complex tensors.")
    if not input.dtype.is_floating_point:
        return input < 0
    return _ops.copysign(input.new_ones(()), input) < 0


def _refuse_complex(name, input, other):
    if input.is_complex() or other.is_complex():
        raise RuntimeError(f"{name} not implemented for complex tensors.")


@both
@with_out
@node("FmaxBackward0", saves="other input")
def fmax(input, other):
    """The greater element, of a number and NaN the number."""
    _refuse_complex("fmax", input, other)
    return _ops.where((input >= other) | _ops.isnan(other), input, other)


@both
@with_out
@node("FminBackward0", saves="other input")
def fmin(input, other):
    """The lesser element, of a number and NaN the number."""
    _refuse_complex("fmin", input, other)
    return _ops.where((input <= other) | _ops.isnan(other), input, other)


def _real_only(name, input):
    if input.is_complex():
        raise RuntimeError(f"{name} is not supported for complex tensors.")
    return input


@both
@with_out
@node("Rad2DegBackward0")
@saving_nothing
def rad2deg(input):
    return _real_only("rad2deg", input) * (180 / math.pi)


@both
@with_out
@node("Deg2RadBackward0")
@saving_nothing
def deg2rad(input):
    return _real_only("deg2rad", input) * (math.pi / 180)
