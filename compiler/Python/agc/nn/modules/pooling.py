"""Pooling as modules."""
from agc.nn import functional as F
from agc.nn.modules.module import Module


class _Pool(Module):
    """A window's size and how it moves."""

    def _of(self, kernel_size, stride, padding):
        self.kernel_size, self.padding = kernel_size, padding
        self.stride = kernel_size if stride is None else stride

    def _function(self):
        """The function of the module's name: MaxPool2d is max_pool2d."""
        name = type(self).__name__
        return getattr(F, self._prefix + name[len(name) - 2:])


class _MaxPool(_Pool):
    _prefix = "max_pool"

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False):
        super().__init__()
        self._of(kernel_size, stride, padding)
        self.dilation, self.return_indices, self.ceil_mode = dilation, return_indices, ceil_mode

    def forward(self, input):
        return self._function()(input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode,
                                self.return_indices)

    def extra_repr(self):
        return (f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}, "
                f"ceil_mode={self.ceil_mode}")


class _AvgPool(_Pool):
    _prefix = "avg_pool"

    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
        super().__init__()
        self._of(kernel_size, stride, padding)
        self.ceil_mode, self.count_include_pad, self.divisor_override = ceil_mode, count_include_pad, divisor_override

    def forward(self, input):
        return self._function()(input, self.kernel_size, self.stride, self.padding, self.ceil_mode,
                                self.count_include_pad, self.divisor_override)

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(_Pool):
    """The mean of each window of rows."""

    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        super().__init__()
        numbers = [n if isinstance(n, (tuple, list)) else (n,) for n in
                   (kernel_size, kernel_size if stride is None else stride, padding)]
        self._of(*numbers)
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, input):
        return F.avg_pool1d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _LPPool(_Pool):
    _prefix = "lp_pool"

    def __init__(self, norm_type, kernel_size, stride=None, ceil_mode=False):
        super().__init__()
        self.norm_type, self.kernel_size, self.stride, self.ceil_mode = norm_type, kernel_size, stride, ceil_mode

    def forward(self, input):
        return self._function()(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)

    def extra_repr(self):
        return (f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
                f"ceil_mode={self.ceil_mode}")


class _AdaptiveAvgPool(_Pool):
    _prefix = "adaptive_avg_pool"

    def __init__(self, output_size):
        super().__init__()
        self.output_size = output_size

    def forward(self, input):
        return self._function()(input, self.output_size)

    def extra_repr(self):
        return f"output_size={self.output_size}"


class _AdaptiveMaxPool(_Pool):
    _prefix = "adaptive_max_pool"

    def __init__(self, output_size, return_indices=False):
        super().__init__()
        self.output_size, self.return_indices = output_size, return_indices

    def forward(self, input):
        return self._function()(input, self.output_size, self.return_indices)

    def extra_repr(self):
        return f"output_size={self.output_size}"


class _MaxUnpool(Module):
    """What max pooling took, put back where it stood."""

    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        rank = int(type(self).__name__[-2])
        self.kernel_size, self.stride, self.padding = (
            tuple(n) if isinstance(n, (tuple, list)) else (n,) * rank
            for n in (kernel_size, kernel_size if stride is None else stride, padding))

    def forward(self, input, indices, output_size=None):
        unpool = getattr(F, f"max_unpool{len(self.kernel_size)}d")
        return unpool(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


def _classes():
    """Each kind for the ranks that torch has it for."""
    for base, ranks in ((_MaxPool, (1, 2, 3)), (_MaxUnpool, (1, 2, 3)), (_AvgPool, (2, 3)), (_LPPool, (1, 2)),
                        (_AdaptiveAvgPool, (1, 2, 3)), (_AdaptiveMaxPool, (1, 2, 3))):
        for rank in ranks:
            name = f"{base.__name__[1:]}{rank}d"
            yield name, type(name, (base,), {"__module__": __name__, "__doc__": f"{base.__name__[1:]} over {rank} dims."})


globals().update(_classes())
__all__ = ["AvgPool1d", *(name for name, _ in _classes())]
