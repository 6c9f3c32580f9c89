"""Determinants, inverses, solutions and Cholesky's factor, each by elimination, with derivatives of their own."""
import functools

from agc import _agc, _factories, _functions as torch
from agc._functions import both, exported
from agc._functions.sorting import pair
from agc._node import named
from agc._out import with_out
from agc._tensor import holds, method, require, unlike


class _LinAlgError(RuntimeError):
    """A matrix has not what is asked for."""


_LinAlgError.__module__ = "torch._C"
_slogdet = pair("linalg_slogdet", "logabsdet", "sign")


def _square(name, A):
    if A.dim() < 2:
        raise RuntimeError(f"{name}: The input tensor A must have at least 2 dimensions.")
    require(A.shape[-1], "==", A.shape[-2], f"{name}: A must be batches of square matrices, but they are {A.shape[-2]} by "
            f"{A.shape[-1]} matrices")
    if isinstance(A.shape[-1], _agc.Extent):
        raise NotImplementedError(f"{name} of matrices whose size only a call tells is not in agc yet")
    if not A.is_floating_point():
        if A.is_complex():
            raise NotImplementedError(f"{name} of complex matrices is not in agc yet")
        raise RuntimeError(f"{name}: Expected a floating point or complex tensor as input. Got "
                           f"{A.dtype._title}")
    return A


def _require(fine, message):
    """Raises the message of the first matrix, and of its first step, for which something does not hold."""
    if _agc.is_exporting():
        _agc.check(fine.all(), message("", 1))
    elif holds(torch.logical_not(fine.all())):
        rows = fine.reshape(-1, fine.shape[-1]).tolist()
        batch, row = next((i, row) for i, row in enumerate(rows) if not all(row))
        raise _LinAlgError(message(f"(Batch element {batch}): " if fine.dim() > 1 else "", row.index(False) + 1))


def _eliminated(A, B):
    """The pivots of Gauss and Jordan's elimination, the sign of its exchanges, and what B becomes."""
    rows, sign = _factories.arange(A.shape[-1]), _factories.ones(A.shape[:-2], dtype=A.dtype)
    for k in range(A.shape[-1]):
        best = torch.where(rows < k, -1, A[..., k].abs()).argmax(-1, keepdim=True)
        order = torch.where(rows == k, best, torch.where(rows == best, k, rows)).unsqueeze(-1)
        A, B = (x.gather(-2, order.expand(x.shape)) for x in (A, B))
        sign = torch.where(best.squeeze(-1) == k, sign, -sign)
        pivot = A[..., k:k + 1, k]
        factor = torch.where(rows == k, 0, A[..., k] / torch.where(pivot == 0, 1, pivot)).unsqueeze(-1)
        A, B = A - factor * A[..., k:k + 1, :], B - factor * B[..., k:k + 1, :]
    return A.diagonal(0, -2, -1), sign, B


def _like_eye(A):
    return _factories.eye(A.shape[-1], dtype=A.dtype).expand(A.shape)


@functools.cache
def _functions():
    from agc.autograd.function import Function

    class Solve(Function):
        """The solution of A X = B; singular matrices were found before, by the name of the function."""
        _node = "LinalgSolveExBackward0"

        @staticmethod
        def forward(ctx, A, B, singular):
            pivots, _, X = _eliminated(A, B)
            _require(pivots != 0, singular)
            X = X / pivots.unsqueeze(-1)
            ctx.save_for_backward(A, X)
            ctx.singular = singular
            return X

        @staticmethod
        def backward(ctx, gradient):
            A, X = ctx.saved_tensors
            of_B = Solve.apply(A.mT, gradient, ctx.singular)
            return -of_B @ X.mT, of_B, None

    class Inverse(Function):
        _node = "LinalgInvExBackward0"

        @staticmethod
        def forward(ctx, A, name):
            pivots, _, X = _eliminated(A, _like_eye(A))
            _require(pivots != 0, lambda batch, k: f"{name}: {batch}The diagonal element {k} is zero, the inversion could "
                                                   "not be completed because the input matrix is singular.")
            X = X / pivots.unsqueeze(-1)
            ctx.save_for_backward(X)
            return X

        @staticmethod
        def backward(ctx, gradient):
            X, = ctx.saved_tensors
            return -X.mT @ gradient @ X.mT, None

    class Determinant(Function):
        _node = "LinalgDetBackward0"

        @staticmethod
        def forward(ctx, A):
            pivots, sign, _ = _eliminated(A, A[..., :0])
            value = sign * pivots.prod(-1)
            ctx.save_for_backward(A, value)
            return value

        @staticmethod
        def backward(ctx, gradient):
            A, value = ctx.saved_tensors
            return (gradient * value).unsqueeze(-1).unsqueeze(-1) * Inverse.apply(A, "the derivative of linalg.det").mT

    class LogDeterminant(Function):
        _node = "LinalgSlogdetBackward0"

        @staticmethod
        def forward(ctx, A):
            pivots, sign, _ = _eliminated(A, A[..., :0])
            ctx.save_for_backward(A)
            return sign * pivots.sign().prod(-1), pivots.abs().log().sum(-1)

        @staticmethod
        def backward(ctx, _, gradient):
            A, = ctx.saved_tensors
            return gradient.unsqueeze(-1).unsqueeze(-1) * Inverse.apply(A, "the derivative of linalg.slogdet").mT

    class Cholesky(Function):
        _node = "LinalgCholeskyExBackward0"

        @staticmethod
        def forward(ctx, A):
            rows, columns, squares = _factories.arange(A.shape[-1]), [], []
            for k in range(A.shape[-1]):  # what is left of A after each column's part
                squares.append(A[..., k, k])
                column = torch.where(rows < k, 0, A[..., k] / A[..., k:k + 1, k].sqrt())
                columns.append(column)
                A = A - column.unsqueeze(-1) * column.unsqueeze(-2)
            _require(torch.stack(squares, -1) > 0, lambda batch, k: (
                f"linalg.cholesky: {batch}The factorization could not be completed because the input is not "
                f"positive-definite (the leading minor of order {k} is not positive-definite)."))
            L = torch.stack(columns, -1)
            ctx.save_for_backward(L)
            return L

        @staticmethod
        def backward(ctx, gradient):
            L, = ctx.saved_tensors
            inner = (L.mT @ gradient).tril()
            inner = inner - inner.diagonal(0, -2, -1).diag_embed() / 2
            inverse = Inverse.apply(L, "the derivative of linalg.cholesky")
            made = inverse.mT @ inner @ inverse
            return (made + made.mT) / 2

    return Solve.apply, Inverse.apply, Determinant.apply, LogDeterminant.apply, Cholesky.apply


@with_out
def det(A):
    """The determinant of matrices."""
    return _functions()[2](_square("linalg.det", A))


@with_out
def inv(A):
    """The inverse of matrices."""
    return _functions()[1](_square("linalg.inv", A), "linalg.inv")


@with_out
def slogdet(A):
    """The sign of the determinant, and the logarithm of its size."""
    return _slogdet(*_functions()[3](_square("linalg.slogdet", A)))


@with_out
def solve(A, B, *, left=True):
    """X of A X = B: matrices, or vectors where B has a dim less."""
    _square("linalg.solve", A)
    if not left:
        return solve(A.mT, B.mT).mT
    is_vector = B.dim() == 1 or A.dim() - 1 == B.dim() and not unlike(B.shape, A.shape[:-1])
    B = B.unsqueeze(-1) if is_vector else B
    require(B.shape[-2], "==", A.shape[-1], "linalg.solve: Incompatible shapes of A and B for the equation AX = B "
            f"({A.shape[-2]}x{A.shape[-1]} and {B.shape[-2]}x{B.shape[-1]})")
    batch = torch.broadcast_shapes(A.shape[:-2], B.shape[:-2])
    A, B = A.expand(*batch, *A.shape[-2:]), B.expand(*batch, *B.shape[-2:])
    X = _functions()[0](A, B, lambda batch, _: f"torch.linalg.solve: {batch}The solver failed because the input matrix is "
                                               "singular.")
    return named(X.squeeze(-1), "LinalgSolveExBackward0") if is_vector else X


@with_out
def cholesky(A, *, upper=False):
    """The lower triangle whose product with its transpose a matrix is."""
    L = _functions()[4](_square("linalg.cholesky", A))
    return L.mT if upper else L


@both
def logdet(input):
    sign, size = slogdet(input)
    return torch.where(sign < 0, float("nan"), size)


exported(method(det, "det"), "det")
exported(method(inv, "inverse"), "inverse")
exported(method(slogdet, "slogdet"), "slogdet")
