"""torch.compiler: what a program tells and asks torch.compile; agc compiles whatever is asked."""
from agc._missing import missing


def is_compiling():
    return False


is_dynamo_compiling = is_exporting = is_compiling


def disable(fn=None, recursive=True, *, reason=None):
    """The function as it is."""
    return fn if fn is not None else lambda function: function


def allow_in_graph(fn):
    return fn


def reset():
    """Forgets nothing that a program could see."""


def cudagraph_mark_step_begin():
    """There are no CUDA graphs."""


def __getattr__(name):
    raise missing("torch.compiler", name, globals())
