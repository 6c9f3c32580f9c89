"""Distances between rows."""
from agc import _dtype, _ops
from agc._functions.operators import broadcast_shapes
from agc._functions.reductions import pdist
from agc._modes import no_grad
from agc._node import named
from agc._sizes import check_meets, unlike

__all__ = ["cosine_similarity", "pairwise_distance", "pdist"]


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

    kind = _dtype.promote_types(x1.dtype, x2.dtype)
    if not kind.is_floating_point:
        raise RuntimeError(f"expected common dtype to be floating point, yet common dtype is {kind._title}")
    x1, x2 = x1.to(kind), x2.to(kind)
    if unlike(x1.shape, x2.shape):
        check_meets(x1.shape, x2.shape)
        shape = broadcast_shapes(x1.shape, x2.shape)
        x1, x2 = x1.expand(shape), x2.expand(shape)
    return _ops.sum(unit(x1) * unit(x2), dim)
