"""What max pooling took, put back where it stood."""
import math

from agc import _dtype, _factories, _ops
from agc._node import named
from agc._sizes import unlike
from agc._tensor import forbid
from agc.nn.functional._windows import each

__all__ = ["max_unpool1d", "max_unpool2d", "max_unpool3d"]


def _output_size(input, sizes, strides, paddings, output_size):
    """The extents before the pooling: those that are asked for, if the pooling may have had them."""
    rank = len(sizes)
    default = [(n - 1) * stride + size - 2 * padding
               for n, size, stride, padding in zip(input.shape[-rank:], sizes, strides, paddings)]
    if output_size is None:
        return default
    output_size = output_size[2:] if len(output_size) == rank + 2 else output_size
    if len(output_size) != rank:
        raise ValueError(f"output_size should be a sequence containing {rank} or {rank + 2} elements, but it has a length of "
                         f"'{len(output_size)}'")
    for d, (size, stride) in enumerate(zip(default, strides)):
        if not size - stride < output_size[d] < size + stride:
            raise ValueError(f'invalid output_size "{output_size}" (dim {d} must be between {size - stride} and '
                             f"{size + stride})")
    return list(output_size)


def _max_unpool(rank):
    def unpool(input, indices, kernel_size, stride=None, padding=0, output_size=None):
        sizes = each(kernel_size, rank, "kernel_size")
        strides = sizes if stride is None else each(stride, rank)
        extents = _output_size(input, sizes, strides, each(padding, rank, "padding"), output_size)
        if indices.dtype is not _dtype.int64:
            found = f" but got: {indices.dtype._title}" if rank < 3 else ""
            raise RuntimeError("elements in indices should be type int64" + found)
        if unlike(indices.shape, input.shape):
            shapes = [list(x.shape) + [1] * (rank == 1) for x in (input, indices)]
            raise RuntimeError(f"Expected shape of indices to be same as that of the input tensor ({shapes[0]}) but got indices "
                               f"tensor with shape: {shapes[1]}")
        _dtype.check_kernel(f"max_unpool{max(rank, 2)}d", input, "float")
        lead, count = list(input.shape[:-rank]), math.prod(extents)
        flat, at = (x._reshape(lead + [-1]) for x in (input, indices))
        forbid(((at < 0) | (at >= count)).any(), lambda: "Found an invalid max index: {} (output volumes are of size {})".format(
            at[(at < 0) | (at >= count)][-1].item(), "x".join(map(str, extents))))
        made = _ops.scatter(_factories.zeros(lead + [count], dtype=input.dtype), len(lead), at, flat)._reshape(lead + extents)
        return named(made, f"MaxUnpool{rank}DBackward0" if rank > 1 else "SqueezeBackward1")
    unpool.__name__, unpool.__doc__ = f"max_unpool{rank}d", f"Inverse of max_pool{rank}d, with zeros elsewhere."
    return unpool


max_unpool1d, max_unpool2d, max_unpool3d = map(_max_unpool, (1, 2, 3))
