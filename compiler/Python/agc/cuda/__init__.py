"""torch.cuda: what a program asks before it takes the CPU."""
from agc._missing import missing


def is_available():
    return False


def is_initialized():
    return False


def device_count():
    return 0


def is_bf16_supported(including_emulation=True):
    return False


def manual_seed(seed):
    """Seeds no device: there is none."""


manual_seed_all = manual_seed


def seed_all():
    """Seeds no device: there is none."""


def empty_cache():
    """Frees nothing: there is no device."""


def _no_memory(device=None):
    return 0


memory_allocated = max_memory_allocated = memory_reserved = max_memory_reserved = _no_memory


def refused(*args, **kwargs):
    raise AssertionError("Torch not compiled with CUDA enabled")


synchronize = current_device = get_device_name = get_device_properties = get_device_capability = set_device = refused


def __getattr__(name):
    if name == "amp":
        from importlib import import_module
        return import_module("agc.cuda.amp")
    raise missing("torch.cuda", name, globals())
