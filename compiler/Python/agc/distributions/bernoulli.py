"""One or zero, and what distributions of classes share: probabilities, or their logits."""
import math

import agc
from agc._modes import enable_grad, no_grad
from agc._sizes import Size
from agc.distributions import constraints
from agc.distributions.distribution import Distribution, alike
from agc.nn import functional as F


def clamped(probs):
    """Probabilities whose logarithms are finite."""
    eps = agc.finfo(probs.dtype).eps
    return probs.clamp(min=eps, max=1 - eps)


class Bernoulli(Distribution):
    """One with a probability, else zero."""

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.boolean
    has_enumerate_support = True

    def __init__(self, probs=None, logits=None, validate_args=None):
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        name, given = ("probs", probs) if logits is None else ("logits", logits)
        self.__dict__[name], = alike(given)
        self._name = name
        super().__init__(self.__dict__[name].shape, validate_args=validate_args)

    def __getattr__(self, name):
        if name not in ("probs", "logits"):
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        with enable_grad():  # who asks first may draw, and others differentiate
            if name == "probs":
                self.probs = agc.sigmoid(self.logits)
            else:
                kept = clamped(self.probs)
                self.logits = agc.log(kept) - agc.log1p(-kept)
        return self.__dict__[name]

    param_shape = property(lambda self: self.__dict__[self._name].shape)
    mean = property(lambda self: self.probs)
    variance = property(lambda self: self.probs * (1 - self.probs))

    @property
    def mode(self):
        found = (self.probs >= 0.5).to(self.probs)
        return agc.where(self.probs == 0.5, math.nan, found)

    def expand(self, batch_shape, _instance=None):
        return Bernoulli(**{self._name: self.__dict__[self._name].expand(Size(batch_shape))}, validate_args=False)

    def sample(self, sample_shape=Size()):
        with no_grad():
            return agc.bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value):
        self._validate_sample(value)
        logits, value = agc.broadcast_tensors(self.logits, value)
        return -F.binary_cross_entropy_with_logits(logits, value, reduction="none")

    def entropy(self):
        return F.binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")

    def enumerate_support(self, expand=True):
        values = agc.arange(2, dtype=self.__dict__[self._name].dtype)
        values = values.view([-1] + [1] * len(self._batch_shape))
        return values.expand([-1, *self._batch_shape]) if expand else values
