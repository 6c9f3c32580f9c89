"""Distributions of counts."""
import math

import agc
from agc import _random
from agc._modes import no_grad
from agc._sizes import Size
from agc.distributions import constraints
from agc.distributions.bernoulli import Bernoulli
from agc.distributions.categorical import Categorical
from agc.distributions.continuous import _Located
from agc.distributions.distribution import Distribution, alike
from agc.nn import functional as F


class Poisson(_Located):
    """How many events come, at a rate."""

    arg_constraints, has_rsample = {"rate": constraints.nonnegative}, False
    support = constraints.nonnegative_integer

    def __init__(self, rate, validate_args=None):
        super().__init__(validate_args, rate=rate)

    mean = variance = property(lambda self: self.rate)
    mode = property(lambda self: self.rate.floor())

    def sample(self, sample_shape=Size()):
        with no_grad():
            return _random.poisson(self.rate.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value):
        self._validate_sample(value)
        rate, value = alike(self.rate, value)
        return value.xlogy(rate) - rate - (value + 1).lgamma()


class Geometric(Bernoulli):
    """How many trials fail before the first that does not."""

    support, has_enumerate_support = constraints.nonnegative_integer, False
    mean = property(lambda self: 1.0 / self.probs - 1.0)
    mode = property(lambda self: agc.zeros_like(self.probs))
    variance = property(lambda self: (1.0 / self.probs - 1.0) / self.probs)

    def expand(self, batch_shape, _instance=None):
        return Geometric(**{self._name: self.__dict__[self._name].expand(Size(batch_shape))}, validate_args=False)

    def sample(self, sample_shape=Size()):
        with no_grad():
            drawn = agc.empty(self._extended_shape(sample_shape), dtype=self.probs.dtype)
            drawn.uniform_(agc.finfo(self.probs.dtype).tiny, 1)
            return (drawn.log() / (-self.probs).log1p()).floor()

    def log_prob(self, value):
        self._validate_sample(value)
        value, probs = alike(value, self.probs)
        return value * (-agc.where((probs == 1) & (value == 0), 0, probs)).log1p() + self.probs.log()

    def entropy(self):
        return F.binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none") / self.probs

    def enumerate_support(self, expand=True):
        self._given("enumerate_support")


class Binomial(Distribution):
    """How many of some trials do not fail."""

    arg_constraints = {"total_count": constraints.nonnegative_integer, **Bernoulli.arg_constraints}
    has_enumerate_support = True

    def __init__(self, total_count=1, probs=None, logits=None, validate_args=None):
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        self._name, given = ("probs", probs) if logits is None else ("logits", logits)
        self._most = total_count if isinstance(total_count, int) else None
        total_count, given = alike(total_count, given)
        self._trial = Bernoulli(**{self._name: given}, validate_args=False)
        self.total_count, self.__dict__[self._name] = total_count.type_as(given), given
        super().__init__(given.shape, validate_args=validate_args)

    def __getattr__(self, name):
        if name not in ("probs", "logits"):
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        self.__dict__[name] = getattr(self._trial, name)
        return self.__dict__[name]

    support = property(lambda self: constraints.integer_interval(0, self.total_count))
    param_shape = property(lambda self: self._trial.param_shape)
    mean = property(lambda self: self.total_count * self.probs)
    mode = property(lambda self: agc.minimum(((self.total_count + 1) * self.probs).floor(), self.total_count))
    variance = property(lambda self: self.total_count * self.probs * (1 - self.probs))

    def expand(self, batch_shape, _instance=None):
        shape = Size(batch_shape)
        return Binomial(self.total_count.expand(shape), **{self._name: self.__dict__[self._name].expand(shape)},
                        validate_args=False)

    def log_prob(self, value):
        self._validate_sample(value)
        n, logits = self.total_count, self.logits
        above_zero = (logits.clamp(min=0) + logits - logits.clamp(max=0)) / 2
        norm = n * above_zero + n * agc.log1p(agc.exp(-agc.abs(logits))) - agc.lgamma(n + 1)
        return value * logits - agc.lgamma(value + 1) - agc.lgamma(n - value + 1) - norm

    def sample(self, sample_shape=()):
        raise NotImplementedError("Binomial.sample() is not in agc yet, as torch.binomial is not")

    def enumerate_support(self, expand=True):
        count = int(self.total_count.max()) if self._most is None else self._most
        if self._most is None and self.total_count.min() != count:
            raise NotImplementedError("Inhomogeneous total count not supported by `enumerate_support`.")
        values = agc.arange(1 + count, dtype=self.__dict__[self._name].dtype).view([-1] + [1] * len(self._batch_shape))
        return values.expand([-1, *self._batch_shape]) if expand else values

    def entropy(self):
        log = self.log_prob(self.enumerate_support(False))
        return -(agc.exp(log) * log).sum(0)


class Multinomial(Distribution):
    """How often each of several classes comes in some trials."""

    arg_constraints = Categorical.arg_constraints

    def __init__(self, total_count=1, probs=None, logits=None, validate_args=None):
        if not isinstance(total_count, int):
            raise NotImplementedError("inhomogeneous total_count is not supported")
        self.total_count, self._categorical = total_count, Categorical(probs, logits)
        shape = self._categorical.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args)

    probs = property(lambda self: self._categorical.probs)
    logits = property(lambda self: self._categorical.logits)
    mean = property(lambda self: self.probs * self.total_count)
    variance = property(lambda self: self.total_count * self.probs * (1 - self.probs))
    support = property(lambda self: constraints.multinomial(self.total_count))

    def expand(self, batch_shape, _instance=None):
        shape = Size(batch_shape) + self.event_shape
        return Multinomial(self.total_count, logits=self.logits.expand(shape), validate_args=False)

    def sample(self, sample_shape=Size()):
        drawn = self._categorical.sample(Size((self.total_count,)) + Size(sample_shape))
        drawn = drawn.permute(*range(1, drawn.dim()), 0)
        counts = drawn.new_zeros(self._extended_shape(sample_shape))
        return counts.scatter_add_(-1, drawn, agc.ones_like(drawn)).type_as(self.probs)

    def log_prob(self, value):
        self._validate_sample(value)
        logits, value = alike(self.logits, value)
        logits = agc.where((value == 0) & (logits == -math.inf), 0, logits)
        return agc.lgamma(value.sum(-1) + 1) - agc.lgamma(value + 1).sum(-1) + (logits * value).sum(-1)

    def entropy(self):
        trials = Binomial(self.total_count, self.probs)
        counts = trials.enumerate_support(expand=False)[1:]
        each = agc.exp(trials.log_prob(counts)) * agc.lgamma(counts + 1)
        factorial = agc.lgamma(agc.tensor(self.total_count) + 1)
        return self.total_count * self._categorical.entropy() - factorial + each.sum([0, -1])
