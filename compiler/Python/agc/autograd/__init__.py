"""torch.autograd: gradients as values, and accumulated."""
import operator

from agc.autograd import _batched, _engine
from agc.autograd.function import Function  # noqa: F401
from agc.autograd.anomaly_mode import (detect_anomaly, is_anomaly_check_nan_enabled, is_anomaly_enabled,  # noqa: F401
                                       set_detect_anomaly)
from agc.autograd import functional  # noqa: F401
from agc.autograd import graph
from agc.autograd.gradcheck import gradcheck, gradgradcheck  # noqa: F401
from agc._missing import missing, refuse
from agc._modes import enable_grad, inference_mode, no_grad, set_grad_enabled  # noqa: F401
from agc._tensor import Tensor


class _VariableMeta(type):
    def __instancecheck__(cls, instance):
        return isinstance(instance, Tensor)


class Variable(metaclass=_VariableMeta):
    """The old name of tensors: makes one that shares another's elements and has no history."""

    def __new__(cls, data=None, requires_grad=False):
        if data is None:
            from agc._factories import empty
            data = empty(0)
        if not isinstance(data, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type(data).__name__}")
        made = data.detach()
        return made.requires_grad_() if requires_grad else made


def _tuple(value):
    return (value,) if isinstance(value, (Tensor, graph.GradientEdge)) else tuple(value)


def _outputs(value):
    outputs = _tuple(value)
    if not all(isinstance(x, (Tensor, graph.GradientEdge)) for x in outputs):
        raise AssertionError("Expected output to be a torch.Tensor")
    return tuple(map(graph.tensor_at, outputs))


def _inputs(value, accumulates):
    inputs = _tuple(value)
    for i, x in enumerate(inputs):
        if not isinstance(x, (Tensor, graph.GradientEdge)):
            for tensor in [] if accumulates else map(graph.tensor_at, inputs[:i]):
                if not tensor.requires_grad:  # PyTorch comes to it first
                    return (tensor,)
            raise RuntimeError(f"all inputs have to be Tensors or GradientEdges, but got {type(x).__name__}")
    return tuple(map(graph.tensor_at, inputs))


def _seeds(value, outputs):
    seeds = None if value is None else _tuple(value)
    for x in seeds or ():
        if x is not None and not isinstance(x, Tensor):
            raise TypeError(f"gradients can be either Tensors or None, but got {type(x).__name__}")
    return seeds


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False, grad_variables=None, inputs=None):
    """Accumulates the gradients of tensors into the leaves that they depend on."""
    refuse("backward", grad_variables=grad_variables)
    tensors = _outputs(tensors)
    retain = operator.index(create_graph if retain_graph is None else retain_graph) != 0
    if inputs is not None:
        inputs = _inputs(inputs, True)
        if not inputs:
            raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    _engine.backward(tensors, _seeds(grad_tensors, tensors), retain, create_graph, inputs)


def grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, only_inputs=True,
         allow_unused=None, is_grads_batched=False, materialize_grads=False):
    """The gradients of outputs with respect to inputs, as new tensors."""
    given = _tuple(outputs)
    outputs, inputs = _outputs(given), _inputs(inputs, False)
    if not inputs:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    retain = operator.index(create_graph if retain_graph is None else retain_graph) != 0
    unused = materialize_grads if allow_unused is None else allow_unused
    seeds = _seeds(grad_outputs, outputs)
    if is_grads_batched:
        results = _batched.grad(given, outputs, inputs, seeds, create_graph, retain, unused)
    else:
        results = _engine.grad(outputs, inputs, seeds, create_graph, retain, unused)
    if materialize_grads:
        from agc._factories import zeros_like
        results = tuple(zeros_like(x) if r is None else r for r, x in zip(results, inputs))
    return results


def __getattr__(name):
    raise missing("torch.autograd", name, globals())
