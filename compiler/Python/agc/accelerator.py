"""torch.accelerator: there is none."""
from agc._missing import missing


def is_available():
    return False


def device_count():
    return 0


def current_accelerator(check_available=False):
    return None


def __getattr__(name):
    raise missing("torch.accelerator", name, globals())
