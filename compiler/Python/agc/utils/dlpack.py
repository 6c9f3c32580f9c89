"""torch.utils.dlpack: memory shared with other libraries."""
from agc._missing import missing
from agc._numpy import from_dlpack  # noqa: F401


def to_dlpack(tensor):
    """A capsule for one library, which owns the memory from then on."""
    return tensor.__dlpack__()


def __getattr__(name):
    raise missing("torch.utils.dlpack", name, globals())
