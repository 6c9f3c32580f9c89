"""Padding as modules."""
from agc.nn import functional as F
from agc.nn.modules.module import Module


class _Pad(Module):
    """F.pad in a mode; one number stands for every side."""

    _mode, _sides = "constant", 2

    def __init__(self, padding):
        super().__init__()
        self.padding = (padding,) * self._sides if isinstance(padding, int) else tuple(padding)

    def forward(self, input):
        return F.pad(input, self.padding, self._mode, getattr(self, "value", None))

    def extra_repr(self):
        return f"{self.padding}"


class _CircularPad(_Pad):
    def forward(self, input):
        rank = self._sides // 2
        if input.dim() not in (rank + 1, rank + 2):
            raise ValueError(f"expected {rank + 1}D or {rank + 2}D input (got {input.dim()}D input)")
        return super().forward(input)


class _ConstantPad(_Pad):
    def __init__(self, padding, value):
        super().__init__(padding)
        self.value = value

    def extra_repr(self):
        return f"padding={self.padding}, value={self.value}"


def _classes():
    """Each kind for one, two and three dims."""
    for kind, base, mode in (("CircularPad", _CircularPad, "circular"), ("ConstantPad", _ConstantPad, "constant"),
                             ("ReflectionPad", _Pad, "reflect"), ("ReplicationPad", _Pad, "replicate"),
                             ("ZeroPad", _Pad, "constant")):
        for rank in (1, 2, 3):
            name = f"{kind}{rank}d"
            yield name, type(name, (base,), {"_mode": mode, "_sides": 2 * rank, "__module__": __name__,
                                             "__doc__": f"{rank} dims grown on both sides, mode {mode}"})


globals().update(_classes())
