"""Matrices factored and solved: determinants, inverses, solutions and Cholesky's factor."""
import functools

from agc import _agc, _dtype, _factories, _functions as torch
from agc._functions import both, exported
from agc._functions.sorting import pair
from agc._node import named
from agc._out import with_out
from agc._sizes import check_meets, require, unlike
from agc._tensor import holds, method


class _LinAlgError(RuntimeError):
    """A matrix has not what is asked for."""


_LinAlgError.__module__ = "torch._C"
_slogdet, _inv_ex, _solve_ex, _cholesky_ex, _lu_factor = (
    pair("linalg_" + name, second, first) for name, first, second in (
        ("slogdet", "sign", "logabsdet"), ("inv_ex", "inverse", "info"), ("solve_ex", "result", "info"),
        ("cholesky_ex", "L", "info"), ("lu_factor", "LU", "pivots")))


def _check_square(name, A):
    if A.dim() < 2:
        raise RuntimeError(f"{name}: The input tensor A must have at least 2 dimensions.")
    require(A.shape[-1], "==", A.shape[-2], f"{name}: A must be batches of square matrices, but they are {A.shape[-2]} by "
            f"{A.shape[-1]} matrices")


def _check_floating(name, A):
    if not A.is_floating_point() and not A.is_complex():
        raise RuntimeError(f"{name}: Expected a floating point or complex tensor as input. Got "
                           f"{A.dtype._title}")


def _square(name, A):
    _check_square(name, A)
    _check_floating(name, A)
    return A


def _square_and_wide(name, A):
    """The same where halves are refused in words of the function's, not of the kernel's."""
    _square(name, A)
    if A.dtype in (_dtype.float16, _dtype.bfloat16):
        raise RuntimeError(f"{name}: Low precision dtypes not supported. Got {A.dtype._title}")
    return A


def _require(info, message, kind=_LinAlgError):
    """Raises the message of the first matrix whose info is a step that failed; of a call that is compiled without the
    step, which it alone finds."""
    if _agc.is_exporting():
        _agc.check((info == 0).all(), message("", None))
    elif holds((info != 0).any()):
        numbers = info.reshape(-1).tolist()
        batch, step = next((i, number) for i, number in enumerate(numbers) if number)
        raise kind(message(f"(Batch element {batch}): " if info.dim() else "", step))


def _checked(name, result, check_errors, message):
    """The result of a function that tells in `info` whether it failed."""
    *values, info = result
    if check_errors:
        _require(info, functools.partial(message, name=name))
    return type(result)(*values, info.int())


@with_out(exact=True)
def det(A):
    """The determinant of matrices."""
    return _agc.call("det", _square("linalg.det", A))


def _not_invertible(batch, step, name="linalg.inv"):
    element = f"The diagonal element {step}" if step else "A diagonal element"
    return (f"{name}: {batch}{element} is zero, the inversion could not be completed because the input matrix is "
            "singular.")


@with_out
def inv_ex(A, *, check_errors=False):
    """The inverse of matrices, and whether there is one: 0, or the first pivot that is zero."""
    return _checked("linalg.inv_ex", _inv_ex(*_agc.call("inv", _square_and_wide("linalg.inv", A))), check_errors, _not_invertible)


@with_out(exact=True)
def inv(A):
    """The inverse of matrices."""
    X, info = _agc.call("inv", _square_and_wide("linalg.inv", A))
    _require(info, _not_invertible)
    return X


def _signed(name, A):
    return _slogdet(*_agc.call("slogdet", _square_and_wide(name, A)))


@with_out
def slogdet(A):
    """The sign of the determinant, and the logarithm of its size."""
    return _signed("linalg.slogdet", A)


def _check_dtypes(name, A, B):
    if A.dtype is not B.dtype:
        raise RuntimeError(f"{name}: Expected A and B to have the same dtype, but found A of type {A.dtype._title} "
                           f"and B of type {B.dtype._title} instead")


def _by_columns(x):
    """Matrices whose columns lie one after the other, as LAPACK leaves them."""
    return x._clone_like(x.mT.contiguous().mT)


def _fitted(name, A, B, left):
    """A and B of one batch."""
    _check_square(name, A)
    if B.dim() < 2:
        raise RuntimeError(f"{name}: The input tensor B must have at least 2 dimensions.")
    equation = "AX = B" if left else "XA = B"
    require(B.shape[-2 if left else -1], "==", A.shape[-1], f"{name}: Incompatible shapes of A and B for the equation "
            f"{equation} ({A.shape[-2]}x{A.shape[-1]} and {B.shape[-2]}x{B.shape[-1]})")
    return _of_one_batch(A, B)


def _of_one_batch(A, B):
    own, other = B.shape[:-2], A.shape[:-2]
    check_meets(own, other)
    batch = torch.broadcast_shapes(other, own)
    return tuple(x.expand(*batch, *x.shape[-2:]) if unlike(x.shape[:-2], batch) else x for x in (A, B))


def _unsolvable(batch, _, name="linalg.solve"):
    return f"torch.{name}: {batch}The solver failed because the input matrix is singular."


def _solved(A, B, left):
    _check_floating("linalg.solve", A)
    _check_dtypes("linalg.solve", A, B)
    is_vector = B.dim() == 1 or A.dim() - 1 == B.dim() and not unlike(B.shape, A.shape[:-1])
    A, B = _fitted("linalg.solve", A, B.unsqueeze(-1) if is_vector else B, left)
    X, info = _agc.call("solve", *((A, B) if left else (A.mT, B.mT)))
    if is_vector or not left:
        X = (X.squeeze(-1) if is_vector else X.mT).clone()
        named(X, "LinalgSolveExBackward0", X)
    return X, info


@with_out
def solve_ex(A, B, *, left=True, check_errors=False):
    """X of A X = B, and whether there is one: 0, or the first pivot that is zero."""
    return _checked("linalg.solve_ex", _solve_ex(*_solved(A, B, left)), check_errors, _unsolvable)


@with_out(exact=True)
def solve(A, B, *, left=True):
    """X of A X = B, or of X A = B: matrices, or vectors where B has a dim less."""
    X, info = _solved(A, B, left)
    _require(info, _unsolvable)
    return X


@with_out
def solve_triangular(A, B, *, upper, left=True, unitriangular=False):
    """X of A X = B, or of X A = B, where one triangle of A is read."""
    _check_dtypes("linalg.solve_triangular", A, B)
    A, B = _fitted("linalg.solve_triangular", A, B, left)
    if left:
        return _agc.call("solve_triangular", A, B, upper, unitriangular)
    X = _agc.call("solve_triangular", A.mT, B.mT, not upper, unitriangular).mT
    X = _by_columns(X)
    return named(X, "LinalgSolveTriangularBackward0", X)


def _not_positive(batch, step, name="linalg.cholesky"):
    minor = f"the leading minor of order {step}" if step else "a leading minor"
    return (f"{name}: {batch}The factorization could not be completed because the input is not "
            f"positive-definite ({minor} is not positive-definite).")


def _factored(A, upper):
    _square("linalg.cholesky", A)
    L, info = _agc.call("cholesky", A.mH if upper else A)
    if upper:
        L = _by_columns(L.mH)
        named(L, "LinalgCholeskyExBackward0", L)
    return L, info


@with_out
def cholesky_ex(A, *, upper=False, check_errors=False):
    """Cholesky's factor, and whether there is one: 0, or the first leading minor that is not positive."""
    return _checked("linalg.cholesky_ex", _cholesky_ex(*_factored(A, upper)), check_errors, _not_positive)


@with_out(exact=True)
def cholesky(A, *, upper=False):
    """The lower triangle whose product with its adjoint a matrix is; with `upper` its adjoint."""
    L, info = _factored(A, upper)
    _require(info, _not_positive)
    return L


def _no_solution(batch, step):
    place = f"U[{step},{step}]" if step else "a diagonal element of U"
    return (f"torch.linalg.lu_factor: {batch}{place} is zero and using it on lu_solve would result in a division by zero. "
            "If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or "
            "linalg.lu_factor_ex(A, pivot)")


@with_out
def lu_factor(A, *, pivot=True):
    """Both triangular factors of matrices in one, and with which row each step exchanged its own."""
    if A.dim() < 2:
        raise RuntimeError(f"torch.lu_factor: Expected tensor with 2 or more dimensions. Got size: {list(A.shape)} instead")
    if not pivot or unlike(A.shape[-1:], A.shape[-2:-1]):
        raise NotImplementedError("torch.linalg.lu_factor() of matrices that are not square, or without pivots, is not in agc "
                                  "yet")
    LU, pivots, _, info = _agc.call("lu_factor", A)
    _require(info, _no_solution, RuntimeError)
    return _lu_factor(LU, pivots.int())


@both
def logdet(input):
    """The logarithm of the determinant; NaN where it is negative."""
    sign, size = _signed("logdet", input)
    return sign.log() + size if input.is_complex() else torch.where(sign < 0, float("nan"), size)


@both
@with_out
def cholesky_solve(input, input2, upper=False):
    """X of A X = input, where input2 is Cholesky's factor of A."""
    for name, x in (("b", input), ("u", input2)):
        if x.dim() < 2:
            raise RuntimeError(f"{name} should have at least 2 dimensions, but has {x.dim()} dimensions instead")
    rows, columns = input2.shape[-2:]
    require(rows, "==", columns, f"A must be batches of square matrices, but they are {rows} by {columns} matrices")
    require(input.shape[-2], "==", rows, f"Incompatible matrix sizes for cholesky_solve: each A matrix is {rows} by {rows} "
            f"but each b matrix is {input.shape[-2]} by {input.shape[-1]}")
    if input.dtype is not input2.dtype:
        raise RuntimeError(f"Expected b and A to have the same dtype, but found b of type {input.dtype._title} and A of type "
                           f"{input2.dtype._title} instead.")
    L, B = _of_one_batch(input2.mH if upper else input2, input)
    return _agc.call("cholesky_solve", B, L)


@both
@with_out
def cholesky_inverse(input, upper=False):
    """The inverse of the matrices whose factor is given."""
    _check_square("cholesky_inverse", input)
    if input.dtype in (_dtype.float16, _dtype.bfloat16):
        _dtype.check_kernel("cholesky_inverse_out_cpu", input, "")
    _dtype.check_kernel("cholesky_inverse_out_cpu", input, "float complex")
    eye = _factories.eye(input.shape[-1], dtype=input.dtype).expand(input.shape)
    result = cholesky_solve(eye, input, upper)
    return named(result, "CholeskyInverseBackward0", input, result)


exported(method(det, "det"), "det")
exported(method(inv, "inverse"), "inverse")
exported(method(slogdet, "slogdet"), "slogdet")
