"""Gamma's distribution and those that are made of its numbers."""
import math

import agc
from agc import _random
from agc._modes import is_grad_enabled, no_grad
from agc._sizes import Size
from agc._tensor import Tensor
from agc.distributions import constraints
from agc.distributions.continuous import _Located
from agc.distributions.distribution import Distribution, alike


def _gamma_numbers(concentration, dtype=None):
    if concentration.requires_grad and is_grad_enabled():
        raise NotImplementedError("rsample() of a distribution with a concentration that requires grad is not in agc yet; "
                                  "sample() is")
    return _random.drawn_of(concentration.detach().contiguous(), "gamma", dtype or concentration.dtype)


class Gamma(_Located):
    """How long to wait for as many events as a concentration says, which come at a rate."""

    arg_constraints = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.nonnegative

    def __init__(self, concentration, rate, validate_args=None):
        super().__init__(validate_args, concentration=concentration, rate=rate)

    mean = property(lambda self: self.concentration / self.rate)
    mode = property(lambda self: ((self.concentration - 1) / self.rate).clamp(min=0))
    variance = property(lambda self: self.concentration / self.rate.pow(2))

    def rsample(self, sample_shape=Size()):
        shape = self._extended_shape(sample_shape)
        drawn = _gamma_numbers(self.concentration.expand(shape)) / self.rate.expand(shape)
        drawn.detach().clamp_(min=agc.finfo(drawn.dtype).tiny)
        return drawn

    def log_prob(self, value):
        value = agc.as_tensor(value, dtype=self.rate.dtype)
        self._validate_sample(value)
        return (agc.xlogy(self.concentration, self.rate) + agc.xlogy(self.concentration - 1, value)
                - self.rate * value - agc.lgamma(self.concentration))

    def entropy(self):
        return (self.concentration - agc.log(self.rate) + agc.lgamma(self.concentration)
                + (1.0 - self.concentration) * agc.digamma(self.concentration))


class Chi2(Gamma):
    """The sum of squares of as many standard normal numbers."""

    arg_constraints = {"df": constraints.positive}

    def __init__(self, df, validate_args=None):
        super().__init__(0.5 * df, 0.5, validate_args)

    df = property(lambda self: self.concentration * 2)

    def expand(self, batch_shape, _instance=None):
        return Chi2(self.df.expand(Size(batch_shape)), validate_args=False)


class StudentT(_Located):
    """A normal number over the root of a mean of as many squares."""

    arg_constraints = {"df": constraints.positive, "loc": constraints.real, "scale": constraints.positive}

    def __init__(self, df, loc=0.0, scale=1.0, validate_args=None):
        super().__init__(validate_args, df=df, loc=loc, scale=scale)
        self._chi2 = Chi2(self.df)

    mode = property(lambda self: self.loc)
    mean = property(lambda self: agc.where(self.df <= 1, math.nan, self.loc))

    @property
    def variance(self):
        found = self.scale.pow(2) * self.df / (self.df - 2)
        return agc.where(self.df > 2, found, agc.where(self.df > 1, math.inf, math.nan).to(found.dtype))

    def rsample(self, sample_shape=Size()):
        normal = agc.randn(self._extended_shape(sample_shape), **self._kind())
        return self.loc + self.scale * (normal * agc.rsqrt(self._chi2.rsample(sample_shape) / self.df))

    def _log_normalizer(self):
        return (self.scale.log() + 0.5 * self.df.log() + 0.5 * math.log(math.pi) + agc.lgamma(0.5 * self.df)
                - agc.lgamma(0.5 * (self.df + 1.0)))

    def log_prob(self, value):
        self._validate_sample(value)
        y = (value - self.loc) / self.scale
        return -0.5 * (self.df + 1.0) * agc.log1p(y ** 2.0 / self.df) - self._log_normalizer()

    def entropy(self):
        beta = agc.lgamma(0.5 * self.df) + math.lgamma(0.5) - agc.lgamma(0.5 * (self.df + 1))
        between = agc.digamma(0.5 * (self.df + 1)) - agc.digamma(0.5 * self.df)
        return self.scale.log() + 0.5 * (self.df + 1) * between + 0.5 * self.df.log() + beta


class Dirichlet(Distribution):
    """Shares of a whole, along the last dim."""

    arg_constraints = {"concentration": constraints.independent(constraints.positive, 1)}
    support, has_rsample = constraints.simplex, True

    def __init__(self, concentration, validate_args=None):
        if concentration.dim() < 1:
            raise ValueError("`concentration` parameter must be at least one-dimensional.")
        self.concentration = concentration
        super().__init__(concentration.shape[:-1], concentration.shape[-1:], validate_args)

    mean = property(lambda self: self.concentration / self.concentration.sum(-1, True))

    @property
    def mode(self):
        over = (self.concentration - 1).clamp(min=0.0)
        shares = over / over.sum(-1, True)
        alone = agc.nn.functional.one_hot(shares.argmax(dim=-1), over.shape[-1]).to(shares)
        return agc.where((self.concentration < 1).all(dim=-1, keepdim=True), alone, shares)

    @property
    def variance(self):
        total = self.concentration.sum(-1, True)
        return self.concentration * (total - self.concentration) / (total.pow(2) * (total + 1))

    def expand(self, batch_shape, _instance=None):
        return Dirichlet(self.concentration.expand(Size(batch_shape) + self.event_shape), validate_args=False)

    def rsample(self, sample_shape=Size()):
        concentration = self.concentration.expand(self._extended_shape(sample_shape))
        limits = agc.finfo(concentration.dtype)
        with no_grad() if not concentration.requires_grad else agc.set_grad_enabled(is_grad_enabled()):
            drawn = _gamma_numbers(concentration.double())
            below_one = 1 - limits.eps / 2
            return (drawn / drawn.sum(-1, True)).to(concentration.dtype).clamp(limits.tiny, below_one)

    def log_prob(self, value):
        self._validate_sample(value)
        return (agc.xlogy(self.concentration - 1.0, value).sum(-1) + agc.lgamma(self.concentration.sum(-1))
                - agc.lgamma(self.concentration).sum(-1))

    def entropy(self):
        k, total = self.concentration.size(-1), self.concentration.sum(-1)
        return (agc.lgamma(self.concentration).sum(-1) - agc.lgamma(total) - (k - total) * agc.digamma(total)
                - ((self.concentration - 1.0) * agc.digamma(self.concentration)).sum(-1))


class Beta(Distribution):
    """The first of two shares of a whole."""

    arg_constraints = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support, has_rsample = constraints.unit_interval, True

    def __init__(self, concentration1, concentration0, validate_args=None):
        if isinstance(concentration1, Tensor) or isinstance(concentration0, Tensor):
            both = agc.stack(alike(concentration1, concentration0), -1)
        else:
            both = agc.tensor([float(concentration1), float(concentration0)])
        self._dirichlet = Dirichlet(both, validate_args)
        super().__init__(self._dirichlet.batch_shape, validate_args=validate_args)

    concentration1 = property(lambda self: self._dirichlet.concentration[..., 0])
    concentration0 = property(lambda self: self._dirichlet.concentration[..., 1])
    mean = property(lambda self: self.concentration1 / (self.concentration1 + self.concentration0))
    mode = property(lambda self: self._dirichlet.mode[..., 0])

    @property
    def variance(self):
        total = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (total.pow(2) * (total + 1))

    def expand(self, batch_shape, _instance=None):
        shape = Size(batch_shape)
        return Beta(self.concentration1.expand(shape), self.concentration0.expand(shape), validate_args=False)

    def rsample(self, sample_shape=Size()):
        return self._dirichlet.rsample(sample_shape).select(-1, 0)

    def log_prob(self, value):
        self._validate_sample(value)
        return self._dirichlet.log_prob(agc.stack([value, 1.0 - value], -1))

    def entropy(self):
        return self._dirichlet.entropy()
