"""In-place forms of functions that no record writes: the result is computed beside the tensor, and copied into it."""
import functools
import re

from agc import _agc, _dtype, _functions as torch
from agc._functions import alias, both
from agc._functions.operators import ALIASES, broadcast_shapes
from agc._functions.products import check_vectors
from agc._modes import is_grad_enabled, no_grad
from agc._node import flat, not_implemented, replaced, written_as
from agc._sizes import unlike
from agc._tensor import Tensor

_NAMES = """absolute acosh addbmm addmv addr arccos arccosh arcsin arcsinh arctan arctan2 arctanh asinh atanh baddbmm
deg2rad digamma divide eq fix float_power gcd ge greater greater_equal gt i0 lcm ldexp le less less_equal lgamma logical_and
logical_not logical_or logical_xor logit lt mvlgamma nan_to_num ne negative nextafter not_equal rad2deg renorm square
true_divide xlogy""".split()

_PRODUCTS = ("addmv", "baddbmm")


def _check_held(name, self, shape, dtype):
    """Refuses to write a result of this shape and dtype to a tensor that cannot hold it."""
    if unlike(shape, self.shape) and name in _PRODUCTS:
        raise RuntimeError(f"Bad in-place call: input tensor size {list(self.shape)} and output tensor size {list(shape)} "
                           "should match")
    if unlike(shape, self.shape):
        raise RuntimeError(f"output with shape {list(self.shape)} doesn't match the broadcast shape {list(shape)}")
    if not _dtype.can_cast(dtype, self.dtype):
        raise RuntimeError(f"result type {dtype._title} can't be cast to the desired output type {self.dtype._title}")


def _compared(name, made, self, other):
    """What a comparison found, flat by what was compared: torch names its node after the function, and tells numbers from
    tensors."""
    name = f"{ALIASES.get(name, name).capitalize()}Backward{int(isinstance(other, Tensor))}"
    return flat(lambda: made.to(self.dtype), [self, other], name)


def _form(name):
    function = getattr(torch, name)

    def written(self, *args, **kwargs):
        others = [x for x in args if isinstance(x, Tensor)]
        _agc.check_write(self, others)
        _agc.check_overlap(self, others, [])
        try:
            made = function(self.clone(), *args, **kwargs)
        except NotImplementedError:  # which torch finds out last
            if name not in _PRODUCTS and all(isinstance(x, Tensor) for x in args[:1]):
                _check_held(name, self, broadcast_shapes(self.shape, *(x.shape for x in others)),
                            torch.result_type(self, others[0]) if others else self.dtype)
            raise
        except TypeError as error:  # of the function, whose first argument is self here
            said = re.fullmatch(rf"{name}\(\): argument '(\w+)' \(position (\d)\) (must be .*)", str(error))
            raise TypeError(f"{name}_(): argument '{said[1]}' (position {int(said[2]) - 1}) {said[3]}") if said else error
        _check_held(name, self, made.shape, made.dtype)
        if made.dtype is _dtype.bool and is_grad_enabled():
            made = _compared(name, made, self, *args, *kwargs.values())
        return replaced(self, made)
    written.__wrapped__ = function  # whose signature it has
    written.__name__, written.__doc__ = name + "_", f"{name}() in place."
    return both(written)


def _untracked(form):
    """One that torch's autograd passes over: what is written keeps its node, and a leaf may be written."""
    @functools.wraps(form)
    def written(*args, **kwargs):
        with no_grad():
            return form(*args, **kwargs)
    return written


def _exact_power(form):
    """float_power_(), which refuses a base that is not of the type that it computes in."""
    @functools.wraps(form)
    def written(self, exponent):
        is_complex = any(x.is_complex() if isinstance(x, Tensor) else isinstance(x, complex) for x in (self, exponent))
        kind = _dtype.complex128 if is_complex else _dtype.float64
        if self.dtype is not kind:
            raise RuntimeError(f"the base given to float_power_ has dtype {self.dtype._title} but the operation's result "
                               f"requires dtype {kind._title}")
        return form(self, exponent)
    return written


def _of_result(form):
    """addr_(), of a matrix with the result's sizes."""
    @functools.wraps(form)
    def written(self, vec1, vec2, *, beta=1, alpha=1):
        check_vectors(vec1, vec2)
        if self.dim() != 2:
            raise RuntimeError(f"2D tensor expected, got {self.dim()}D tensor for input")
        if unlike(self.shape, [vec1.size(0), vec2.size(0)]):
            raise RuntimeError(f"size mismatch, input: {list(self.shape)}, v1: {list(vec1.shape)}, v2: {list(vec2.shape)}")
        return form(self, vec1, vec2, beta=beta, alpha=alpha)
    return written


for _name in _NAMES:
    if not hasattr(Tensor, _name + "_"):
        _form(_name)
    if _name.startswith("logical"):
        both(_untracked(getattr(Tensor, _name + "_")))


def _underived(name):
    """One that torch has no derivative of, as its list of them says."""
    form, function, node = getattr(Tensor, name + "_"), getattr(torch, name), f"{name.capitalize()}Backward1"

    @functools.wraps(form)
    def written(self):
        if not (self.requires_grad and is_grad_enabled()):
            return form(self)
        _agc.check_write(self, [])
        refusal = not_implemented(f"inplace version of {name}")
        return written_as(self.copy_(flat(lambda: function(self.detach()), [self], node, refusal)), node)
    return both(written)


for _name in ("acosh", "asinh", "atanh"):
    alias(_underived(_name), f"arc{_name[1:]}_")

both(_exact_power(Tensor.float_power_))
both(_of_result(Tensor.addr_))
