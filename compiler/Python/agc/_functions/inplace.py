"""In-place forms of functions that no record writes: the result is computed beside the tensor, and copied into it."""
import inspect

from agc import _agc, _dtype, _functions as torch
from agc._functions import both
from agc._node import named
from agc._tensor import Tensor, unlike

_NAMES = """absolute acosh addbmm addmv addr arccos arccosh arcsin arcsinh arctan arctan2 arctanh asinh atanh baddbmm
deg2rad digamma divide eq fix float_power gcd ge greater greater_equal gt i0 lcm ldexp le less less_equal lgamma logical_and
logical_not logical_or logical_xor logit lt mvlgamma nan_to_num ne negative nextafter not_equal rad2deg renorm square
true_divide xlogy""".split()


def _form(name):
    function = getattr(torch, name)

    def written(self, *args, **kwargs):
        others = [x for x in args if isinstance(x, Tensor)]
        _agc.check_write(self, others)
        _agc.check_overlap(self, others, [])
        made = function(self.clone(), *args, **kwargs)
        if unlike(made.shape, self.shape):
            raise RuntimeError(f"output with shape {list(self.shape)} doesn't match the broadcast shape {list(made.shape)}")
        if not _dtype.can_cast(made.dtype, self.dtype):
            raise RuntimeError(f"result type {made.dtype._title} can't be cast to the desired output type "
                               f"{self.dtype._title}")
        node = made.grad_fn
        self.copy_(made)
        return named(self, node.name()) if node is not None else self
    written.__signature__ = inspect.signature(function)
    written.__name__, written.__doc__ = name + "_", f"{name}() in place."
    return both(written)


for _name in _NAMES:
    if not hasattr(Tensor, _name + "_"):
        _form(_name)
