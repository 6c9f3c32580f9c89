"""The names that torch's own kernels have in the graph, for what is composed here."""
import functools

from agc import _agc
from agc._tensor import Tensor


def named(result, name):
    """The result, whose node has the name that torch gives it."""
    if isinstance(result, Tensor) and result.requires_grad and not result.is_leaf:
        _agc.name_node(result, name)
    return result


def node(name):
    """A function whose first result's node is named as torch names it."""
    def decorated(function):
        @functools.wraps(function)
        def called(*args, **kwargs):
            result = function(*args, **kwargs)
            named(result[0] if isinstance(result, tuple) and result else result, name)
            return result
        return called
    return decorated
