"""Dropout as modules."""
from agc.nn import functional as F
from agc.nn.modules.module import Module


class _Dropout(Module):
    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def forward(self, input):
        return type(self)._function(input, self.p, self.training, self.inplace)

    def extra_repr(self):
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """In training, elements become 0 with probability p."""

    _function = staticmethod(F.dropout)


class Dropout1d(_Dropout):
    """In training, whole channels become 0."""

    _function = staticmethod(F.dropout1d)


class Dropout2d(_Dropout):
    """In training, whole channels become 0."""

    _function = staticmethod(F.dropout2d)


class Dropout3d(_Dropout):
    """In training, whole channels become 0."""

    _function = staticmethod(F.dropout3d)


class AlphaDropout(_Dropout):
    """Dropout for selu."""

    def forward(self, input):
        return F.alpha_dropout(input, self.p, self.training)
