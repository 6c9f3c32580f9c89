"""torch.utils."""
from agc._missing import missing


def __getattr__(name):
    if name in ("checkpoint", "data", "dlpack", "hooks"):
        from agc._titles import imported
        return imported("agc.utils." + name)
    raise missing("torch.utils", name, globals())
