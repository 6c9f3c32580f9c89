"""torch.distributions: what is drawn, how likely it is, and how two distributions differ."""
from agc._missing import missing
from agc.distributions import constraints  # noqa: F401
from agc.distributions.bernoulli import Bernoulli  # noqa: F401
from agc.distributions.categorical import Categorical, OneHotCategorical  # noqa: F401
from agc.distributions.continuous import Exponential, Laplace, LogNormal, Normal, Uniform  # noqa: F401
from agc.distributions.distribution import Distribution, Independent  # noqa: F401
from agc.distributions.kl import kl_divergence, register_kl  # noqa: F401


def __getattr__(name):
    raise missing("torch.distributions", name, globals())
