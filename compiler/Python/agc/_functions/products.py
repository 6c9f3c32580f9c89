"""Products of vectors, matrices and more."""
import builtins
import math

from agc import _agc, _dtype, _factories, _functions as torch, _ops
from agc._functions import alias, both, exported
from agc._node import named, node
from agc._out import with_out
from agc._sizes import is_one, require, unlike
from agc._tensor import Tensor, method, wrapped
from agc._warnings import warn

for _record in (_ops.mm, _ops.bmm, _ops.mv, _ops.dot):
    exported(with_out(_record, exact=True))



@both
@with_out(exact=True)
def matmul(input, other):
    return _agc.matmul(input, other)


@both
@with_out
def outer(input, vec2):
    return _agc.outer(input, vec2)


alias(outer, "ger")


@both
@with_out(exact=True)
def inner(input, other):
    if input.dim() == 0 or other.dim() == 0:
        return input * other
    if input.dtype is not other.dtype:
        raise RuntimeError("both inputs should have same dtype")
    require(input.size(-1), "==", other.size(-1), "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(input.shape)} and {list(other.shape)}")
    if input.dim() == 1 and other.dim() == 1:
        return named(_ops.dot(input, other), "ViewBackward0")
    return tensordot(input, other, ([-1], [-1]))


def check_expands(input, shape):
    """Refuses what does not broadcast to a shape."""
    if input.dim() > len(shape):
        title = f"torch.{input.dtype._title}Tensor"
        raise RuntimeError(f"expand({title}{{{list(input.shape)}}}, size={list(shape)}): the number of sizes provided "
                           f"({len(shape)}) must be greater or equal to the number of dimensions in the tensor "
                           f"({input.dim()})")
    for i in builtins.range(1, input.dim() + 1):
        if unlike(input._sizes[-i:][:1], shape[-i:][:1]) and unlike(input._sizes[-i:][:1], [1]):
            raise RuntimeError(f"The expanded size of the tensor ({shape[-i]}) must match the existing size "
                               f"({input._sizes[-i]}) at non-singleton dimension {len(shape) - i}.  Target sizes: "
                               f"{list(shape)}.  Tensor sizes: {list(input.shape)}")


def _check_addmm(input, mat1, mat2, is_written):
    for name, matrix in (("mat1", mat1), ("mat2", mat2)):
        if matrix.dim() != 2:
            raise RuntimeError(f"{name} must be a matrix, got {matrix.dim()}-D tensor")
    (rows, inner), (other, columns) = mat1._sizes, mat2._sizes
    if unlike([inner], [other]):
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({rows}x{inner} and {other}x{columns})")
    _check_factors(input, mat1, mat2)
    if is_written and unlike(input.shape, [rows, columns]):
        raise RuntimeError(f"Bad in-place call: input tensor size {list(input.shape)} and output tensor size "
                           f"{[rows, columns]} should match")
    check_expands(input, [rows, columns])


def _check_factors(input, mat1, mat2):
    for name, x in (("self", input), ("mat1", mat1)):
        if x.dtype is not mat2.dtype:
            raise RuntimeError(f"{name} and mat2 must have the same dtype, but got {x.dtype._title} and {mat2.dtype._title}")


def _factors(input, *factors):
    """Factors as PyTorch's kernels take them, in the elements' type: whole numbers for integers."""
    def taken(factor):
        if isinstance(factor, builtins.complex) and not input.is_complex():
            if factor.imag:
                raise RuntimeError(f"value cannot be converted to type {_agc.cpp_name_of(input._dtype)} without overflow")
            factor = factor.real
        return factor if input.is_floating_point() or input.is_complex() else builtins.int(factor)
    return [taken(factor) for factor in factors]


@both
@with_out(exact=True)
def addmm(input, mat1, mat2, *, beta=1, alpha=1):
    return _addmm(input, mat1, mat2, beta, alpha)


def _addmm(input, mat1, mat2, beta, alpha, is_written=False):
    _check_addmm(input, mat1, mat2, is_written)
    beta, alpha = _factors(input, beta, alpha)
    if isinstance(beta, builtins.complex) or isinstance(alpha, builtins.complex):
        return named(_sum(input, beta, _ops.mm(mat1, mat2), alpha), "AddmmBackward0")
    return _ops.addmm(input, mat1, mat2, beta, alpha)


@method
def addmm_(self, mat1, mat2, *, beta=1, alpha=1):
    return self.copy_(_addmm(self, mat1, mat2, beta, alpha, is_written=True))


def _sum(input, beta, product, alpha):
    """beta * input + alpha * product, in which what has a factor of 0 is not read, NaN or not."""
    from agc import tensor
    beta, alpha = _factors(product, beta, alpha)
    first, second = (x * factor if factor else x.masked_fill(tensor(True), 0)
                     for x, factor in ((input, beta), (product, alpha)))
    return first + second


@both
@with_out(exact=True)
@node("AddmvBackward0")
def addmv(input, mat, vec, *, beta=1, alpha=1):
    if (mat.dim(), vec.dim()) != (2, 1) or input.dim() > 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got {input.dim()}, {mat.dim()}, {vec.dim()}")
    if unlike(mat.shape[1:], vec.shape) or (input.dim() and unlike(input.shape, mat.shape[:1]) and
                                            unlike(input.shape, [1])):
        rows, columns = mat.shape
        raise RuntimeError(f"size mismatch, got input ({input.size(0)}), mat ({rows}x{columns}), "
                           f"vec ({vec.shape[0]})")
    if not input.dtype is mat.dtype is vec.dtype:
        raise RuntimeError("addmv input tensors must have the same dtype, but got {}, {}, and {}".format(
            *(x.dtype._title for x in (input, mat, vec))))
    _dtype.check_kernel("addmv_impl_cpu", input, "float complex int")
    return _sum(input, beta, _ops.mv(mat, vec), alpha)


def check_vectors(vec1, vec2):
    for name, vector in (("vec1", vec1), ("vec2", vec2)):
        if vector.dim() != 1:
            raise RuntimeError(f"addr: Expected 1-D argument {name}, but got {vector.dim()}-D")


@both
@with_out
@node("AddrBackward0")
def addr(input, vec1, vec2, *, beta=1, alpha=1):
    check_vectors(vec1, vec2)
    check_expands(input, [vec1.size(0), vec2.size(0)])
    kind = _dtype.promote_types(_dtype.promote_types(vec1.dtype, vec2.dtype), input.dtype)
    if not kind.is_floating_point and not kind.is_complex:
        for name, factor in (("beta", beta), ("alpha", alpha)):
            if isinstance(factor, builtins.float):
                raise RuntimeError(f"For integral input tensors, argument {name} must not be a floating point number.")
    return _sum(input, beta, _agc.outer(vec1, vec2), alpha).to(kind)


@both
@with_out(exact=True)
@node("BaddbmmBackward0")
def baddbmm(input, batch1, batch2, *, beta=1, alpha=1):
    check_expands(input, [batch1.size(0), batch1.size(1), batch2.size(2)])
    _check_batches(batch1, batch2)
    if input.dtype is not batch1.dtype:  # bmm compares the other
        raise RuntimeError("Input dtypes must be the same, got: input {}, batch1: {}, batch2: {}".format(
            *(_agc.cpp_name_of(x.dtype._number) for x in (input, batch1, batch2))))
    _dtype.check_kernel("baddbmm", input, "float complex int")
    return _sum(input, beta, _ops.bmm(batch1, batch2), alpha)


def _check_batches(batch1, batch2):
    for name, batch in (("batch1", batch1), ("batch2", batch2)):
        if batch.dim() != 3:
            raise RuntimeError(f"{name} must be a 3D tensor")
    expected = [batch1.shape[0], batch1.shape[2]]
    if unlike(expected, batch2.shape[:2]):
        raise RuntimeError(f"Expected size for first two dimensions of batch2 tensor to be: {expected} but got: "
                           f"{list(batch2.shape[:2])}.")


@both
@with_out
@node("AddbmmBackward0")
def addbmm(input, batch1, batch2, *, beta=1, alpha=1):
    check_expands(input, [batch1.size(1), batch2.size(2)])
    for name, batch in (("batch1", batch1), ("batch2", batch2)):
        if batch.dim() != 3:
            raise RuntimeError(f"{name} must be a 3D tensor")
    require(batch1.size(0), "==", batch2.size(0), "batch1 and batch2 must have same number of batches, got "
            f"{batch1.size(0)} and {batch2.size(0)}")
    require(batch1.size(2), "==", batch2.size(1), "Incompatible matrix sizes for bmm ("
            f"{batch1.size(1)}x{batch1.size(2)} and {batch2.size(1)}x{batch2.size(2)})")
    _check_factors(input, batch1, batch2)
    _dtype.check_kernel("addmm_impl_cpu_", input, "float complex int")
    return _sum(input, beta, _ops.bmm(batch1, batch2).sum(0), alpha)


@both
@with_out(exact=True)
@node("VdotBackward0")
def vdot(input, other):
    return _ops.dot(input.conj(), other)


@exported
@with_out(exact=True)
def tensordot(a, b, dims=2):
    if a.dtype is not b.dtype:
        raise RuntimeError("both inputs should have same dtype")
    if isinstance(dims, builtins.int):
        dims = (list(builtins.range(a.dim() - dims, a.dim())), list(builtins.range(dims)))
    left, right = ([wrapped(d, x.dim()) for d in given] for given, x in zip(dims, (a, b)))
    keep_a = [d for d in builtins.range(a.dim()) if d not in left]
    keep_b = [d for d in builtins.range(b.dim()) if d not in right]
    shape = [a._sizes[d] for d in keep_a] + [b._sizes[d] for d in keep_b]
    for i, j in zip(left, right):
        if is_one(a._sizes[i]) and not is_one(b._sizes[j]):  # the one element meets all of the other
            b = _ops.sum(b, [j], True)
        if is_one(b._sizes[j]) and not is_one(a._sizes[i]):
            a = _ops.sum(a, [i], True)
        require(a._sizes[i], "==", b._sizes[j], f"contracted dimensions need to match, but first has size {a._sizes[i]} in dim "
                f"{i} and second has size {b._sizes[j]} in dim {j}")
    inner_size = math.prod(a._sizes[d] for d in left)
    rows = a._permute(keep_a + left)._reshape([math.prod(shape[:len(keep_a)]), inner_size])
    columns = b._permute(right + keep_b)._reshape([inner_size, math.prod(b._sizes[d] for d in keep_b)])
    made = _ops.mm(rows, columns)
    if made.requires_grad:  # where these are copies, torch's may be views
        _agc.add_sources(made, [given for given, used in ((a, rows), (b, columns)) if used._storage != given._storage])
    return made._reshape(shape)


@both
@with_out(exact=True)
def matrix_power(input, n):
    """The product of n times the same matrices, by squares."""
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
        inverse = torch.inverse(input)
        return inverse if n == -1 else matrix_power(inverse, -n)
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
                               f"{_agc.cpp_name_of(tensors[0]._dtype)} and tensor {i} {_agc.cpp_name_of(tensor._dtype)}")
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
            costs[i, j], splits[i, j] = builtins.min(found, key=lambda it: (it[0], -it[1] if count == 3 else it[1]))
    return splits


@with_out(exact=True)
def multi_dot(tensors):
    """The product of matrices in the order that multiplies the fewest numbers; the first and last may be vectors."""
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
@with_out
def chain_matmul(*matrices):
    """multi_dot of matrices that are given one by one."""
    warn("torch.chain_matmul is deprecated and will be removed in a future PyTorch release. Use torch.linalg.multi_dot "
         "instead, which accepts a list of two or more tensors rather than multiple parameters.", once=True)
    for i, matrix in enumerate(matrices):
        if not isinstance(matrix, Tensor):
            raise TypeError(f"expected Tensor as element {i} in argument 0, but got {type(matrix).__name__}")
        if matrix.dim() != 2:
            raise RuntimeError(f"Tensor dimension is {matrix.dim()}, expected 2 instead.")
    if not matrices:
        raise RuntimeError("chain_matmul(): Expected one or more matrices")
    return matrices[0].clone() if len(matrices) == 1 else multi_dot(matrices)


@exported
def einsum(equation, *operands):
    from agc._einsum import einsum as run
    return run(equation, *operands)
