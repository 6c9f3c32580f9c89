"""torch.backends: none of those that PyTorch may compute with; their switches are taken and change nothing."""
import sys
import types

from agc._missing import missing


class _Backend(types.ModuleType):
    def __init__(self, name, **switches):
        def lacking(attribute):
            raise missing(f"torch.backends.{name}", attribute, self.__dict__)

        super().__init__(f"agc.backends.{name}")
        self.__dict__.update(__getattr__=lacking, __path__=[], _switches=(*switches, "__spec__", "__loader__"), **switches)
        sys.modules[self.__name__] = self

    def is_available(self):
        return False

    is_built = is_available

    def __setattr__(self, name, value):
        if name not in self._switches:
            self.__getattr__(name)
        self.__dict__[name] = value


class _Cudnn(_Backend):
    def version(self):
        return None

    def is_acceptable(self, tensor):
        return False


class _Cuda(_Backend):
    def flash_sdp_enabled(self):
        return True

    mem_efficient_sdp_enabled = math_sdp_enabled = cudnn_sdp_enabled = flash_sdp_enabled

    def _enable(self, enabled):
        """Attention is computed in one way."""

    enable_flash_sdp = enable_mem_efficient_sdp = enable_math_sdp = enable_cudnn_sdp = _enable


__path__ = []  # so that torch.backends.cudnn can be imported
mps, mkl, openmp = _Backend("mps"), _Backend("mkl"), _Backend("openmp")
mkldnn = _Backend("mkldnn", enabled=False)
cudnn = _Cudnn("cudnn", enabled=True, benchmark=False, deterministic=False, allow_tf32=True)
cuda = _Cuda("cuda", matmul=_Backend("cuda.matmul", allow_tf32=False, allow_fp16_reduced_precision_reduction=True,
                                     allow_bf16_reduced_precision_reduction=True))


def __getattr__(name):
    raise missing("torch.backends", name, globals())
