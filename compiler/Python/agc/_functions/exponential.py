"""The exponential of matrices, by its series for a matrix halved often enough, and as many squarings (Higham 2005)."""
from agc import _agc, _factories, _functions as torch, _ops
from agc._dtype import bfloat16, complex128, float16, float64
from agc._functions import both
from agc._functions.solved import _square
from agc.autograd.function import Function

_MOST = 0.5  # the norm of what the series is taken of


def _series(A):
    """The sum of A^k / k! up to what a norm of _MOST leaves no digit of."""
    eye = _factories.eye(A.shape[-1], dtype=A.dtype).expand(A.shape)
    made = eye
    for k in range(15 if A.dtype in (float64, complex128) else 9, 0, -1):
        made = eye + torch.matmul(A, made) / k
    return made


def _exponential(A):
    norms = _ops.abs(A).sum(-2).amax(-1)
    norms = norms.unsqueeze(-1).unsqueeze(-1)
    finite = torch.isfinite(norms)
    halvings = torch.where(finite, norms / _MOST, 1.0).clamp(min=1.0).log2().ceil()
    made = _series(A * (-halvings).exp2())
    for i in range(int(halvings.max().item())):
        made = torch.where(i < halvings, torch.matmul(made, made), made)
    return torch.where(finite, made, float("nan"))


class _MatrixExp(Function):
    _node = "LinalgMatrixExpBackward0"

    @staticmethod
    def forward(ctx, A):
        ctx.save_for_backward(A)
        return _exponential(A)

    @staticmethod
    def backward(ctx, gradient):
        """The derivative's adjoint: the corner of the exponential of a matrix twice as large."""
        A, = ctx.saved_tensors
        n, A = A.shape[-1], A.mH
        rows = torch.cat([A, gradient], -1), torch.cat([A * 0, A], -1)
        return matrix_exp(torch.cat(rows, -2))[..., :n, n:]


@both
def matrix_exp(input):
    """The exponential of matrices, whose series is that of numbers."""
    _square("linalg.matrix_exp", input)
    if input.dtype in (float16, bfloat16):
        raise NotImplementedError("matrix_exp() of halves is not in agc yet")
    if _agc.is_exporting():
        raise NotImplementedError("matrix_exp() in a function that is compiled is not in agc yet: how often a matrix is squared "
                                  "depends on its numbers")
    return _MatrixExp.apply(input) if input.numel() else input.clone()
