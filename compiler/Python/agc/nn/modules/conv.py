"""Convolutions as modules."""
import math

import agc
from agc.nn import functional as F
from agc.nn import init
from agc.nn.modules.module import Module
from agc.nn.parameter import Parameter


def _each(value, rank):
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * rank


class _Conv(Module):
    """What convolutions have in common: kernels for each output, and how they move."""

    _rank, _transposed = 1, False

    def __init__(self, in_channels, out_channels, kernel_size, stride, padding, output_padding, dilation, groups, bias,
                 padding_mode, device, dtype):
        super().__init__()
        self._check(in_channels, out_channels, stride, padding, groups, padding_mode)
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride = _each(kernel_size, self._rank), _each(stride, self._rank)
        self.padding = padding if isinstance(padding, str) else _each(padding, self._rank)
        self.dilation, self.groups = _each(dilation, self._rank), groups
        self.output_padding, self.padding_mode = _each(output_padding, self._rank), padding_mode
        first, second = (in_channels, out_channels) if self._transposed else (out_channels, in_channels)
        self.weight = Parameter(agc.empty((first, second // groups, *self.kernel_size), device=device, dtype=dtype))
        made = Parameter(agc.empty(out_channels, device=device, dtype=dtype)) if bias else None
        self.register_parameter("bias", made)
        self.reset_parameters()

    def _check(self, in_channels, out_channels, stride, padding, groups, padding_mode):
        if groups <= 0:
            raise ValueError("groups must be a positive integer")
        if in_channels % groups:
            raise ValueError("in_channels must be divisible by groups")
        if out_channels % groups:
            raise ValueError("out_channels must be divisible by groups")
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(f"Invalid padding string {padding!r}, should be one of {{'valid', 'same'}}")
            if padding == "same" and any(n != 1 for n in _each(stride, self._rank)):
                raise ValueError("padding='same' is not supported for strided convolutions")
        if padding_mode not in ("zeros", "reflect", "replicate", "circular"):
            raise ValueError("padding_mode must be one of {'zeros', 'reflect', 'replicate', 'circular'}, but got "
                             f"padding_mode='{padding_mode}'")
        if self._transposed and padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}')

    def reset_parameters(self):
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in, _ = init._calculate_fan_in_and_fan_out(self.weight)
            if fan_in != 0:
                bound = 1 / math.sqrt(fan_in)
                init.uniform_(self.bias, -bound, bound)

    def extra_repr(self):
        text = (f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}")
        for name, default in (("padding", (0,) * self._rank), ("dilation", (1,) * self._rank),
                              ("output_padding", (0,) * self._rank), ("groups", 1)):
            value = getattr(self, name)
            if value != default:
                text += f", {name}={value}"
        text += "" if self.bias is not None else ", bias=False"
        return text + ("" if self.padding_mode == "zeros" else f", padding_mode={self.padding_mode}")


class _Forward(_Conv):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,
                 padding_mode="zeros", device=None, dtype=None):
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, 0, dilation, groups, bias, padding_mode,
                         device, dtype)

    def _margins(self):
        """How far each dim is padded before and after it, the last dim first."""
        if self.padding == "valid":
            return [0, 0] * self._rank
        if self.padding == "same":
            whole = [d * (size - 1) for d, size in zip(self.dilation, self.kernel_size)]
            return [n for total in reversed(whole) for n in (total // 2, total - total // 2)]
        return [n for n in reversed(self.padding) for _ in (0, 1)]

    def forward(self, input):
        function = (F.conv1d, F.conv2d, F.conv3d)[self._rank - 1]
        if self.padding_mode == "zeros":
            return function(input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)
        input = F.pad(input, self._margins(), self.padding_mode)
        return function(input, self.weight, self.bias, self.stride, 0, self.dilation, self.groups)


class _Transposed(_Conv):
    _transposed = True

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=True,
                 dilation=1, padding_mode="zeros", device=None, dtype=None):
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, output_padding, dilation, groups, bias,
                         padding_mode, device, dtype)

    def forward(self, input, output_size=None):
        function = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[self._rank - 1]
        more = self.output_padding if output_size is None else self._more(input, list(output_size)[-self._rank:])
        return function(input, self.weight, self.bias, self.stride, self.padding, more, self.groups, self.dilation)

    def _more(self, input, output_size):
        """The output_padding that gives a size."""
        found = []
        for i, wanted in enumerate(output_size):
            extent = input.size(input.dim() - self._rank + i)
            least = ((extent - 1) * self.stride[i] - 2 * self.padding[i] +
                     self.dilation[i] * (self.kernel_size[i] - 1) + 1)
            if not least <= wanted < least + self.stride[i]:
                raise ValueError(f"requested an output size of {list(output_size)}, but dim {i} is between {least} and "
                                 f"{least + self.stride[i] - 1}")
            found.append(wanted - least)
        return found


class Conv1d(_Forward):
    """Products of windows of rows with kernels."""


class Conv2d(_Forward):
    """Products of windows of images with kernels."""

    _rank = 2


class Conv3d(_Forward):
    """Products of windows of volumes with kernels."""

    _rank = 3


class ConvTranspose1d(_Transposed):
    """The gradient of Conv1d by its input, as a layer."""


class ConvTranspose2d(_Transposed):
    """The gradient of Conv2d by its input, as a layer."""

    _rank = 2


class ConvTranspose3d(_Transposed):
    """The gradient of Conv3d by its input, as a layer."""

    _rank = 3


__all__ = ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]
