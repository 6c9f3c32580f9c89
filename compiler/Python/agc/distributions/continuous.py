"""Distributions of real numbers that have a location or a scale."""
import math

import agc
from agc._modes import no_grad
from agc._sizes import Size
from agc._tensor import forbid
from agc.distributions import constraints
from agc.distributions.distribution import Distribution, alike


class _Located(Distribution):
    """Parameters of one shape, and events of no dim."""

    has_rsample = True
    support = constraints.real

    def __init__(self, validate_args=None, **parameters):
        values = alike(*parameters.values())
        self.__dict__.update(zip(parameters, values))
        super().__init__(values[0].shape, validate_args=validate_args)

    def expand(self, batch_shape, _instance=None):
        parameters = {name: getattr(self, name).expand(Size(batch_shape)) for name in self.arg_constraints}
        return type(self)(**parameters, validate_args=False)

    def _kind(self):
        return dict(dtype=getattr(self, next(iter(self.arg_constraints))).dtype)


class Normal(_Located):
    """The normal distribution of a mean and a standard deviation."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}

    def __init__(self, loc, scale, validate_args=None):
        super().__init__(validate_args, loc=loc, scale=scale)

    mean = mode = property(lambda self: self.loc)
    stddev = property(lambda self: self.scale)
    variance = property(lambda self: self.stddev.pow(2))

    def sample(self, sample_shape=Size()):
        shape = self._extended_shape(sample_shape)
        with no_grad():
            return agc.normal(self.loc.expand(shape), self.scale.expand(shape))

    def rsample(self, sample_shape=Size()):
        return self.loc + agc.randn(self._extended_shape(sample_shape), **self._kind()) * self.scale

    def log_prob(self, value):
        self._validate_sample(value)
        return -((value - self.loc) ** 2) / (2 * self.scale ** 2) - self.scale.log() - math.log(math.sqrt(2 * math.pi))

    def cdf(self, value):
        self._validate_sample(value)
        return 0.5 * (1 + agc.erf((value - self.loc) * self.scale.reciprocal() / math.sqrt(2)))

    def icdf(self, value):
        return self.loc + self.scale * agc.erfinv(2 * value - 1) * math.sqrt(2)

    def entropy(self):
        return 0.5 + 0.5 * math.log(2 * math.pi) + agc.log(self.scale)


class LogNormal(_Located):
    """The distribution of numbers whose logarithm is normal."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.positive

    def __init__(self, loc, scale, validate_args=None):
        super().__init__(validate_args, loc=loc, scale=scale)
        self.base_dist = Normal(loc, scale, validate_args)

    mean = property(lambda self: (self.loc + self.scale.pow(2) / 2).exp())
    mode = property(lambda self: (self.loc - self.scale.square()).exp())
    variance = property(lambda self: agc.expm1(self.scale.pow(2)) * (2 * self.loc + self.scale.pow(2)).exp())

    def rsample(self, sample_shape=Size()):
        return self.base_dist.rsample(sample_shape).exp()

    def sample(self, sample_shape=Size()):
        return self.base_dist.sample(sample_shape).exp()

    def log_prob(self, value):
        self._validate_sample(value)
        log = value.log()
        return 0.0 - log + self.base_dist.log_prob(log)

    def cdf(self, value):
        self._validate_sample(value)
        return self.base_dist.cdf(value.log())

    def icdf(self, value):
        return self.base_dist.icdf(value).exp()

    def entropy(self):
        return self.base_dist.entropy() + self.loc

    def __repr__(self):
        return "LogNormal()"


class Uniform(_Located):
    """Numbers of [low, high), each as likely."""

    arg_constraints = {"low": constraints.real, "high": constraints.real}

    def __init__(self, low, high, validate_args=None):
        super().__init__(validate_args, low=low, high=high)
        if self._validate_args:
            forbid(~(self.low < self.high).all(), "Uniform is not defined when low>= high", ValueError)

    support = property(lambda self: constraints.interval(self.low, self.high))
    mean = property(lambda self: (self.high + self.low) / 2)
    stddev = property(lambda self: (self.high - self.low) / 12 ** 0.5)
    variance = property(lambda self: (self.high - self.low).pow(2) / 12)

    def rsample(self, sample_shape=Size()):
        drawn = agc.rand(self._extended_shape(sample_shape), **self._kind())
        return self.low + drawn * (self.high - self.low)

    def log_prob(self, value):
        self._validate_sample(value)
        inside = (self.low <= value).type_as(self.low) * (self.high > value).type_as(self.low)
        return agc.log(inside) - agc.log(self.high - self.low)

    def cdf(self, value):
        self._validate_sample(value)
        return ((value - self.low) / (self.high - self.low)).clamp(min=0, max=1)

    def icdf(self, value):
        return value * (self.high - self.low) + self.low

    def entropy(self):
        return agc.log(self.high - self.low)


class Exponential(_Located):
    """How long to wait for what comes at a rate."""

    arg_constraints = {"rate": constraints.positive}
    support = constraints.nonnegative

    def __init__(self, rate, validate_args=None):
        super().__init__(validate_args, rate=rate)

    mean = stddev = property(lambda self: self.rate.reciprocal())
    mode = property(lambda self: agc.zeros_like(self.rate))
    variance = property(lambda self: self.rate.pow(-2))

    def rsample(self, sample_shape=Size()):
        return agc.empty(self._extended_shape(sample_shape), **self._kind()).exponential_() / self.rate

    def log_prob(self, value):
        self._validate_sample(value)
        return self.rate.log() - self.rate * value

    def cdf(self, value):
        self._validate_sample(value)
        return 1 - agc.exp(-self.rate * value)

    def icdf(self, value):
        return -agc.log1p(-value) / self.rate

    def entropy(self):
        return 1.0 - agc.log(self.rate)


class Cauchy(_Located):
    """The distribution of the quotient of two normal numbers with mean 0."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}

    def __init__(self, loc, scale, validate_args=None):
        super().__init__(validate_args, loc=loc, scale=scale)

    mode = property(lambda self: self.loc)
    mean = property(lambda self: agc.full(self._extended_shape(), math.nan, dtype=self.loc.dtype))
    variance = property(lambda self: agc.full(self._extended_shape(), math.inf, dtype=self.loc.dtype))

    def rsample(self, sample_shape=Size()):
        return self.loc + agc.empty(self._extended_shape(sample_shape), **self._kind()).cauchy_() * self.scale

    def log_prob(self, value):
        self._validate_sample(value)
        return -math.log(math.pi) - self.scale.log() - (((value - self.loc) / self.scale) ** 2).log1p()

    def cdf(self, value):
        self._validate_sample(value)
        return agc.atan((value - self.loc) / self.scale) / math.pi + 0.5

    def icdf(self, value):
        return agc.tan(math.pi * (value - 0.5)) * self.scale + self.loc

    def entropy(self):
        return math.log(4 * math.pi) + self.scale.log()


class Laplace(_Located):
    """The distribution whose density falls as an exponential on both sides."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}

    def __init__(self, loc, scale, validate_args=None):
        super().__init__(validate_args, loc=loc, scale=scale)

    mean = mode = property(lambda self: self.loc)
    stddev = property(lambda self: 2 ** 0.5 * self.scale)
    variance = property(lambda self: 2 * self.scale.pow(2))

    def rsample(self, sample_shape=Size()):
        limits = agc.finfo(self.loc.dtype)
        drawn = agc.empty(self._extended_shape(sample_shape), **self._kind()).uniform_(limits.eps - 1, 1)
        return self.loc - self.scale * drawn.sign() * agc.log1p(-drawn.abs())

    def log_prob(self, value):
        self._validate_sample(value)
        return -agc.log(2 * self.scale) - agc.abs(value - self.loc) / self.scale

    def cdf(self, value):
        self._validate_sample(value)
        apart = value - self.loc
        return 0.5 - 0.5 * apart.sign() * agc.expm1(-apart.abs() / self.scale)

    def icdf(self, value):
        term = value - 0.5
        return self.loc - self.scale * term.sign() * agc.log1p(-2 * term.abs())

    def entropy(self):
        return 1 + agc.log(2 * self.scale)
