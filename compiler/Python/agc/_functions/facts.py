"""What is asked of tensors as wholes, and of the library."""
import builtins

from agc import _agc, _dtype, _ops
from agc._functions import both, exported
from agc._sizes import unlike
from agc._tensor import Tensor


@both
def equal(input, other):
    """Whether two tensors have one shape and equal elements."""
    if unlike(input.shape, other.shape):
        return False
    return _ops.all(input == other, (), False).item()


@both
def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    if input.dtype is not other.dtype:
        raise RuntimeError(" did not match ".join(x.dtype._title for x in (input, other)))
    for name, given in (("rtol", rtol), ("atol", atol)):
        if not given >= 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {given:g}")
    close = (input == other)
    if input.dtype is _dtype.bool:
        return close
    if equal_nan:
        close = close | (_ops.isnan(input) & _ops.isnan(other))
    if input.dtype.is_floating_point or input.dtype.is_complex:
        near = _ops.abs(input - other) <= atol + _ops.abs(rtol * other)
        close = close | (_ops.isfinite(other) & _ops.isfinite(input) & near)
    else:
        close = close | (_ops.abs(input - other) <= atol + _ops.abs(rtol * other))
    return close


@both
def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    return _ops.all(isclose(input, other, rtol, atol, equal_nan), (), False).item()


def _promotion_operand(value):
    if isinstance(value, Tensor):
        return value.dtype._number, 0 if value.dim() else 1
    kind = {builtins.bool: _dtype.bool, builtins.int: _dtype.int64, builtins.float: _dtype.float64,
            builtins.complex: _dtype.complex128}[builtins.type(value)]
    return kind._number, 2


@exported
def result_type(tensor1, tensor2):
    return _dtype.of(_agc.result_type([_promotion_operand(tensor1), _promotion_operand(tensor2)]))


Tensor.is_same_size = lambda self, other: self.shape == other.shape
Tensor.is_nonzero = lambda self: builtins.bool(self)


@exported
def is_floating_point(input):
    return input.dtype.is_floating_point


@exported
def is_complex(input):
    return input.dtype.is_complex


@exported
def is_inference(input):
    return _agc.is_inference(input)


@exported
def is_nonzero(input):
    return builtins.bool(input)
