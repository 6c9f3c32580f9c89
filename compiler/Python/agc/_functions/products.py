"""Products of vectors, matrices and more."""
import builtins
import math

from agc import _agc, _factories, _ops
from agc._functions import alias, both, exported
from agc._missing import refuse
from agc._tensor import Tensor, _c_name, unlike, wrapped


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


@both
def matrix_power(input, n, *, out=None):
    """The product of n times the same matrices, by squares."""
    refuse("matrix_power", out=out)
    if not isinstance(input, Tensor):
        raise TypeError(f"matrix_power(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    if isinstance(n, builtins.float) or not hasattr(n, "__index__"):
        raise TypeError(f"matrix_power(): argument 'n' (position 2) must be int, not {type(n).__name__}")
    n = n.__index__()
    if input.dim() < 2:
        raise RuntimeError("linalg.matrix_power: The input tensor A must have at least 2 dimensions.")
    if unlike(input._sizes[-1:], input._sizes[-2:-1]):
        raise RuntimeError("linalg.matrix_power: A must be batches of square matrices, but they are "
                           f"{input._sizes[-2]} by {input._sizes[-1]} matrices")
    if n < 0:
        raise NotImplementedError("matrix_power(): negative powers are not in agc yet")
    if n == 0:
        return input.clone().copy_(_factories.eye(input._sizes[-1], dtype=input.dtype))
    if n == 3:
        return _agc.matmul(_agc.matmul(input, input), input)
    square, result = input, None
    while n:
        if n % 2:
            result = square if result is None else _agc.matmul(result, square)
        n //= 2
        square = _agc.matmul(square, square) if n else square
    return result.clone() if result is input else result


def _check_chain(tensors):
    """Refuses what multi_dot cannot multiply."""
    if len(tensors) < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(tensors)}")
    last = len(tensors) - 1
    for i, tensor in enumerate(tensors):
        if i in (0, last) and tensor.dim() not in (1, 2):
            raise RuntimeError(f"multi_dot(): the {'last' if i else 'first'} tensor must be 1D or 2D but got "
                               f"{tensor.dim()}D")
    for i, tensor in enumerate(tensors[1:-1], 1):
        if tensor.dim() != 2:
            raise RuntimeError(f"multi_dot(): tensor {i} must be 2D but got {tensor.dim()}D")
    for i, tensor in enumerate(tensors):
        if tensor.dtype is not tensors[0].dtype:
            raise RuntimeError("multi_dot(): all tensors must have be the same dtype but tensor 0 is "
                               f"{_c_name(tensors[0].dtype)} and tensor {i} {_c_name(tensor.dtype)}")
    for i, (a, b) in enumerate(zip(tensors, tensors[1:])):
        if unlike(a._sizes[-1:], b._sizes[:1]):
            raise RuntimeError(f"multi_dot(): tensors {i} and {i + 1} with shapes {list(a.shape)} and {list(b.shape)} "
                               "cannot be multiplied")


def _splits(extents):
    """Where to split a chain of matrices, for each part of it, so that the fewest numbers are multiplied."""
    extents = [extent if isinstance(extent, builtins.int) else 1024 for extent in extents]  # a call's own: many
    count = len(extents) - 1
    costs, splits = {(i, i): 0 for i in builtins.range(count)}, {}
    for length in builtins.range(1, count):
        for i in builtins.range(count - length):
            j = i + length
            found = [(costs[i, k] + costs[k + 1, j] + extents[i] * extents[k + 1] * extents[j + 1], k)
                     for k in builtins.range(i, j)]
            costs[i, j], splits[i, j] = builtins.min(found)
    return splits


def multi_dot(tensors, *, out=None):
    """The product of matrices in the order that multiplies the fewest numbers; the first and last may be vectors."""
    refuse("multi_dot", out=out)
    if isinstance(tensors, Tensor) or not hasattr(tensors, "__iter__"):
        raise TypeError("linalg_multi_dot(): argument 'tensors' (position 1) must be tuple of Tensors, not "
                        f"{type(tensors).__name__}")
    tensors = list(tensors)
    _check_chain(tensors)
    shape = tensors[0]._sizes[:-1] + tensors[-1]._sizes[1:]
    tensors[0] = tensors[0] if tensors[0].dim() == 2 else tensors[0]._unsqueeze(0)
    tensors[-1] = tensors[-1] if tensors[-1].dim() == 2 else tensors[-1]._unsqueeze(1)
    splits = _splits([tensor._sizes[0] for tensor in tensors] + [tensors[-1]._sizes[1]])

    def product(i, j):
        if i == j:
            return tensors[i]
        k = splits[i, j]
        return _ops.mm(product(i, k), product(k + 1, j))
    return product(0, len(tensors) - 1)._view(shape)


@exported
def chain_matmul(*matrices, out=None):
    """multi_dot of matrices that are given one by one."""
    for i, matrix in enumerate(matrices):
        if not isinstance(matrix, Tensor):
            raise TypeError(f"expected Tensor as element {i} in argument 0, but got {type(matrix).__name__}")
        if matrix.dim() != 2:
            raise RuntimeError(f"Tensor dimension is {matrix.dim()}, expected 2 instead.")
    if not matrices:
        raise RuntimeError("chain_matmul(): Expected one or more matrices")
    return matrices[0].clone() if len(matrices) == 1 else multi_dot(matrices, out=out)


@exported
def einsum(equation, *operands):
    from agc._einsum import einsum as run
    return run(equation, *operands)
