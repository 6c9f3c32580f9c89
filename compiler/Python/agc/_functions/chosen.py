"""Choice and limits: where, clamp, masks."""
from agc import _agc, _dtype, _factories, _functions as torch, _ops
from agc._functions import alias, both, exported
from agc._functions.operators import broadcast_shapes, fitting
from agc._index import once, repeating
from agc._node import named, node, replaced
from agc._out import with_out
from agc._sizes import check_meets
from agc._tensor import Tensor, method
from agc._warnings import warn


@exported
@with_out(exact=True)
def where(condition, input=None, other=None):
    if input is None and other is None:
        return torch.nonzero(condition, as_tuple=True)
    if not isinstance(input, Tensor) and not isinstance(other, Tensor):
        kind = _dtype.promote_types(_factories._kind_of(input), _factories._kind_of(other))
        input = _factories.full((), input, dtype=kind)
    if condition.dtype is _dtype.uint8:
        warn("where received a uint8 condition tensor. This behavior is deprecated and will be removed in a future version of "
             "PyTorch. Use a boolean condition instead.")
        condition = condition != 0
    input, other = _held(input, other), _held(other, input)
    return _ops.where(condition, input, other)


def _held(number, beside):
    """A number beside a tensor whose dtype must hold it: of a float, f32 where it is not double."""
    is_whole = isinstance(number, int) and not beside.is_floating_point()
    is_great = isinstance(number, (float, complex)) and abs(number) > 3.4028234663852886e38
    if not is_whole and not is_great:
        return number
    return _factories.full((), number, dtype=torch.result_type(beside, number))


Tensor.where = lambda self, condition, other: where(condition, self, other)


@both
@with_out(exact="Found dtype {1} but expected {0}")
def clamp(input, min=None, max=None):
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if not isinstance(min, Tensor) and not isinstance(max, Tensor):
        return _ops.clamp(_beside(input, min, max), min, max)
    if not all(x is None or isinstance(x, Tensor) for x in (min, max)):
        return _clamp_mixed(input, min, max)
    if min is None or max is None:
        if input.is_complex() or (max if min is None else min).is_complex():
            raise NotImplementedError("clamp is not supported for complex types")
        return named(_ops.clamp_min(input, min) if max is None else _ops.clamp_max(input, max), "ClampBackward0")
    if input.is_complex():
        raise NotImplementedError("clamp is not supported for complex types")
    return _ops.clamp_tensor(input, min, max)


def _clamp_mixed(input, min, max):
    """Between a number and a tensor, which PyTorch takes for a number where it has no dims."""
    if min.dim() if isinstance(min, Tensor) else max.dim():
        types = ", ".join(type(x).__name__ for x in (input, min, max))
        raise TypeError(f"clamp() received an invalid combination of arguments - got ({types}), but expected one of:\n"
                        " * (Tensor input, Tensor min = None, Tensor max = None, *, Tensor out = None)\n"
                        " * (Tensor input, Number min = None, Number max = None, *, Tensor out = None)\n")
    numbers = [x if not isinstance(x, Tensor) else 1j if x.is_complex() else 1.0 if x.is_floating_point() else
               x.dtype is _dtype.bool or 1 for x in (min, max)]
    input = _beside(input, *numbers)
    bounds = (x.to(input.dtype) if isinstance(x, Tensor) else x for x in (min, max))
    return named(_ops.clamp_tensor(input, *bounds), "ClampBackward1")


alias(clamp, "clip")


def _beside(input, *numbers):
    """The input in the dtype that numbers beside it promote it to."""
    if input.is_complex() or any(isinstance(x, complex) for x in numbers):
        raise NotImplementedError("clamp is not supported for complex types")
    given = [x for x in numbers if x is not None]
    if not input.is_floating_point() and any(isinstance(x, float) for x in given):
        return input.to(_dtype.get_default_dtype())
    if input.dtype is _dtype.bool and not all(isinstance(x, bool) for x in given):
        return input.to(_dtype.int64)
    return input


@both
def clamp_(input, min=None, max=None):
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        _agc.check_overlap(input, [x for x in (min, max) if isinstance(x, Tensor)], [])
        return replaced(input, fitting(clamp(input.clone(), min, max), input))
    fitting(_beside(input, min, max), input)
    return _ops.clamp_(input, min, max)


alias(clamp_, "clip_")


def check_filling(function, value):
    """Refuses to fill by a tensor that is not one number."""
    if isinstance(value, Tensor) and value.dim():
        raise RuntimeError(f"{function} only supports a 0-dimensional value tensor, but got tensor with "
                           f"{value.dim()} dimension(s).")


def _filling(input, value):
    """What masks fill by: a complex tensor's number beside real ones, which is refused as that."""
    check_filling("masked_fill_", value)
    return value.item() if isinstance(value, Tensor) and value.is_complex() and not input.is_complex() else value


@both
def masked_fill(input, mask, value):
    value = _filling(input, value)
    filled = _agc.masked_fill(input, mask, value)
    return named(filled, "MaskedFillBackward1") if isinstance(value, Tensor) else filled


@method
def masked_fill_(self, mask, value):
    value = _filling(self, value)
    target, wide = self, repeating(self, *[value] if isinstance(value, Tensor) else [])
    if wide:
        target, mask = once("masked_fill_", self, wide), _ops.any(mask._expand(self._sizes), wide, True)
    _agc.masked_fill_(target, mask, value)
    is_renamed = isinstance(value, Tensor) and self.requires_grad and self.grad_fn.name() == "MaskedFillBackward0"
    return named(self, "MaskedFillBackward1") if is_renamed else self


@both
@with_out(apart="input mask", exact=True)
@node("MaskedSelectBackward0", saves="mask input")
def masked_select(input, mask):
    if mask.dtype is not _dtype.bool:
        raise RuntimeError("masked_select: expected BoolTensor for mask")
    check_meets(mask.shape, input.shape)
    shape = broadcast_shapes(input.shape, mask.shape)
    return input.expand(shape)[mask.expand(shape)]
