"""Complex numbers, their parts, and real tensors as complex ones."""
import math

from agc import _dtype, _factories, _ops
from agc._functions import both, exported
from agc._node import named
from agc._out import with_out
from agc._tensor import Tensor


@exported
def conj(input):
    return input.conj()


@exported
def view_as_real(input):
    """The real and imaginary parts along a new last dim; a view."""
    return input._view_as_real()


@exported
def view_as_complex(input):
    """Pairs along the last dim as complex numbers; a view."""
    return input._view_as_complex()


@exported
def real(input):
    return input._view_as_real()._select(-1, 0) if input.dtype.is_complex else input


@exported
def imag(input):
    if not input.dtype.is_complex:
        raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
    return input._view_as_real()._select(-1, 1)


@both
def isreal(input):
    """Whether the imaginary part is zero."""
    return imag(input) == 0 if input.dtype.is_complex else _factories.ones_like(input, dtype=_dtype.bool)


def _set_real(self, value):
    real(self).copy_(value)


def _set_imag(self, value):
    imag(self).copy_(value)


Tensor.real, Tensor.imag = property(real, _set_real), property(imag, _set_imag)


@both
@with_out
def angle(input):
    """The angle of a complex number; of a real one 0 or pi."""
    if input.dtype.is_complex:
        return _ops.angle(input)
    input = input if input.dtype.is_floating_point else input._to(_dtype.get_default_dtype()._number)
    return named(_ops.where(input < 0, math.pi, _ops.where(_ops.isinf(input) | (input == 0), 0, input * 0)),
                 "AngleBackward0", input)


def _parts(a, b):
    """Two tensors of one float dtype, of which complex numbers are made."""
    titles = [x.dtype._title for x in (a, b)]
    if not (a.is_floating_point() and b.is_floating_point()) or "BFloat16" in titles:
        raise RuntimeError("Expected both inputs to be Half, Float or Double tensors but got "
                           f"{titles[0]} and {titles[1]}")
    if a.dtype is not b.dtype:
        raise RuntimeError(f"Expected object of scalar type {titles[0]} but got scalar type {titles[1]} for second "
                           "argument")
    return a, b


@exported
@with_out(exact="Expected object of scalar type {} but got scalar type {} for argument 'out'")
def complex(real, imag):
    return _ops.complex(*_parts(real, imag))


@exported
@with_out
def polar(abs, angle):
    """The complex number of an absolute value and an angle."""
    return _ops.polar(*_parts(abs, angle))


@both
def resolve_conj(input):
    return input


@both
def resolve_neg(input):
    return input


Tensor.is_conj = lambda self: False
Tensor.is_neg = lambda self: False
