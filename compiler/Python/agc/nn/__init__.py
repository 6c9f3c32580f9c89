"""torch.nn: networks of modules over traced functions."""
from agc._missing import missing
from agc.nn import functional, init, utils  # noqa: F401
from agc.nn.modules import *  # noqa: F401,F403
from agc.nn.parameter import Buffer, Parameter  # noqa: F401


def __getattr__(name):
    raise missing("torch.nn", name, globals())
