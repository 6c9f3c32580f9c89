"""Activations as modules: each calls a function with its attributes."""
import agc
from agc.nn import functional as F
from agc.nn import init
from agc.nn.modules.module import Module
from agc.nn.parameter import Parameter


class Activation(Module):
    """A module whose attributes are a function's arguments."""

    _function, _defaults, _shown = None, {}, ()

    def forward(self, input):
        return type(self)._function(input, **{name: getattr(self, name) for name in self._defaults})

    def extra_repr(self):
        if self._shown == "value":
            return ", ".join(str(getattr(self, name)) for name in self._defaults)
        parts = [f"{name}={getattr(self, name)}" for name in self._shown if name != "inplace"]
        return ", ".join(parts + (["inplace=True"] if "inplace" in self._shown and self.inplace else []))


def _activation(name, function, shown=None, **defaults):
    """The class of an activation: parameters with their defaults, and which of them it prints."""

    lines = [f"def __init__(self{''.join(f', {key}={value!r}' for key, value in defaults.items())}):",
             "    Module.__init__(self)", *(f"    self.{key} = {key}" for key in defaults)]
    made = {"Module": Module, "__name__": __name__}
    exec("\n".join(lines), made)
    made["__init__"].__qualname__ = f"{name}.__init__"
    return type(name, (Activation,), {
        "__init__": made["__init__"], "__doc__": function.__doc__, "__module__": __name__, "_defaults": defaults,
        "_function": staticmethod(function), "_shown": tuple(defaults) if shown is None else shown})


CELU = _activation("CELU", F.celu, alpha=1.0, inplace=False)
ELU = _activation("ELU", F.elu, alpha=1.0, inplace=False)
GLU = _activation("GLU", F.glu, dim=-1)
Hardshrink = _activation("Hardshrink", F.hardshrink, shown="value", lambd=0.5)
Hardsigmoid = _activation("Hardsigmoid", F.hardsigmoid, shown=(), inplace=False)
Hardswish = _activation("Hardswish", F.hardswish, shown=(), inplace=False)
LeakyReLU = _activation("LeakyReLU", F.leaky_relu, negative_slope=0.01, inplace=False)
LogSigmoid = _activation("LogSigmoid", F.logsigmoid)
Mish = _activation("Mish", F.mish, inplace=False)
ReLU = _activation("ReLU", F.relu, inplace=False)
SELU = _activation("SELU", F.selu, inplace=False)
SiLU = _activation("SiLU", F.silu, inplace=False)
Sigmoid = _activation("Sigmoid", F.sigmoid)
Softplus = _activation("Softplus", F.softplus, beta=1.0, threshold=20.0)
Softshrink = _activation("Softshrink", F.softshrink, shown="value", lambd=0.5)
Softsign = _activation("Softsign", F.softsign)
Tanh = _activation("Tanh", F.tanh)
Tanhshrink = _activation("Tanhshrink", F.tanhshrink)
LogSoftmax = _activation("LogSoftmax", F.log_softmax, dim=None)
Softmax = _activation("Softmax", F.softmax, dim=None)
Softmin = _activation("Softmin", F.softmin, dim=None)


class GELU(Module):
    """input times the normal distribution's share below it"""

    def __init__(self, approximate="none"):
        super().__init__()
        self.approximate = approximate

    def forward(self, input):
        return F.gelu(input, approximate=self.approximate)

    def extra_repr(self):
        return f"approximate={self.approximate!r}"


class Hardtanh(Module):
    """input between two bounds"""

    def __init__(self, min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None):
        super().__init__()
        self.min_val = min_val if min_value is None else min_value
        self.max_val = max_val if max_value is None else max_value
        self.inplace = inplace
        if self.max_val <= self.min_val:
            raise AssertionError(f"max_val must be larger than min_val, got {self.max_val} <= {self.min_val}")

    def forward(self, input):
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self):
        return f"min_val={self.min_val}, max_val={self.max_val}" + (", inplace=True" if self.inplace else "")


class ReLU6(Hardtanh):
    """input between 0 and 6"""

    def __init__(self, inplace=False):
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self):
        return "inplace=True" if self.inplace else ""


class Threshold(Module):
    """input where it is greater than a threshold, else a value"""

    def __init__(self, threshold, value, inplace=False):
        super().__init__()
        self.threshold, self.value, self.inplace = threshold, value, inplace

    def forward(self, input):
        return F.threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self):
        return f"threshold={self.threshold}, value={self.value}" + (", inplace=True" if self.inplace else "")


class PReLU(Module):
    """leaky_relu with learned slopes"""

    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None):
        super().__init__()
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(agc.empty(num_parameters, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self):
        init.constant_(self.weight, self.init)

    def forward(self, input):
        return F.prelu(input, self.weight)

    def extra_repr(self):
        return f"num_parameters={self.num_parameters}"


class Softmax2d(Module):
    """softmax over the channels of each place of an image"""

    def forward(self, input):
        if input.dim() not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got {input.dim()}D instead")
        return F.softmax(input, -3)
