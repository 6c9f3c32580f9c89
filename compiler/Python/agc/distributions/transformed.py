"""What comes of a distribution's numbers by functions with an inverse."""
import math

import agc
from agc._modes import no_grad
from agc._sizes import Size, unlike
from agc.distributions import constraints
from agc.distributions.continuous import Normal, Uniform
from agc.distributions.distribution import Distribution, Independent, alike, sum_rightmost
from agc.distributions.transforms import AbsTransform, AffineTransform, ComposeTransform, ExpTransform, Transform

_EULER = 0.57721566490153286060


class TransformedDistribution(Distribution):
    """The distribution of what transforms make, one after the other, of numbers of another."""

    def __init__(self, base_distribution, transforms, validate_args=None):
        self.transforms = [transforms] if isinstance(transforms, Transform) else transforms
        if not isinstance(self.transforms, list):
            raise ValueError(f"transforms must be a Transform or list, but was {transforms}")
        if not all(isinstance(each, Transform) for each in self.transforms):
            raise ValueError("transforms must be a Transform or a list of Transforms")
        shape, dims = base_distribution.batch_shape + base_distribution.event_shape, len(base_distribution.event_shape)
        whole = ComposeTransform(self.transforms)
        if len(shape) < whole.domain.event_dim:
            raise ValueError("base_distribution needs to have shape with size at least "
                             f"{whole.domain.event_dim}, but got {shape}.")
        made = Size(whole.forward_shape(shape))
        needed = Size(whole.inverse_shape(made))
        if unlike(shape, needed):
            base_distribution = base_distribution.expand(needed[:len(needed) - dims])
        if whole.domain.event_dim > dims:
            base_distribution = Independent(base_distribution, whole.domain.event_dim - dims)
        self.base_dist = base_distribution
        event = max(whole.codomain.event_dim, dims + whole.codomain.event_dim - whole.domain.event_dim)
        super().__init__(made[:len(made) - event], made[len(made) - event:], validate_args)

    has_rsample = property(lambda self: self.base_dist.has_rsample)

    @property
    def support(self):
        if not self.transforms:
            return self.base_dist.support
        found = self.transforms[-1].codomain
        count = len(self.event_shape) - found.event_dim
        return constraints.independent(found, count) if count > 0 else found

    def expand(self, batch_shape, _instance=None):
        shape = Size(batch_shape) + self.event_shape
        for transform in reversed(self.transforms):
            shape = Size(transform.inverse_shape(shape))
        base = self.base_dist.expand(shape[:len(shape) - len(self.base_dist.event_shape)])
        return TransformedDistribution(base, self.transforms, validate_args=False)

    def _transformed(self, x):
        for transform in self.transforms:
            x = transform(x)
        return x

    def sample(self, sample_shape=Size()):
        with no_grad():
            return self._transformed(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape=Size()):
        return self._transformed(self.base_dist.rsample(sample_shape))

    def log_prob(self, value):
        self._validate_sample(value)
        dims, found = len(self.event_shape), 0.0
        for transform in reversed(self.transforms):
            before = transform.inv(value)
            dims += transform.domain.event_dim - transform.codomain.event_dim
            found = found - sum_rightmost(transform.log_abs_det_jacobian(before, value), dims - transform.domain.event_dim)
            value = before
        return found + sum_rightmost(self.base_dist.log_prob(value), dims - len(self.base_dist.event_shape))

    def _rising(self, value):
        """A probability, or the rest to 1 where the transforms fall."""
        sign = ComposeTransform(self.transforms).sign
        return value if isinstance(sign, int) and sign == 1 else sign * (value - 0.5) + 0.5

    def cdf(self, value):
        for transform in reversed(self.transforms):
            value = transform.inv(value)
        self.base_dist._validate_sample(value)
        return self._rising(self.base_dist.cdf(value))

    def icdf(self, value):
        return self._transformed(self.base_dist.icdf(self._rising(value)))


class HalfNormal(TransformedDistribution):
    """The size of a normal number with mean 0."""

    arg_constraints, support = {"scale": constraints.positive}, constraints.nonnegative

    def __init__(self, scale, validate_args=None):
        super().__init__(Normal(0, scale, validate_args=False), AbsTransform(), validate_args)

    scale = property(lambda self: self.base_dist.scale)
    mean = property(lambda self: self.scale * math.sqrt(2 / math.pi))
    mode = property(lambda self: agc.zeros_like(self.scale))
    variance = property(lambda self: self.scale.pow(2) * (1 - 2 / math.pi))

    def expand(self, batch_shape, _instance=None):
        return HalfNormal(self.scale.expand(Size(batch_shape)), validate_args=False)

    def log_prob(self, value):
        self._validate_sample(value)
        return agc.where(value >= 0, self.base_dist.log_prob(value) + math.log(2), -math.inf)

    def cdf(self, value):
        self._validate_sample(value)
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, prob):
        return self.base_dist.icdf((prob + 1) / 2)

    def entropy(self):
        return self.base_dist.entropy() - math.log(2)


class Gumbel(TransformedDistribution):
    """The distribution of the greatest of many numbers."""

    arg_constraints, support = {"loc": constraints.real, "scale": constraints.positive}, constraints.real

    def __init__(self, loc, scale, validate_args=None):
        self.loc, self.scale = alike(loc, scale)
        limits = agc.finfo(self.loc.dtype)
        base = Uniform(agc.full_like(self.loc, limits.tiny), agc.full_like(self.loc, 1 - limits.eps), validate_args)
        super().__init__(base, [ExpTransform().inv, AffineTransform(0, -agc.ones_like(self.scale)), ExpTransform().inv,
                                AffineTransform(self.loc, -self.scale)], validate_args)

    mean = property(lambda self: self.loc + self.scale * _EULER)
    mode = property(lambda self: self.loc)
    stddev = property(lambda self: (math.pi / math.sqrt(6)) * self.scale)
    variance = property(lambda self: self.stddev.pow(2))

    def expand(self, batch_shape, _instance=None):
        shape = Size(batch_shape)
        return Gumbel(self.loc.expand(shape), self.scale.expand(shape), validate_args=False)

    def log_prob(self, value):
        self._validate_sample(value)
        y = (self.loc - value) / self.scale
        return (y - y.exp()) - self.scale.log()

    def entropy(self):
        return self.scale.log() + (1 + _EULER)
