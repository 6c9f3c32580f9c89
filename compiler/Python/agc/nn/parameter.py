"""Parameter: a leaf that a module owns and an optimizer updates."""
from agc import _agc
from agc._factories import ONLY_FLOATS
from agc._missing import missing
from agc._tensor import Tensor


def _data(data):
    if data is None:
        import agc
        return agc.empty(0)
    return data.detach()


class Parameter(Tensor):
    """A tensor over data's elements that requires grad; a module lists it when it is assigned to an attribute."""

    _prints_as_tensor = True

    def __init__(self, data=None, requires_grad=True):
        data = _data(data)
        if requires_grad and not (data.is_floating_point() or data.is_complex()):
            _agc.refuse("dtype-without-grad", data, ONLY_FLOATS)
            requires_grad = False  # a check goes on
        super().__init__(data)
        self.requires_grad_(requires_grad)

    def __repr__(self):
        return "Parameter containing:\n" + super().__repr__()


class Buffer(Tensor):
    """A tensor of a module's state that is no parameter; with `persistent`, part of its state_dict."""

    _prints_as_tensor = True

    def __init__(self, data=None, *, persistent=True):
        super().__init__(_data(data))
        self.persistent = persistent


def __getattr__(name):
    if name.startswith("Uninitialized"):
        from agc.nn import _uninitialized
        if hasattr(_uninitialized, name):
            return getattr(_uninitialized, name)
    raise missing("torch.nn.parameter", name, globals())
