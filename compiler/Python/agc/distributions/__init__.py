"""torch.distributions: what is drawn, how likely it is, and how two distributions differ."""
from agc._missing import missing
from agc.distributions import constraints, transforms  # noqa: F401
from agc.distributions.bernoulli import Bernoulli  # noqa: F401
from agc.distributions.categorical import Categorical, OneHotCategorical  # noqa: F401
from agc.distributions.continuous import Cauchy, Exponential, Laplace, LogNormal, Normal, Uniform  # noqa: F401
from agc.distributions.counts import Binomial, Geometric, Multinomial, Poisson  # noqa: F401
from agc.distributions.distribution import Distribution, Independent  # noqa: F401
from agc.distributions.kl import kl_divergence, register_kl  # noqa: F401
from agc.distributions.mixture import MixtureSameFamily  # noqa: F401
from agc.distributions.multivariate_normal import MultivariateNormal  # noqa: F401
from agc.distributions.shapes import Beta, Chi2, Dirichlet, Gamma, StudentT  # noqa: F401
from agc.distributions.transformed import Gumbel, HalfNormal, TransformedDistribution  # noqa: F401
from agc.distributions.transforms import *  # noqa: F401,F403


def __getattr__(name):
    raise missing("torch.distributions", name, globals())
