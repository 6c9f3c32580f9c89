"""torch.autograd.graph: places in the graph, and what it saves."""
from collections import namedtuple

from agc import _agc
from agc._missing import missing
from agc._tensor import Node, Tensor


GradientEdge = namedtuple("GradientEdge", "node output_nr ownership_token", defaults=[None], module=__name__)
GradientEdge.__doc__ = "A place in the graph: an output of a node."


def get_gradient_edge(tensor):
    """The place where a tensor's gradient comes to, which `grad` takes in the tensor's stead."""
    if not tensor.requires_grad:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    handle, output = _agc.place_of(tensor)
    return GradientEdge(Node.of(handle, _agc.edge(tensor)), output)


def tensor_at(place):
    """A tensor at a place; tensors are where they are."""
    if isinstance(place, Tensor):
        return place
    held = place.node._tensor
    if held is not None:
        handle, output = _agc.place_of(held)
        if handle is not None and handle.id() == place.node._handle.id() and output == place.output_nr:
            return held
    raise NotImplementedError("a GradientEdge that get_gradient_edge() did not give is not in agc yet")


class saved_tensors_hooks:  # noqa: N801, torch's name
    """Not in agc yet: what the graph saves is chosen when it is compiled."""

    def __init__(self, pack_hook, unpack_hook):
        raise NotImplementedError("torch.autograd.graph.saved_tensors_hooks is not in agc yet: what a backward keeps is "
                                  "chosen when it is compiled, and no Python is called for it")


class save_on_cpu:  # noqa: N801, torch's name
    """Inside, what is saved for backward is kept in the CPU's memory: where it is."""

    def __init__(self, pin_memory=False, device_type="cuda"):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass


class disable_saved_tensors_hooks(save_on_cpu):  # noqa: N801, torch's name
    """Inside, saved_tensors_hooks is an error with a message of the program's; it always is one."""

    def __init__(self, error_message):
        super().__init__()


def __getattr__(name):
    raise missing("torch.autograd.graph", name, globals())
