"""What a program sets about how torch computes: agc computes in one thread, in full precision, and always the same."""

from agc import _dtype
from agc._warnings import warn

_chosen = {"precision": "highest", "deterministic": False, "warn_only": False, "warn_always": False, "interop": 1}

__all__ = ["are_deterministic_algorithms_enabled", "get_deterministic_debug_mode", "get_float32_matmul_precision",
           "get_num_interop_threads", "get_num_threads", "is_deterministic_algorithms_warn_only_enabled",
           "is_autocast_cpu_enabled", "is_autocast_enabled", "is_warn_always_enabled", "set_default_tensor_type", "set_deterministic_debug_mode",
           "set_float32_matmul_precision", "set_flush_denormal", "set_num_interop_threads", "set_num_threads",
           "set_warn_always", "use_deterministic_algorithms"]


def _positive(name, n):
    if not isinstance(n, int) or isinstance(n, bool):
        raise RuntimeError(f"{name} expects an int, but got {type(n).__name__}")
    if n <= 0:
        raise RuntimeError(f"{name} expects a positive integer")


def set_num_threads(n):
    """agc computes in one thread; more are not wrong, and not faster."""
    _positive("set_num_threads", n)


def get_num_threads():
    return 1


def set_num_interop_threads(n):
    _positive("set_num_interop_threads", n)
    _chosen["interop"] = n


def get_num_interop_threads():
    return _chosen["interop"]


def use_deterministic_algorithms(mode, *, warn_only=False):
    """All that agc emits is deterministic."""
    _chosen["deterministic"], _chosen["warn_only"] = bool(mode), bool(warn_only)


def are_deterministic_algorithms_enabled():
    return _chosen["deterministic"]


def is_deterministic_algorithms_warn_only_enabled():
    return _chosen["warn_only"]


def set_deterministic_debug_mode(debug_mode):
    modes = {"default": 0, "warn": 1, "error": 2}
    if not isinstance(debug_mode, (int, str)):
        raise TypeError(f"debug_mode must be str or int, but got {type(debug_mode)}")
    if debug_mode not in (*modes, *modes.values()):
        expected = "one of `default`, `warn`, `error`" if isinstance(debug_mode, str) else "0, 1, or 2"
        raise RuntimeError(f"invalid value of debug_mode, expected {expected}, but got {debug_mode}")
    level = modes.get(debug_mode, debug_mode)
    use_deterministic_algorithms(level > 0, warn_only=level == 1)


def get_deterministic_debug_mode():
    return (1 if _chosen["warn_only"] else 2) if _chosen["deterministic"] else 0


def set_float32_matmul_precision(precision):
    """Products of f32 are computed in f32, whatever less would be allowed."""
    if precision in ("highest", "high", "medium"):
        _chosen["precision"] = precision
    else:
        warn(f"{precision} is not one of 'highest', 'high', or 'medium'; the current"
             "setFloat32MatmulPrecision call has no effect.")


def get_float32_matmul_precision():
    return _chosen["precision"]


def set_flush_denormal(mode):
    """Whether numbers near zero count as zero: they never do, and a program is told that it cannot have it."""
    return not mode


def is_autocast_enabled(device_type=None):
    return False


is_autocast_cpu_enabled = is_autocast_enabled


def set_warn_always(b, /):
    _chosen["warn_always"] = bool(b)


def is_warn_always_enabled():
    return _chosen["warn_always"]


def set_default_tensor_type(t, /):
    """The old way to choose a default dtype, by a type of tensors or its name."""
    from agc import _types
    kind = _types.dtype_of(t)
    if not kind.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _dtype.set_default_dtype(kind)
