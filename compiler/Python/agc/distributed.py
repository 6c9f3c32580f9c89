"""torch.distributed: there is none, which a program may ask."""
from agc._missing import missing


def is_available():
    return False


def is_initialized():
    return False


def is_torchelastic_launched():
    return False


def __getattr__(name):
    raise missing("torch.distributed", name, globals())
