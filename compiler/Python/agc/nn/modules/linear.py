"""Products with weights."""
import math

import agc
from agc.nn import functional as F
from agc.nn import init
from agc.nn.modules.module import Module
from agc.nn.parameter import Parameter


def _empty(*shape, device=None, dtype=None):
    return Parameter(agc.empty(*shape, device=device, dtype=dtype))


def _register(module, bias, out_features, *in_features, device, dtype):
    """A module's weight, outputs by inputs, and its bias, which may be left out"""
    module.weight = _empty(out_features, *in_features, device=device, dtype=dtype)
    module.register_parameter("bias", _empty(out_features, device=device, dtype=dtype) if bias else None)
    module.reset_parameters()


class Identity(Module):
    """Returns what it is given."""

    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, input):
        return input


class Linear(Module):
    """input @ weight.T + bias"""

    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        _register(self, bias, out_features, in_features, device=device, dtype=dtype)

    def reset_parameters(self):
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in, _ = init._calculate_fan_in_and_fan_out(self.weight)
            bound = 1 / math.sqrt(fan_in) if fan_in > 0 else 0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input):
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Bilinear(Module):
    """input1 @ weight[k] @ input2 + bias[k] for each k"""

    def __init__(self, in1_features, in2_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        if in1_features <= 0:
            raise ValueError(f"in1_features must be > 0, but got {in1_features}")
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        _register(self, bias, out_features, in1_features, in2_features, device=device, dtype=dtype)

    def reset_parameters(self):
        bound = 1 / math.sqrt(self.weight.size(1))
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input1, input2):
        return F.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self):
        return (f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
                f"out_features={self.out_features}, bias={self.bias is not None}")
