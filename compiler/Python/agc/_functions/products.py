"""Products of vectors, matrices and more."""
import builtins
import math

from agc import _agc, _ops
from agc._functions import alias, both, exported
from agc._missing import refuse
from agc._tensor import Tensor, wrapped


@both
def matmul(input, other, *, out=None):
    refuse("matmul", out=out)
    return _agc.matmul(input, other)


@both
def outer(input, vec2):
    return _agc.outer(input, vec2)


alias(outer, "ger")


@both
def inner(input, other):
    if input.dim() == 0 or other.dim() == 0:
        return input * other
    if input.dim() == 1 and other.dim() == 1:
        return _ops.dot(input, other)
    return tensordot(input, other, ([-1], [-1]))


@both
def addmm(input, mat1, mat2, *, beta=1, alpha=1, out=None):
    refuse("addmm", out=out)
    return _ops.addmm(input, mat1, mat2, beta, alpha)


Tensor.addmm_ = lambda self, a, b, *, beta=1, alpha=1: self.copy_(_ops.addmm(self, a, b, beta, alpha))


@exported
def tensordot(a, b, dims=2, out=None):
    refuse("tensordot", out=out)
    if isinstance(dims, builtins.int):
        dims = (list(builtins.range(a.dim() - dims, a.dim())), list(builtins.range(dims)))
    left, right = ([wrapped(d, x.dim()) for d in given] for given, x in zip(dims, (a, b)))
    keep_a = [d for d in builtins.range(a.dim()) if d not in left]
    keep_b = [d for d in builtins.range(b.dim()) if d not in right]
    shape = [a._sizes[d] for d in keep_a] + [b._sizes[d] for d in keep_b]
    inner_size = math.prod(a._sizes[d] for d in left)
    rows = a._permute(keep_a + left)._reshape([-1 if inner_size else math.prod(shape[:len(keep_a)]), inner_size])
    columns = b._permute(right + keep_b)._reshape([inner_size, math.prod(b._sizes[d] for d in keep_b)])
    return _ops.mm(rows, columns)._reshape(shape)


@exported
def einsum(equation, *operands):
    from agc._einsum import einsum as run
    return run(equation, *operands)
