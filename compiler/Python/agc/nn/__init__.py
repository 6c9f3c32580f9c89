"""torch.nn: networks of modules over traced functions."""
from agc._missing import missing
from agc._titles import entitle, imported
from agc.nn import functional, init, utils  # noqa: F401
from agc.nn.modules import *  # noqa: F401,F403
from agc.nn.parameter import Buffer, Parameter  # noqa: F401

entitle()


def __getattr__(name):
    if name.startswith(("Lazy", "Uninitialized")):  # which few programs ask for
        lazy = imported("agc.nn.modules.lazy")
        if name in lazy.__all__:
            return getattr(lazy, name)
    raise missing("torch.nn", name, globals())
