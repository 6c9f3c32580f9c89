"""torch.jit: TorchScript is another way to compile; what marks a function for it leaves the function as it is."""
from agc._missing import missing


def _identity(fn=None, *args, **kwargs):
    return fn if callable(fn) else lambda function: function


ignore = unused = export = _identity


def is_scripting():
    return False


is_tracing = is_scripting


def _refused(name):
    def refused(*args, **kwargs):
        raise NotImplementedError(f"torch.jit.{name} is not in agc: programs are compiled as they run, and @agc.export makes "
                                  "an object file of a function")
    refused.__name__ = refused.__qualname__ = name
    return refused


script, trace, trace_module, load, save, freeze = map(_refused, ("script", "trace", "trace_module", "load", "save", "freeze"))


def __getattr__(name):
    raise missing("torch.jit", name, globals())
