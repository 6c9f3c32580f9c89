"""torch.backends: none of those that PyTorch may compute with; their switches are taken and change nothing."""
from agc._missing import missing


class _Backend:
    def __init__(self, name, **switches):
        self.__dict__.update(_name=name, **switches)

    def is_available(self):
        return False

    is_built = is_available

    def __setattr__(self, name, value):
        if name not in self.__dict__:
            raise missing(f"torch.backends.{self._name}", name, self.__dict__)
        self.__dict__[name] = value

    def __getattr__(self, name):
        raise missing(f"torch.backends.{self._name}", name, self.__dict__)


mps = _Backend("mps")
mkldnn = _Backend("mkldnn", enabled=False)
cudnn = _Backend("cudnn", enabled=True, benchmark=False, deterministic=False, allow_tf32=True)
cuda = _Backend("cuda", matmul=_Backend("cuda.matmul", allow_tf32=False))


def __getattr__(name):
    raise missing("torch.backends", name, globals())
