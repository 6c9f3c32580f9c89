"""The older forms of parametrizations: a hook computes the weight before each forward."""
from agc._modes import no_grad
from agc._warnings import warn
from agc.nn import functional as F
from agc.nn.modules.conv import _Transposed
from agc.nn.parameter import Parameter
from agc.nn.utils.parametrizations import as_matrix, norm_except_dim, of_length


class WeightNorm:
    def __init__(self, name, dim):
        self.name, self.dim = name, -1 if dim is None else dim

    def compute_weight(self, module):
        return of_length(getattr(module, self.name + "_v"), getattr(module, self.name + "_g"), self.dim)

    def __call__(self, module, inputs):
        setattr(module, self.name, self.compute_weight(module))


def _only(module, kind, name):
    """No second hook of a kind for one name."""
    for hook in module._forward_pre_hooks.values():
        if isinstance(hook, kind) and hook.name == name:
            raise RuntimeError(f"Cannot register two {kind.__name__.removesuffix('Norm').lower()}_norm hooks on the same "
                               f"parameter {name}")


def weight_norm(module, name="weight", dim=0):
    """A module's weight by its direction, `weight_v`, and its slices' lengths, `weight_g`."""
    warn("`torch.nn.utils.weight_norm` is deprecated in favor of `torch.nn.utils.parametrizations.weight_norm`.", FutureWarning)
    _only(module, WeightNorm, name)
    hook, weight = WeightNorm(name, dim), getattr(module, name)
    del module._parameters[name]
    module.register_parameter(name + "_g", Parameter(norm_except_dim(weight, hook.dim).data))
    module.register_parameter(name + "_v", Parameter(weight.data))
    setattr(module, name, hook.compute_weight(module))
    module.register_forward_pre_hook(hook)
    return module


class SpectralNorm:
    def __init__(self, name, n_power_iterations, dim, eps):
        if n_power_iterations <= 0:
            raise ValueError(f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}")
        self.name, self.n_power_iterations, self.dim, self.eps = name, n_power_iterations, dim, eps

    def compute_weight(self, module, do_power_iteration):
        weight, u, v = (getattr(module, self.name + end) for end in ("_orig", "_u", "_v"))
        matrix = as_matrix(weight, self.dim)
        if do_power_iteration:
            with no_grad():
                for _ in range(self.n_power_iterations):
                    v.copy_(F.normalize(matrix.t().mv(u), dim=0, eps=self.eps))
                    u.copy_(F.normalize(matrix.mv(v), dim=0, eps=self.eps))
            u, v = u.clone(), v.clone()
        return weight / u.dot(matrix.mv(v))

    def __call__(self, module, inputs):
        setattr(module, self.name, self.compute_weight(module, module.training))


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    """A module's weight, `weight_orig`, by its greatest stretch."""
    _only(module, SpectralNorm, name)
    dim = int(isinstance(module, _Transposed)) if dim is None else dim
    hook, weight = SpectralNorm(name, n_power_iterations, dim, eps), module._parameters[name]
    with no_grad():
        rows, columns = as_matrix(weight, dim).shape
        u = F.normalize(weight.new_empty(rows).normal_(0, 1), dim=0, eps=eps)
        v = F.normalize(weight.new_empty(columns).normal_(0, 1), dim=0, eps=eps)
    del module._parameters[name]
    module.register_parameter(name + "_orig", weight)
    setattr(module, name, weight.data)
    module.register_buffer(name + "_u", u)
    module.register_buffer(name + "_v", v)
    module.register_forward_pre_hook(hook)
    return module


def _removed(module, kind, name, made):
    """The hook that is taken away; its weight becomes a parameter again."""
    for key, hook in list(module._forward_pre_hooks.items()):
        if isinstance(hook, kind) and hook.name == name:
            weight = made(hook).detach()
            del module._forward_pre_hooks[key]
            module.__dict__.pop(name, None)
            for end in ("_g", "_v", "_orig"):
                module._parameters.pop(name + end, None)
            for end in ("_u", "_v"):
                module._buffers.pop(name + end, None)
            setattr(module, name, Parameter(weight))
            return module
    raise ValueError(f"{kind.__name__.removesuffix('Norm').lower()}_norm of '{name}' not found in {module}")


def remove_weight_norm(module, name="weight"):
    return _removed(module, WeightNorm, name, lambda hook: hook.compute_weight(module))


def remove_spectral_norm(module, name="weight"):
    return _removed(module, SpectralNorm, name, lambda hook: hook.compute_weight(module, False))
