"""torch.amp: mixed precision where PyTorch has none, which is without a device; else what is asked for is refused."""
import functools

from agc import _dtype
from agc._missing import missing
from agc._warnings import warn

_FAST = {"cpu": _dtype.bfloat16, "cuda": _dtype.float16}


class autocast:
    """A region in which nothing is cast: that of a device that is not there, or one that is not enabled."""

    def __init__(self, device_type, dtype=None, enabled=True, cache_enabled=None):
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        if device_type not in _FAST:
            raise NotImplementedError(f"autocast(): device_type={device_type!r} is not in agc yet")
        self.device, self.fast_dtype = device_type, dtype or _FAST[device_type]
        if device_type == "cuda" and enabled:
            warn("CUDA is not available or torch_xla is imported. Disabling autocast.")
            enabled = False
        if enabled and self.fast_dtype not in (_dtype.bfloat16, _dtype.float16):
            warn("In CPU autocast, but the target dtype is not supported. Disabling autocast.\n"
                 "CPU Autocast only supports dtypes of torch.bfloat16, torch.float16 currently.")
            enabled = False
        if enabled:
            raise NotImplementedError("autocast('cpu') is not in agc yet: cast tensors by .to(torch.bfloat16), or give "
                                      "enabled=False")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return False

    def __call__(self, function):
        @functools.wraps(function)
        def called(*args, **kwargs):
            with self:
                return function(*args, **kwargs)
        return called


class GradScaler:
    """A scaler of losses that scales nothing: that of a device that is not there, or one that is not enabled."""

    def __init__(self, device="cuda", init_scale=2.0**16, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000,
                 enabled=True):
        self._factors = growth_factor, backoff_factor, growth_interval
        if enabled and device == "cuda":
            warn("torch.cuda.amp.GradScaler is enabled, but CUDA is not available.  Disabling.")
        elif enabled:
            raise NotImplementedError(f"GradScaler({device!r}) is not in agc yet: losses of f32 need no scale")

    def scale(self, outputs):
        return outputs

    def unscale_(self, optimizer):
        """Leaves the gradients, which nothing scaled."""

    def step(self, optimizer, *args, **kwargs):
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale=None):
        """Changes nothing."""

    def get_scale(self):
        return 1.0

    def is_enabled(self):
        return False

    def state_dict(self):
        return {}

    def load_state_dict(self, state_dict):
        """Takes nothing."""


def is_autocast_available(device_type):
    return device_type in _FAST


def __getattr__(name):
    raise missing("torch.amp", name, globals())
