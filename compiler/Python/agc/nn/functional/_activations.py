"""Activations, and softmax with its kin."""
import math

from agc import _dtype, _functions, _modes, _ops
from agc._node import named, node
from agc._sizes import require
from agc._warnings import warn

__all__ = ["celu", "celu_", "elu", "elu_", "gelu", "glu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh",
           "hardtanh_", "leaky_relu", "leaky_relu_", "log_softmax", "logsigmoid", "mish", "prelu", "relu", "relu6",
           "relu_", "selu", "selu_", "sigmoid", "silu", "softmax", "softmin", "softplus", "softshrink", "softsign",
           "tanh", "tanhshrink", "threshold", "threshold_"]

_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


def _unary(record, input, inplace, *parameters):
    """A record's function, or its write into the input."""
    return getattr(_ops, record + "_" if inplace else record)(input, *parameters)


def _composed(function, input, inplace):
    """What a function makes of the input, written into it where that was asked for: then of a copy of it, since the
    gradient needs what was there."""
    return input.copy_(function(input.clone())) if inplace else function(input)


def _of_floats(kernel, input):
    """The input of what PyTorch has no kernel of integers for, although its steps have one."""
    if not input.is_floating_point():
        raise NotImplementedError(f'"{kernel}" not implemented for \'{input.dtype._title}\'')
    return input


def relu(input, inplace=False):
    """max(input, 0)"""
    return _functions.relu_(input) if inplace else _functions.relu(input)


def relu_(input):
    return relu(input, True)


def leaky_relu(input, negative_slope=0.01, inplace=False):
    """input where it is positive, else negative_slope * input"""
    return _unary("leaky_relu", input, inplace, negative_slope)


def leaky_relu_(input, negative_slope=0.01):
    return _unary("leaky_relu", input, True, negative_slope)


def prelu(input, weight):
    """leaky_relu with learned slopes: one, or one for each channel (dim 1)"""
    if weight.dim() > 1:
        raise RuntimeError(f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.dim()}")
    if weight.numel() != 1:
        if input.dim() == 0:
            raise RuntimeError("Not allow zero-dim input tensor.")
        channels = input.size(1) if input.dim() > 1 else 1
        if channels != weight.numel():
            raise RuntimeError(f"Mismatch of parameter numbers and input channel size. Found parameter numbers = "
                               f"{weight.numel()} and channel size = {channels}.")
    if input.dim() > 1:
        weight = weight.reshape([1, -1] + [1] * (input.dim() - 2))
    elif input.dim() == 0:
        weight = weight.reshape([])
    return _ops.prelu_kernel(input, weight)


def elu(input, alpha=1.0, inplace=False):
    """input where it is positive, else alpha * (exp(input) - 1)"""
    return _unary("elu", input, inplace, alpha)


def elu_(input, alpha=1.0):
    return _unary("elu", input, True, alpha)


def selu(input, inplace=False):
    """The self-normalising elu."""
    return _unary("elu", input, inplace, _SELU_ALPHA, _SELU_SCALE)


def selu_(input):
    return selu(input, True)


def celu(input, alpha=1.0, inplace=False):
    """input where it is positive, else alpha * (exp(input / alpha) - 1)"""
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return named(_unary("elu", input, inplace, alpha, 1.0, 1.0 / alpha), f"CeluBackward{int(inplace)}")


def celu_(input, alpha=1.0):
    return celu(input, alpha, True)


def gelu(input, *, approximate="none"):
    """input times the normal distribution's share below it"""
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    return _ops.gelu(input, approximate)


def silu(input, inplace=False):
    """input * sigmoid(input)"""
    if input.is_complex():
        if input.requires_grad and _modes.is_grad_enabled():
            raise RuntimeError("silu does not support automatic differentiation for outputs with complex dtype.")
        return _composed(lambda x: x / (_ops.exp(-x) + 1), input, inplace)
    return _unary("silu", input, inplace)


def mish(input, inplace=False):
    """input * tanh(softplus(input))"""
    return _unary("mish", input, inplace)


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    """input between two bounds"""
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    if input.dtype is _dtype.bool:
        raise RuntimeError("Bool inputs not supported for hardtanh")
    if not input.is_floating_point() and not input.is_complex():
        min_val, max_val = int(min_val), int(max_val)
        if input.dtype is _dtype.uint8 and (min_val < 0 or max_val < 0):
            raise RuntimeError("cannot do hardtanh on an unsigned type with negative limits")
    return _unary("hardtanh", input, inplace, min_val, max_val)


def hardtanh_(input, min_val=-1.0, max_val=1.0):
    return hardtanh(input, min_val, max_val, True)


def relu6(input, inplace=False):
    """input between 0 and 6"""
    return hardtanh(input, 0.0, 6.0, inplace)


def hardsigmoid(input, inplace=False):
    """relu6(input + 3) / 6"""
    return _unary("hardsigmoid", input, inplace)


def hardswish(input, inplace=False):
    """input * relu6(input + 3) / 6"""
    return _unary("hardswish", input, inplace)


def hardshrink(input, lambd=0.5):
    """input outside of [-lambd, lambd], else 0"""
    return _ops.hardshrink(input, lambd)


def softshrink(input, lambd=0.5):
    """input moved towards 0 by lambd, and no further"""
    _dtype.check_kernel("softshrink_check", input, "float")
    most = _dtype.finfo(input.dtype).max
    if not 0 <= lambd <= most:
        raise RuntimeError(f"lambda must be in range [0, {most:g}] for input dtype {input.dtype._title}, but found {lambd:g}")
    return _ops.softshrink(input, lambd)


def threshold(input, threshold, value, inplace=False):
    """input where it is greater than threshold, else value"""
    if not input.is_floating_point() and not input.is_complex():
        threshold, value = math.trunc(threshold), math.trunc(value)
    return _unary("threshold", input, inplace, threshold, value)


def threshold_(input, threshold, value):
    return _unary("threshold", input, True, threshold, value)


def sigmoid(input):
    return _ops.sigmoid(input)


def tanh(input):
    return _ops.tanh(input)


def logsigmoid(input):
    """log(sigmoid(input))"""
    return _ops.log_sigmoid(input)


def softplus(input, beta=1, threshold=20):
    """log(1 + exp(beta * input)) / beta; input itself above the threshold"""
    return _ops.softplus(input, beta, threshold)


def softsign(input):
    """input / (1 + abs(input))"""
    return input / (_ops.abs(input) + 1)


def tanhshrink(input):
    """input - tanh(input)"""
    return input - _ops.tanh(input)


@node("GluBackward0", saves="input")
def glu(input, dim=-1):
    """One half of a dim times the sigmoid of the other"""
    if input.dim() == 0:
        raise RuntimeError("glu does not support 0-dimensional tensors")
    extent = input.size(dim)
    require(extent % 2, "==", 0, f"Halving dimension must be even, but dimension {dim % input.dim()} is size {extent}")
    left, right = (_of_floats("glu_cpu", input)._narrow(dim, start, extent // 2) for start in (0, extent // 2))
    return left * _ops.sigmoid(right)


# ---------------------------------------------------------------- along a dim

def _chosen_dim(name, input, dim):
    """The dim of softmax, guessed with a warning where it is not given."""
    if dim is not None:
        return dim
    warn(f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an "
         "argument.")
    return 0 if input.dim() in (0, 1, 3) else 1


def _converted(input, dtype):
    return input if dtype is None else input.to(dtype)


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    """exp(input), normalised along a dim"""
    return _ops.softmax(_converted(input, dtype), _chosen_dim("softmax", input, dim))


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    """softmax(-input)"""
    dim = _chosen_dim("softmin", input, dim)
    return _ops.softmax(_converted(-input, dtype), dim)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    """log(softmax(input))"""
    return _ops.log_softmax(_converted(input, dtype), _chosen_dim("log_softmax", input, dim))
