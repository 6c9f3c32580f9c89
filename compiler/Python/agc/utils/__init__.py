"""torch.utils."""
from agc._missing import missing
from agc.utils import checkpoint, data, dlpack, hooks  # noqa: F401


def __getattr__(name):
    raise missing("torch.utils", name, globals())
