"""torch.linalg: norms, products, and what elimination finds."""
from agc import _dtype, _factories, _functions as torch, _ops
from agc._functions import reductions
from agc._functions.products import multi_dot  # noqa: F401
from agc._functions.solved import (_LinAlgError as LinAlgError, cholesky, cholesky_ex, det, inv, inv_ex,  # noqa: F401
                                   lu_factor, slogdet, solve, solve_ex, solve_triangular)
from agc._guard import guard_functions
from agc._missing import missing
from agc._node import named
from agc._out import with_out
from agc._sizes import require


def _dims(dim):
    return () if dim is None else [dim] if isinstance(dim, int) else list(dim)


@with_out
def vector_norm(x, ord=2, dim=None, keepdim=False, *, dtype=None):
    """The norm of the vectors along dim; of all elements where none is given."""
    x = reductions.of_norm_dtype("vector_norm", x, dtype)
    return reductions.vector_norm(x, float(ord), _dims(dim), keepdim)


@with_out
def matrix_norm(A, ord="fro", dim=(-2, -1), keepdim=False, *, dtype=None):
    """The Frobenius norm of matrices, and those by sums along a dim."""
    A = reductions.of_norm_dtype("matrix_norm", A, dtype)
    if ord == "fro":
        return _ops.vector_norm(A, list(dim), 2.0, keepdim)
    if ord not in (1, -1, float("inf"), float("-inf")):
        raise NotImplementedError(f"linalg.matrix_norm(): ord={ord!r} is not in agc yet")
    rows, columns = (d % A.dim() for d in dim)
    first, second = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = torch.sum(torch.abs(A), first, True)
    extreme = (torch.amax if ord > 0 else torch.amin)(sums, second, True)
    return extreme if keepdim else named(extreme.squeeze((rows, columns)), f"A{'max' if ord > 0 else 'min'}Backward0")


@with_out
def norm(A, ord=None, dim=None, keepdim=False, *, dtype=None):
    """matrix_norm of matrices where ord and two dims are given, else vector_norm."""
    if isinstance(ord, str) or (ord is not None and (dim is None and A.dim() == 2 or not isinstance(dim, (int, type(None)))
                                                     and len(dim) == 2)):
        return matrix_norm(A, ord, (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    return vector_norm(A, 2 if ord is None else ord, dim, keepdim, dtype=dtype)


@with_out
def matmul(input, other):
    return torch.matmul(input, other)


@with_out
def matrix_power(input, n):
    """The product of n times the same matrices."""
    return torch.matrix_power(input, n)


@with_out
def matrix_exp(input):
    """The exponential of matrices."""
    return torch.matrix_exp(input)


@with_out
def cond(A, p=None):
    """How much more the inverse stretches than the matrix shrinks: the product of both norms."""
    if A.dim() < 2:
        raise RuntimeError("linalg.cond: The input tensor must have at least 2 dimensions.")
    if p is None or p in (2, -2, "nuc"):
        raise NotImplementedError(f"linalg.cond(): p={p!r} is not in agc yet")
    if p not in ("fro", 1, -1, float("inf"), float("-inf")):
        raise RuntimeError(f"linalg.cond got an invalid norm type: {p}")
    require(A.shape[-1], "==", A.shape[-2], f"linalg.cond(ord={p}): A must be batches of square matrices, but they are "
            f"{A.shape[-2]} by {A.shape[-1]} matrices")
    inverse, info = inv_ex(A)
    inverse.masked_fill_((info > 0).unsqueeze(-1).unsqueeze(-1), float("inf"))
    return torch.nan_to_num(matrix_norm(A, p) * matrix_norm(inverse, p), float("inf"), float("inf"), float("-inf"))


def vander(x, *, N=None):
    """The powers of numbers from 0 on, along a new last dim."""
    count = N if N is not None else x.shape[-1] if x.dim() else 1
    if isinstance(count, int) and count <= 1:
        raise RuntimeError("N must be greater than 1.")
    x = x.long() if x.dtype is _dtype.bool else x
    powers = x.unsqueeze(-1).expand(*x.shape, count - 1).cumprod(-1)
    return torch.cat([_factories.ones_like(powers[..., :1]), powers], -1)


@with_out
def vecdot(x, y, *, dim=-1):
    """Scalar products along dim, of the conjugate of x."""
    if not x.is_floating_point() and not x.is_complex():
        raise RuntimeError(f"linalg.vecdot: Expected a floating point or complex tensor as input. Got {x.dtype._title}")
    if x.dtype is not y.dtype:
        raise RuntimeError("linalg.vecdot: Expected x and y to have the same dtype, but found x of type "
                           f"{x.dtype._title} and y of type {y.dtype._title} instead")
    return torch.sum(x.conj() * y, dim)


@with_out
def cross(input, other, *, dim=-1):
    """The vectors at right angles to those of both along dim."""
    return torch.cross(input, other, dim)


def diagonal(A, *, offset=0, dim1=-2, dim2=-1):
    return A.diagonal(offset, dim1, dim2)


guard_functions(globals(), prefix="linalg_")


def __getattr__(name):
    raise missing("torch.linalg", name, globals())
