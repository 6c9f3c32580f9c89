"""Distances between rows."""
from agc import _ops
from agc._modes import no_grad
from agc._node import named

__all__ = ["cosine_similarity", "pairwise_distance"]


def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    """The p-norm of x1 - x2 + eps along the last dim"""
    return named(_ops.vector_norm(x1 - x2 + eps, -1, p, keepdim), "NormBackward1")


def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    """The cosine of the angle between vectors along a dim"""

    def unit(x):
        norm = _ops.vector_norm(x, dim, 2, True).clone()
        with no_grad():
            norm.clamp_(eps)
        return x / norm

    rank = max(x1.dim(), x2.dim())
    if x1.shape != x2.shape and x1.dim() != x2.dim():
        x1 = x1.reshape([1] * (rank - x1.dim()) + list(x1.shape))
        x2 = x2.reshape([1] * (rank - x2.dim()) + list(x2.shape))
    return _ops.sum(unit(x1) * unit(x2), dim)
