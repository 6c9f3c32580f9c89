"""agc: PyTorch programs, traced, checked and compiled.

`import agc as torch` gives a program torch's names over agc's tracer; `agc run prog.py` gives them to a
program that says `import torch`.
"""
import os as _os

from agc import _agc

_agc.set_folders(_os.path.dirname(_os.path.abspath(__file__)), _os.path.join(_os.path.dirname(_os.__file__), ""))

from agc._dtype import *  # noqa: F401,F403,E402
from agc._dtype import dtype, device, get_default_device, get_default_dtype  # noqa: E402
from agc._dtype import set_default_device, set_default_dtype  # noqa: E402
from agc._tensor import Tensor, Size  # noqa: E402
from agc._factories import *  # noqa: F401,F403,E402
from agc._functions import *  # noqa: F401,F403,E402
from agc._modes import *  # noqa: F401,F403,E402
from agc._numpy import *  # noqa: F401,F403,E402
from agc._print import set_printoptions  # noqa: E402
from agc._settings import *  # noqa: F401,F403,E402
from agc._random import *  # noqa: F401,F403,E402
from agc._random import default_generator  # noqa: F401,E402
from agc._types import *  # noqa: F401,F403,E402
from agc._windows import *  # noqa: F401,F403,E402
from agc import _storage  # noqa: F401,E402
from agc._export import export  # noqa: E402
from agc import autograd  # noqa: E402
from agc import linalg  # noqa: E402
from agc import nn  # noqa: E402
from agc.autograd.anomaly_mode import is_anomaly_check_nan_enabled, is_anomaly_enabled  # noqa: F401,E402
from agc.nn.functional import (adaptive_avg_pool1d, adaptive_max_pool1d, avg_pool1d, bilinear, celu,  # noqa: F401,E402
                               conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d,  # noqa: F401,E402
                               conv_transpose3d, cosine_similarity, group_norm, hardshrink,  # noqa: F401,E402
                               layer_norm, max_pool1d, max_pool2d, max_pool3d, pairwise_distance,  # noqa: F401,E402
                               prelu, rms_norm, selu)  # noqa: F401,E402
from agc._compile import compile  # noqa: E402
from agc import optim  # noqa: E402
from agc import random  # noqa: E402
from agc import serialization  # noqa: E402
from agc import utils  # noqa: E402
from agc.serialization import load, save  # noqa: F401,E402
from agc import version  # noqa: F401,E402
from agc.torch_version import __version__  # noqa: F401,E402
from agc._vmap import vmap  # noqa: F401,E402

from agc import _guard  # noqa: E402

_guard.guard_methods()
_guard.guard_functions(globals())


_LATER = ("accelerator", "amp", "backends", "compiler", "cuda", "distributed", "distributions", "func", "jit", "special",
          "testing")  # which few programs ask for


def __getattr__(name):
    if name in _LATER:
        from agc._titles import imported
        return imported("agc." + name)
    if name in ("autocast", "GradScaler"):
        from agc import amp
        return getattr(amp, name)
    from agc._missing import missing
    raise missing("torch", name, {**globals(), **dict.fromkeys(_LATER)})
