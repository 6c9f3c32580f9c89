"""torch.nn.utils.parametrizations: weights of a length, or of a greatest stretch, that is learnt or 1."""
from agc import _ops
from agc._missing import missing
from agc._modes import no_grad
from agc._node import named
from agc.nn import functional as F
from agc.nn.modules.conv import _Transposed
from agc.nn.modules.module import Module
from agc.nn.utils.parametrize import register_parametrization


def norm_except_dim(v, dim):
    """The lengths of all slices of a dim; of dim -1 that of all elements."""
    if dim == -1:
        return _ops.vector_norm(v, (), 2.0)
    return _ops.vector_norm(v, [d for d in range(v.dim()) if d != dim], 2.0, True)


def of_length(v, g, dim):
    made = v * (g / norm_except_dim(v, dim))
    return named(made, "WeightNormInterfaceBackward0") if dim in (0, v.dim() - 1) else made


class _WeightNorm(Module):
    def __init__(self, dim=0):
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g, weight_v):
        return of_length(weight_v, weight_g, self.dim)

    def right_inverse(self, weight):
        return norm_except_dim(weight, self.dim), weight


def weight_norm(module, name="weight", dim=0):
    """A module's weight by its direction and its slices' lengths, which are learnt apart."""
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


def as_matrix(weight, dim):
    """A weight with a dim's slices as rows."""
    if dim:
        weight = weight.permute(dim, *(d for d in range(weight.dim()) if d != dim))
    return weight.flatten(1)


class _SpectralNorm(Module):
    def __init__(self, weight, n_power_iterations=1, dim=0, eps=1e-12):
        super().__init__()
        if not -weight.dim() <= dim < weight.dim():
            raise IndexError(f"Dimension out of range (expected to be in range of [-{weight.dim()}, {weight.dim() - 1}] but "
                             f"got {dim})")
        self.dim, self.eps = dim % weight.dim(), eps
        if weight.dim() > 1:
            if n_power_iterations <= 0:
                raise ValueError("Expected n_power_iterations to be positive, but got n_power_iterations="
                                 f"{n_power_iterations}")
            self.n_power_iterations = n_power_iterations
            matrix = as_matrix(weight, self.dim)
            rows, columns = (weight.detach().new_empty(n).normal_(0, 1) for n in matrix.shape)
            self.register_buffer("_u", F.normalize(rows, dim=0, eps=eps))
            self.register_buffer("_v", F.normalize(columns, dim=0, eps=eps))
            self._iterate(matrix, 15)

    @no_grad()
    def _iterate(self, matrix, times):
        """Turns both vectors to where the matrix stretches most."""
        for _ in range(times):
            self._u.copy_(F.normalize(matrix.mv(self._v), dim=0, eps=self.eps))
            self._v.copy_(F.normalize(matrix.t().mv(self._u), dim=0, eps=self.eps))

    def forward(self, weight):
        if weight.dim() == 1:
            return F.normalize(weight, dim=0, eps=self.eps)
        matrix = as_matrix(weight, self.dim)
        if self.training:
            self._iterate(matrix, self.n_power_iterations)
        return weight / self._u.clone().dot(matrix.mv(self._v.clone()))

    def right_inverse(self, value):
        return value


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    """A module's weight by its greatest stretch."""
    weight = getattr(module, name, None)
    if weight is None:
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    dim = int(isinstance(module, _Transposed)) if dim is None else dim
    return register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))


def __getattr__(name):
    raise missing("torch.nn.utils.parametrizations", name, globals())
