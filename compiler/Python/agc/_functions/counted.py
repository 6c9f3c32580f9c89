"""Elements counted and put: histc, unique_consecutive, put."""
import functools
import math

from agc import _agc, _dtype, _factories, _functions as torch
from agc._functions import both
from agc._modes import no_grad
from agc._node import named, unwritten, written
from agc._out import with_out
from agc._tensor import method, wrapped


@both
@with_out(exact=True)
def histc(input, bins=100, min=0, max=0):
    """How many elements lie in each of equally wide bins; those outside of all count in none."""
    title = input.dtype._title
    if not input.is_floating_point():
        raise NotImplementedError(f"\"histogram_cpu\" not implemented for '{title}'")
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    with no_grad():
        flat = input._reshape([-1])
        if min == max and flat.numel():
            min, max = torch.amin(flat).item(), torch.amax(flat).item()
        if min == max:
            min, max = min - 1, max + 1
        if not (math.isfinite(min) and math.isfinite(max)):
            raise RuntimeError(f"torch.histc: range of [{min:g}, {max:g}] is not finite")
        if min > max:
            raise RuntimeError("torch.histc: max must be larger than min")
        inside = flat[(flat >= min) & (flat <= max)]
        at = ((inside - min) * bins / (max - min)).to(_dtype.int64).clamp(max=bins - 1)
        ones = _factories.ones(at.shape, dtype=_dtype.int64)
        return _factories.zeros(bins, dtype=_dtype.int64).index_add(0, at, ones).to(input.dtype)


@functools.cache
def _unlike_the_last():
    """unique_consecutive, which PyTorch gives a node and no derivative."""
    from agc.autograd.function import Function

    class UniqueConsecutive(Function):
        _node = "UniqueConsecutiveBackward0"

        @staticmethod
        def forward(ctx, input, changed, dim):
            return input[changed] if dim == 0 else input.movedim(dim, 0)[changed].movedim(0, dim)

        @staticmethod
        def backward(ctx, gradient):
            raise NotImplementedError("the derivative for 'unique_consecutive' is not implemented.")

    return UniqueConsecutive.apply


@both
def unique_consecutive(input, return_inverse=False, return_counts=False, dim=None):
    """The elements, or slices along dim, that differ from the one before."""
    at = 0 if dim is None else wrapped(dim, input.dim())
    _dtype.check_kernel("unique" if dim is None else "unique_dim", input, "float int bool")
    whole = input._reshape([-1]) if dim is None else input
    with no_grad():
        rows = whole.detach().movedim(at, 0)
        rows = rows._reshape([rows.shape[0], -1]) if rows.numel() else rows._reshape([rows.shape[0], 1])
        first = _factories.ones(1 if rows.shape[0] else 0, dtype=_dtype.bool)
        changed = torch.cat([first, (rows[1:] != rows[:-1]).any(1)])
        inverse = changed.to(_dtype.int64).cumsum(0) - 1
        starts = torch.nonzero(changed)._reshape([-1])
        counts = torch.cat([starts[1:], _factories.tensor([rows.shape[0]])])[:starts.numel()] - starts
    result = [_unlike_the_last()(whole, changed, at)]
    if return_inverse:
        result.append(inverse._reshape(list(input.shape)) if dim is None else inverse)
    if return_counts:
        result.append(counts)
    return result[0] if len(result) == 1 else tuple(result)


@method
def put_(self, index, source, accumulate=False):
    """Writes into the elements, counted in row-major order, at given places."""
    if index.dtype is not _dtype.int64:
        raise RuntimeError(f"put_(): Expected a long tensor for index, but got {index.dtype._title}")
    if source.dtype is not self.dtype:
        raise RuntimeError("put_(): self and source expected to have the same dtype, but got self.dtype = "
                           f"{self.dtype._title} and source.dtype = {source.dtype._title}")
    if index.numel() != source.numel():
        raise IndexError("put_(): Expected source and index to have the same number of elements, but got source.numel() = "
                         f"{source.numel()}, index.numel() = {index.numel()}")
    _agc.check_overlap(self, [], [index, source])
    flat = self._reshape([-1]).clone().index_put_((index._reshape([-1]),), source._reshape([-1]), accumulate)
    read = [source] if source.requires_grad else []
    return written(named(self.copy_(flat._reshape(list(self.shape))), "PutBackward0"), *read)


@both
@unwritten
def put(input, index, source, accumulate=False):
    return input.clone().put_(index, source, accumulate)
