"""Normalisation of each channel of each row."""
from agc.nn import functional as F
from agc.nn.modules.batchnorm import _BatchNorm


class _InstanceNorm(_BatchNorm):
    """Mean 0 and variance 1 over each channel of each row."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None,
                 dtype=None, *, bias=True):
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)

    def forward(self, input):
        if input.dim() not in self._ranks:
            raise ValueError(f"expected {self._ranks[0]}D or {self._ranks[1]}D input (got {input.dim()}D input)")
        batch = input if input.dim() == self._ranks[1] else input.unsqueeze(0)
        result = F.instance_norm(batch, self.running_mean, self.running_var, self.weight, self.bias,
                                 self.training or not self.track_running_stats, self.momentum, self.eps)
        return result if batch is input else result.squeeze(0)


class InstanceNorm1d(_InstanceNorm):
    """Instance normalisation of channels of rows."""

    _ranks = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """Instance normalisation of images."""

    _ranks = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """Instance normalisation of volumes."""

    _ranks = (4, 5)
