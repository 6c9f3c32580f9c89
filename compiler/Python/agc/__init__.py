"""agc: PyTorch programs, traced, checked and compiled.

`import agc as torch` gives a program torch's names over agc's tracer; `agc run prog.py` gives them to a
program that says `import torch`.
"""
import gc as _gc
import os as _os
import sys as _sys

# No function of MLIR's is looked up before it is called, and no garbage looked for: there is none yet. Each took a tenth of
# the import.
_flags, _collects = _sys.getdlopenflags(), _gc.isenabled()
_sys.setdlopenflags(_os.RTLD_LAZY)
_gc.disable()

try:
    try:
        from agc import _agc
    finally:
        _sys.setdlopenflags(_flags)
    _agc.set_folders(_os.path.dirname(_os.path.abspath(__file__)), _os.path.join(_os.path.dirname(_os.__file__), ""))

    from agc._dtype import *  # noqa: F401,F403
    from agc._dtype import dtype, device, get_default_device, get_default_dtype
    from agc._dtype import set_default_device, set_default_dtype
    from agc._tensor import Tensor, Size
    from agc._factories import *  # noqa: F401,F403
    from agc._functions import *  # noqa: F401,F403
    from agc._modes import *  # noqa: F401,F403
    from agc._numpy import *  # noqa: F401,F403
    from agc._print import set_printoptions
    from agc._settings import *  # noqa: F401,F403
    from agc._random import *  # noqa: F401,F403
    from agc._random import default_generator  # noqa: F401
    from agc._types import *  # noqa: F401,F403
    from agc._windows import *  # noqa: F401,F403
    from agc import _storage  # noqa: F401
    from agc import autograd
    from agc.autograd.anomaly_mode import is_anomaly_check_nan_enabled, is_anomaly_enabled  # noqa: F401
    from agc import random
    from agc import version  # noqa: F401
    from agc.torch_version import __version__  # noqa: F401
    from agc._vmap import vmap  # noqa: F401

    from agc import _guard

    _guard.guard_methods()
    _guard.guard_functions(globals())
finally:
    if _collects:
        _gc.enable()

# Modules, and functions by the modules that they are in, which are imported when a program asks for them.
_LATER = ("accelerator", "amp", "backends", "compiler", "cuda", "distributed", "distributions", "func", "jit", "linalg", "nn",
          "optim", "serialization", "special", "testing", "utils")
_OF_LATER = {**dict.fromkeys(("load", "save"), "serialization"), "compile": "_compile", "export": "_export",
             **dict.fromkeys(("autocast", "GradScaler"), "amp"),
             **dict.fromkeys(("adaptive_avg_pool1d", "adaptive_max_pool1d", "avg_pool1d", "bilinear", "celu", "conv1d", "conv2d",
                              "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "cosine_similarity",
                              "group_norm", "hardshrink", "layer_norm", "max_pool1d", "max_pool2d", "max_pool3d",
                              "pairwise_distance", "prelu", "rms_norm", "selu"), "nn.functional")}
for _name in _OF_LATER:
    globals().pop(_name, None)  # the record of that name, which is no function of torch's

__all__ = [name for name, value in globals().items() if name[0] != "_" and not isinstance(value, type(_os))] + [*_OF_LATER]


def __getattr__(name):
    from agc._titles import imported
    if name in _LATER:
        return imported("agc." + name)
    if name in _OF_LATER:
        found = {name: getattr(imported("agc." + _OF_LATER[name]), name)}
        _guard.guard_functions(found)
        globals().update(found)
        return found[name]
    from agc._missing import missing
    raise missing("torch", name, {**globals(), **dict.fromkeys((*_LATER, *_OF_LATER))})


def __dir__():
    return sorted({*globals(), *_LATER, *_OF_LATER})
