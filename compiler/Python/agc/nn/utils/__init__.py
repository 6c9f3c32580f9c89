"""torch.nn.utils: gradients within bounds, and parameters as one vector."""
import math

import agc
from agc._missing import missing
from agc._modes import no_grad
from agc._tensor import Tensor, forbid
from agc._titles import imported
from agc.nn.utils import rnn  # noqa: F401


def _gradients(parameters):
    parameters = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [p.grad for p in parameters if p.grad is not None]


def _norm(tensor, norm_type):
    return agc._ops.vector_norm(tensor, (), norm_type)


def get_total_norm(tensors, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    """The norm of all tensors as one vector."""
    tensors = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    norm_type = float(norm_type)
    if not tensors:
        return agc.tensor(0.0)
    total = _norm(agc.stack([_norm(tensor, norm_type) for tensor in tensors]), norm_type)
    if error_if_nonfinite:
        forbid(~agc.isfinite(total), f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so "
               "it cannot be clipped. To disable this error and scale the gradients by the non-finite norm anyway, set "
               "`error_if_nonfinite=False`")
    return total


def clip_grads_with_norm_(parameters, max_norm, total_norm, foreach=None):
    """Scales gradients so that a norm of theirs becomes max_norm at the most."""
    with no_grad():
        factor = agc._ops.clamp(float(max_norm) / (total_norm + 1e-6), None, 1.0)
        for gradient in _gradients(parameters):
            gradient.mul_(factor)


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    """Scales gradients so that their common norm becomes max_norm at the most; returns what it was."""
    parameters = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    with no_grad():
        total = get_total_norm(_gradients(parameters), norm_type, error_if_nonfinite, foreach)
        clip_grads_with_norm_(parameters, max_norm, total, foreach)
    return total


def clip_grad_value_(parameters, clip_value, foreach=None):
    """Gradients between -clip_value and clip_value."""
    bound = float(clip_value)
    gradients = _gradients(parameters)
    if not gradients:
        raise RuntimeError("Expected !nested_tensorlist[0].empty() to be true, but got false.  (Could this error message be "
                           "improved?  If so, please report an enhancement request to PyTorch.)")
    with no_grad():
        for gradient in gradients:
            gradient.clamp_(min=-bound, max=bound)


def parameters_to_vector(parameters):
    """All parameters' elements as one vector."""
    return agc.cat([parameter.view(-1) for parameter in parameters])


def vector_to_parameters(vec, parameters):
    """The parts of a vector become the parameters' elements."""
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {type(vec).__name__}")
    start = 0
    for parameter in parameters:
        count = parameter.numel()
        parameter.data = vec[start:start + count].view_as(parameter).data
        start += count


_HOOKED = ("weight_norm", "remove_weight_norm", "spectral_norm", "remove_spectral_norm")
_LATER = ("parametrize", "parametrizations", "prune")  # which few programs ask for, and which stand on modules


def __getattr__(name):
    if name in _HOOKED:
        return getattr(imported("agc.nn.utils._hooked"), name)
    if name in _LATER:
        return imported("agc.nn.utils." + name)
    raise missing("torch.nn.utils", name, {**globals(), **dict.fromkeys(_HOOKED + _LATER)})
