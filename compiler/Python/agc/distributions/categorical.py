"""One of several classes, by number or as a 1 at its place."""
import math

import agc
from agc._modes import enable_grad, no_grad
from agc._sizes import Size
from agc.distributions import constraints
from agc.distributions.bernoulli import clamped
from agc.distributions.distribution import Distribution
from agc.nn import functional as F


class Categorical(Distribution):
    """A class's number, with probabilities along the last dim."""

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    has_enumerate_support = True

    def __init__(self, probs=None, logits=None, validate_args=None):
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        self._name, given = ("probs", probs) if logits is None else ("logits", logits)
        if given.dim() < 1:
            raise ValueError(f"`{self._name}` parameter must be at least one-dimensional.")
        made = given / given.sum(-1, keepdim=True) if logits is None else given - given.logsumexp(dim=-1, keepdim=True)
        self.__dict__[self._name] = made
        self._num_events = made.size(-1)
        super().__init__(made.shape[:-1], validate_args=validate_args)

    def __getattr__(self, name):
        if name not in ("probs", "logits"):
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        with enable_grad():
            if name == "probs":
                self.probs = F.softmax(self.logits, dim=-1)
            else:
                self.logits = agc.log(clamped(self.probs))
        return self.__dict__[name]

    support = property(lambda self: constraints.integer_interval(0, self._num_events - 1))
    param_shape = property(lambda self: self.__dict__[self._name].shape)
    mode = property(lambda self: self.probs.argmax(dim=-1))
    mean = property(lambda self: agc.full(self._extended_shape(), math.nan, dtype=self.probs.dtype))
    variance = property(lambda self: agc.full(self._extended_shape(), math.nan, dtype=self.probs.dtype))

    def expand(self, batch_shape, _instance=None):
        shape = Size(batch_shape) + Size((self._num_events,))
        return Categorical(**{self._name: self.__dict__[self._name].expand(shape)}, validate_args=False)

    def sample(self, sample_shape=Size()):
        count = math.prod(sample_shape)
        with no_grad():
            rows = self.probs.reshape(-1, self._num_events)
            return agc.multinomial(rows, count, True).T.reshape(self._extended_shape(sample_shape))

    def log_prob(self, value):
        self._validate_sample(value)
        value, logits = agc.broadcast_tensors(value.long().unsqueeze(-1), self.logits)
        return logits.gather(-1, value[..., :1]).squeeze(-1)

    def entropy(self):
        logits = agc.clamp(self.logits, min=agc.finfo(self.logits.dtype).min)
        return -(logits * self.probs).sum(-1)

    def enumerate_support(self, expand=True):
        values = agc.arange(self._num_events).view([-1] + [1] * len(self._batch_shape))
        return values.expand([-1, *self._batch_shape]) if expand else values



class OneHotCategorical(Distribution):
    """A 1 at a class's place."""

    support = constraints.one_hot

    def __init__(self, probs=None, logits=None, validate_args=None):
        self._categorical = Categorical(probs, logits)
        shape = self._categorical.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args)

    probs = mean = property(lambda self: self._categorical.probs)
    logits = property(lambda self: self._categorical.logits)
    variance = property(lambda self: self.probs * (1 - self.probs))

    @property
    def mode(self):
        return F.one_hot(self.probs.argmax(-1), self._event_shape[-1]).to(self.probs)

    def sample(self, sample_shape=Size()):
        return F.one_hot(self._categorical.sample(sample_shape), self._event_shape[-1]).to(self.probs)

    def log_prob(self, value):
        self._validate_sample(value)
        return self._categorical.log_prob(value.argmax(-1))

    def entropy(self):
        return self._categorical.entropy()

    def __repr__(self):
        return "OneHotCategorical()"
