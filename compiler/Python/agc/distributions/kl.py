"""How two distributions differ: kl_divergence, by their types."""
import math

import agc
from agc.distributions.bernoulli import Bernoulli
from agc.distributions.categorical import Categorical, OneHotCategorical
from agc.distributions.continuous import Exponential, Laplace, Normal, Uniform
from agc.distributions.counts import Poisson
from agc.distributions.distribution import Independent, sum_rightmost
from agc.distributions.multivariate_normal import MultivariateNormal
from agc.distributions.shapes import Beta, Dirichlet, Gamma

_found = {}


def register_kl(type_p, type_q):
    """Makes a function the divergence of two types."""
    def decorated(function):
        _found[type_p, type_q] = function
        return function
    return decorated


def kl_divergence(p, q):
    """The mean of log(p / q) where p is drawn from."""
    near = [(type(p).__mro__.index(a) + type(q).__mro__.index(b), function) for (a, b), function in _found.items()
            if isinstance(p, a) and isinstance(q, b)]
    if not near:
        raise NotImplementedError(f"No KL(p || q) is implemented for p type {type(p).__name__} and q type "
                                  f"{type(q).__name__}")
    return min(near, key=lambda pair: pair[0])[1](p, q)


@register_kl(Normal, Normal)
def _normal(p, q):
    ratio = (p.scale / q.scale).pow(2)
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale).pow(2) - 1 - ratio.log())


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p, q):
    from agc.nn.functional import softplus
    one = p.probs * (softplus(-q.logits) - softplus(-p.logits))
    one = agc.where(q.probs == 0, math.inf, one)
    one = agc.where(p.probs == 0, 0, one)
    zero = (1 - p.probs) * (softplus(q.logits) - softplus(p.logits))
    zero = agc.where(q.probs == 1, math.inf, zero)
    return one + agc.where(p.probs == 1, 0, zero)


@register_kl(Categorical, Categorical)
def _categorical(p, q):
    terms = p.probs * (p.logits - q.logits)
    terms = agc.where((q.probs == 0).expand_as(terms), math.inf, terms)
    terms = agc.where((p.probs == 0).expand_as(terms), 0, terms)
    return terms.sum(-1)


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hot(p, q):
    return _categorical(p._categorical, q._categorical)


@register_kl(Exponential, Exponential)
def _exponential(p, q):
    ratio = q.rate / p.rate
    return ratio - 1 - ratio.log()


@register_kl(Laplace, Laplace)
def _laplace(p, q):
    ratio, apart = p.scale / q.scale, (p.loc - q.loc).abs()
    return -ratio.log() + apart / q.scale + ratio * agc.exp(-apart / p.scale) - 1


@register_kl(Uniform, Uniform)
def _uniform(p, q):
    result = ((q.high - q.low) / (p.high - p.low)).log()
    return agc.where((q.low > p.low) | (q.high < p.high), math.inf, result)


@register_kl(Poisson, Poisson)
def _poisson(p, q):
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(Gamma, Gamma)
def _gamma(p, q):
    rates = q.concentration * (p.rate / q.rate).log() + agc.lgamma(q.concentration) - agc.lgamma(p.concentration)
    shapes = (p.concentration - q.concentration) * agc.digamma(p.concentration)
    return rates + shapes + (q.rate - p.rate) * (p.concentration / p.rate)


@register_kl(Dirichlet, Dirichlet)
def _dirichlet(p, q):
    total, other = p.concentration.sum(-1), q.concentration.sum(-1)
    each = (p.concentration.lgamma() - q.concentration.lgamma()).sum(-1)
    slope = p.concentration.digamma() - total.digamma().unsqueeze(-1)
    return total.lgamma() - other.lgamma() - each + ((p.concentration - q.concentration) * slope).sum(-1)


@register_kl(Beta, Beta)
def _beta(p, q):
    return _dirichlet(p._dirichlet, q._dirichlet)


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate(p, q):
    solved = agc.linalg.solve_triangular(q.scale_tril, p.scale_tril, upper=False)
    apart = agc.linalg.solve_triangular(q.scale_tril, (q.loc - p.loc).unsqueeze(-1), upper=False)
    squares = solved.pow(2).sum((-2, -1)) + apart.pow(2).sum((-2, -1))
    return q._half_log_det() - p._half_log_det() + 0.5 * (squares - p.event_shape[0])


@register_kl(Independent, Independent)
def _independent(p, q):
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError
    return sum_rightmost(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)
