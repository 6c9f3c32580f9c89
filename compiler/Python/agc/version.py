"""torch.version: the PyTorch whose behaviour is agc's, and agc's own number."""
from agc._missing import missing

agc = "0.1.0"
__version__ = f"2.13.0+agc{agc}"
debug = False
cuda = hip = rocm = xpu = git_version = None


def __getattr__(name):
    raise missing("torch.version", name, globals())
