"""One of several distributions of a kind, by a class that is drawn first."""
import agc
from agc._modes import no_grad
from agc._sizes import Size, unlike
from agc.distributions import constraints
from agc.distributions.categorical import Categorical
from agc.distributions.distribution import Distribution


class MixtureSameFamily(Distribution):
    """A mixture whose parts are the last batch dim of a distribution."""

    def __init__(self, mixture_distribution, component_distribution, validate_args=None):
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError(" The Mixture distribution needs to be an  instance of torch.distributions.Categorical")
        if not isinstance(component_distribution, Distribution):
            raise ValueError("The Component distribution needs to be an instance of torch.distributions.Distribution")
        outer, inner = mixture_distribution.batch_shape, component_distribution.batch_shape[:-1]
        for i, j in zip(reversed(outer), reversed(inner)):
            if unlike([i], [1]) and unlike([j], [1]) and unlike([i], [j]):
                raise ValueError(f"`mixture_distribution.batch_shape` ({outer}) is not compatible with "
                                 f"`component_distribution.batch_shape`({inner})")
        count, parts = mixture_distribution.param_shape[-1], component_distribution.batch_shape[-1]
        if unlike([count], [parts]):
            raise ValueError(f"`mixture_distribution component` ({count}) does not equal "
                             f"`component_distribution.batch_shape[-1]` ({parts})")
        self.mixture_distribution, self.component_distribution = mixture_distribution, component_distribution
        self._event_dims = len(component_distribution.event_shape)
        super().__init__(inner, component_distribution.event_shape, validate_args)

    @property
    def support(self):
        base = self.component_distribution.support
        return constraints.Constraint(f"MixtureSameFamilyConstraint({base!r})",
                                      lambda value: self._held(base, value), base.event_dim, base.is_discrete)

    def _held(self, base, value):
        """Whether values are right for every part."""
        event = base.event_dim
        found = base.check(value.unsqueeze(-1 - event) if value.dim() >= event else value)
        return found.all(-1)

    def _parts(self, value):
        return value.unsqueeze(-1 - self._event_dims)

    def _weights(self):
        """The classes' probabilities, with the dims of an event behind them."""
        probs = self.mixture_distribution.probs
        lead = len(self.batch_shape) + 1 - probs.dim() if probs.dim() > 1 else 0
        return probs.reshape(list(probs.shape[:-1]) + [1] * lead + [probs.shape[-1]] + [1] * self._event_dims)

    @property
    def mean(self):
        return agc.sum(self._weights() * self.component_distribution.mean, dim=-1 - self._event_dims)

    @property
    def variance(self):
        parts, weights, dim = self.component_distribution, self._weights(), -1 - self._event_dims
        within = agc.sum(weights * parts.variance, dim=dim)
        return within + agc.sum(weights * (parts.mean - self._parts(self.mean)).pow(2.0), dim=dim)

    def expand(self, batch_shape, _instance=None):
        shape = Size(batch_shape)
        parts = self.component_distribution.expand(shape + self.component_distribution.batch_shape[-1:])
        return MixtureSameFamily(self.mixture_distribution.expand(shape), parts, validate_args=False)

    def cdf(self, x):
        return agc.sum(self.component_distribution.cdf(self._parts(x)) * self.mixture_distribution.probs, dim=-1)

    def log_prob(self, x):
        self._validate_sample(x)
        each = self.component_distribution.log_prob(self._parts(x))
        return agc.logsumexp(each + agc.log_softmax(self.mixture_distribution.logits, dim=-1), dim=-1)

    def sample(self, sample_shape=Size()):
        with no_grad():
            dim, event = len(sample_shape) + len(self.batch_shape), self.event_shape
            which = self.mixture_distribution.sample(sample_shape)
            drawn = self.component_distribution.sample(sample_shape)
            which = which.reshape(list(which.shape) + [1] * (len(event) + 1))
            which = which.repeat([1] * dim + [1] + list(event))
            return agc.gather(drawn, dim, which).squeeze(dim)

    def __repr__(self):
        return f"MixtureSameFamily(\n  {self.mixture_distribution},\n  {self.component_distribution})"
