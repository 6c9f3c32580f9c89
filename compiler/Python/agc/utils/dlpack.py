"""torch.utils.dlpack: memory shared with other libraries."""
import enum

from agc._missing import missing
from agc._numpy import from_dlpack  # noqa: F401


class DLDeviceType(enum.IntEnum):
    """The kinds of devices of DLPack, of which agc has the first."""
    (kDLCPU, kDLCUDA, kDLCUDAHost, kDLOpenCL, kDLVulkan, kDLMetal, kDLVPI, kDLROCM, kDLROCMHost, kDLExtDev, kDLCUDAManaged,
     kDLOneAPI, kDLWebGPU, kDLHexagon, kDLMAIA) = 1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17


def to_dlpack(tensor):
    """A capsule for one library, which owns the memory from then on."""
    return tensor.__dlpack__()


def __getattr__(name):
    raise missing("torch.utils.dlpack", name, globals())
