"""torch.nn.functional: what records compute, and what PyTorch composes of it."""
from agc._guard import guard_functions
from agc._missing import missing
from agc.nn.functional._activations import *  # noqa: F401,F403
from agc.nn.functional._attention import *  # noqa: F401,F403
from agc.nn.functional._bags import *  # noqa: F401,F403
from agc.nn.functional._convolutions import *  # noqa: F401,F403
from agc.nn.functional._ctc import *  # noqa: F401,F403
from agc.nn.functional._distances import *  # noqa: F401,F403
from agc.nn.functional._grids import *  # noqa: F401,F403
from agc.nn.functional._interpolation import *  # noqa: F401,F403
from agc.nn.functional._layers import *  # noqa: F401,F403
from agc.nn.functional._losses import *  # noqa: F401,F403
from agc.nn.functional._pooling import *  # noqa: F401,F403
from agc.nn.functional._random import *  # noqa: F401,F403
from agc.nn.functional._unpooling import *  # noqa: F401,F403
from agc.nn.functional._windows import *  # noqa: F401,F403

guard_functions(globals(), numpy=False)


def __getattr__(name):
    raise missing("torch.nn.functional", name, globals())
