"""Pooling: one number for each window, or for each part that a dim is shared out in."""
import math

from agc import _agc, _dtype, _factories, _ops
from agc._node import named, saving
from agc.nn.functional._pool_checks import adaptive_sizes, check_adaptive_sizes, check_counts, check_ranks, check_windows, numbers
from agc.nn.functional._windows import padded, picked, spatial, windows

__all__ = ["adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d", "adaptive_max_pool1d",
           "adaptive_max_pool2d", "adaptive_max_pool3d", "avg_pool1d", "avg_pool2d", "avg_pool3d", "lp_pool1d",
           "lp_pool2d", "max_pool1d", "max_pool1d_with_indices", "max_pool2d", "max_pool2d_with_indices", "max_pool3d",
           "max_pool3d_with_indices"]


def _counts(name, planes, extents, sizes, strides, paddings, dilations, ceil_mode):
    """How many windows a dim has; with ceil_mode a last one may reach beyond its end, if it begins before that."""
    counts = []
    for extent, size, stride, padding, dilation in zip(extents, sizes, strides, paddings, dilations):
        room = extent + 2 * padding - dilation * (size - 1) - 1
        count = (room + (stride - 1 if ceil_mode else 0)) // stride + 1
        if ceil_mode and (count - 1) * stride >= extent + padding:
            count -= 1
        counts.append(count)
    check_counts(name, planes, extents, sizes, counts)
    return counts


def _pooled(name, input, rank, kernel_size, stride, padding, dilation, ceil_mode, value):
    """The windows of a pooling, the elements of each in one last dim, and the numbers that describe them."""
    sizes = numbers(name, "kernel_size", kernel_size, rank)
    strides = sizes if stride is None or stride in ([], ()) else numbers(name, "stride", stride, rank)
    paddings, dilations = numbers(name, "padding", padding, rank), numbers(name, "dilation", dilation, rank)
    check_windows(name, input, sizes, strides, paddings, dilations)
    extents = spatial("pooling", input, rank)
    counts = _counts(name, input._sizes[-rank - 1], extents, sizes, strides, paddings, dilations, ceil_mode)
    after = [max((count - 1) * s + d * (size - 1) + 1 - extent - p, 0)
             for count, s, d, size, extent, p in zip(counts, strides, dilations, sizes, extents, paddings)]
    seen = windows(padded(input, paddings, after, value), counts, sizes, strides, dilations)
    return _joined(seen, rank, sizes), (extents, counts, sizes, strides, paddings, dilations)


def _least(input):
    if input.dtype.is_floating_point:
        return -math.inf
    return _dtype.iinfo(input.dtype).min


def _along(numbers, i, rank, dtype):
    """Numbers along the i-th of the last dims."""
    return _factories.tensor(numbers, dtype=dtype)._reshape([len(numbers)] + [1] * (rank - 1 - i))


def _joined(seen, rank, sizes):
    """The elements of each window in one last dim."""
    return seen._reshape(list(seen._sizes[:seen.dim() - rank]) + [math.prod(sizes)])


def _origins(places, extents, starts, sizes, dilations):
    """Where in the input the elements are that stand at given places of their windows, which start there in each dim."""
    rank, result = len(extents), 0
    for i, (extent, begins, dilation) in enumerate(zip(extents, starts, dilations)):
        element = _ops.floor_divide(places, math.prod(sizes[i + 1:])) % sizes[i]
        result = result * extent + element * dilation + _along(begins, i, rank, _dtype.int64)
    return result


def _starts(described):
    _, counts, _, strides, paddings, _ = described
    return [[n * stride - padding for n in range(count)] for count, stride, padding in zip(counts, strides, paddings)]


def _max_pool(rank):
    node = "MaxPool2DWithIndicesBackward0" if rank < 3 else "MaxPool3DWithIndicesBackward0"

    def found(name, input, kernel_size, stride, padding, dilation, ceil_mode):
        check_ranks(name, input, rank)
        _dtype.check_kernel(f"max_pool{max(rank, 2)}d", input, "float int")
        seen, described = _pooled(name, input, rank, kernel_size, stride, padding, dilation, ceil_mode, _least(input))
        values, places = _agc.max_along(seen, seen.dim() - 1, False)
        extents, _, sizes, *_, dilations = described
        origins = _origins(places, extents, _starts(described), sizes, dilations)
        return saving(named(values, node), *_as_saved(rank, origins, input), flat=True), origins

    def with_indices(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
        return found(f"max_pool{rank}d" + "_with_indices" * (rank == 1), input, kernel_size, stride, padding, dilation, ceil_mode)

    def max_pool(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
        if rank == 1 and not return_indices:
            _dtype.check_kernel("max_pool1d_impl", input, "float")
        if return_indices:
            made = with_indices(input, kernel_size, stride, padding, dilation, ceil_mode)
        else:
            made = found(f"max_pool{rank}d", input, kernel_size, stride, padding, dilation, ceil_mode)
        if rank == 1:
            named(made[0], "SqueezeBackward1")
        return made if return_indices else made[0]

    max_pool.__name__, with_indices.__name__ = f"max_pool{rank}d", f"max_pool{rank}d_with_indices"
    max_pool.__doc__ = f"The greatest element of each window over {rank} dims."
    return max_pool, with_indices


def _as_saved(rank, *tensors):
    """torch's kernels work over two dims at least, and save a view for one."""
    return [tensor._unsqueeze(-2) if rank == 1 else tensor for tensor in tensors]


(max_pool1d, max_pool1d_with_indices), (max_pool2d, max_pool2d_with_indices), \
    (max_pool3d, max_pool3d_with_indices) = map(_max_pool, (1, 2, 3))


def _shares(described, count_include_pad):
    """Of each window, how many elements count: none beyond the padding, and of the padding where that is asked for."""
    lists = []
    extents, _, sizes, _, paddings, _ = described
    for extent, starts, size, padding in zip(extents, _starts(described), sizes, paddings):
        ends = [min(start + size, extent + padding) for start in starts]
        lists.append([end - start if count_include_pad else min(end, extent) - max(start, 0)
                      for start, end in zip(starts, ends)])
    return lists


def _avg_pool(rank):
    name = f"avg_pool{rank}d"

    def avg_pool(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,
                 divisor_override=None):
        check_ranks(name, input, rank)
        if divisor_override == 0:
            raise RuntimeError("divisor must be not zero")
        takes = "float int" if input.dtype is _dtype.int64 else "float"
        if rank == 3 and input.dtype in (_dtype.float16, _dtype.bfloat16):
            takes = ""
        _dtype.check_kernel("avg_pool3d_out_frame" if rank == 3 else "avg_pool2d", input, takes)
        over = _ops.div if input.is_floating_point() else _ops.div_trunc
        seen, described = _pooled(name, input, rank, kernel_size, stride, padding, 1, ceil_mode, 0)
        total, shares = _ops.sum(seen, [seen.dim() - 1], False), _shares(described, count_include_pad)
        if divisor_override is not None:
            result = over(total, divisor_override)
        elif all(len(set(share)) == 1 for share in shares):
            result = over(total, math.prod(share[0] for share in shares))
        elif input.is_floating_point():
            result = total
            for i, share in enumerate(shares):
                result = result / _along(share, i, rank, input.dtype)
        else:  # rounded once
            result = over(total, math.prod(_along(share, i, rank, input.dtype) for i, share in enumerate(shares)))
        return saving(named(result, f"AvgPool{rank}DBackward0" if rank > 1 else "SqueezeBackward1"),
                      *_as_saved(rank, input), flat=True)
    avg_pool.__name__, avg_pool.__doc__ = name, f"The mean of each window over {rank} dims."
    return avg_pool


avg_pool1d, avg_pool2d, avg_pool3d = map(_avg_pool, (1, 2, 3))


def _lp_pool(rank):
    def lp_pool(input, norm_type, kernel_size, stride=None, ceil_mode=False):
        check_ranks(f"avg_pool{rank}d", input, rank)
        seen, _ = _pooled(f"avg_pool{rank}d", _ops.pow(input, norm_type), rank, kernel_size, stride, 0, 1, ceil_mode, 0)
        total = _ops.sum(seen, [seen.dim() - 1], False)
        return _ops.pow(_ops.sign(total) * _ops.relu(_ops.abs(total)), 1.0 / norm_type)
    lp_pool.__name__, lp_pool.__doc__ = f"lp_pool{rank}d", f"The norm of each window over {rank} dims."
    return lp_pool


lp_pool1d, lp_pool2d = map(_lp_pool, (1, 2))


def _adaptive(input, rank, outputs):
    """Windows that share each dim out; shorter ones have their last element again. Their lengths, too."""
    extents, lengths = spatial("adaptive pooling", input, rank), []
    lead = input.dim() - rank
    for i, (extent, output) in enumerate(zip(extents, outputs)):
        starts = [n * extent // output for n in range(output)]
        ends = [-(-(n + 1) * extent // output) for n in range(output)]
        widest = max((end - start for start, end in zip(starts, ends)), default=1)
        lengths.append([end - start for start, end in zip(starts, ends)])
        input = picked(input, lead + i, [[min(start + j, end - 1) for j in range(widest)]
                                         for start, end in zip(starts, ends)])
    return input, extents, lengths


def _adaptive_avg(rank):
    name = f"adaptive_avg_pool{rank}d"

    def pool(input, output_size):
        outputs = adaptive_sizes(name, input, rank, output_size)
        if outputs == [1] * rank:  # which torch computes as a mean
            mean = _ops.mean(input, list(range(-1, -rank - 1, -1)), True)
            return named(mean, "SqueezeBackward1") if rank == 1 else mean
        check_ranks(name, input, rank)
        _dtype.check_kernel("adaptive_avg_pool3d_cpu" if rank == 3 else "adaptive_avg_pool2d", input, "float")
        seen, _, lengths = _adaptive(input, rank, outputs)
        whole = all(len(set(one)) <= 1 for one in lengths)
        for i, one in enumerate(lengths if not whole else ()):
            widest = max(one, default=1)
            counts = _factories.tensor([[float(j < n) for j in range(widest)] for n in one], dtype=input.dtype)
            seen = seen * counts._reshape([len(one)] + [1] * (rank - 1) + [widest] + [1] * (rank - 1 - i))
        total = _ops.sum(seen, list(range(seen.dim() - rank, seen.dim())), False)
        for i, one in enumerate(lengths):
            total = total / (one[0] if whole and one else _along(one, i, rank, input.dtype))
        return saving(named(total, f"AdaptiveAvgPool{rank}DBackward0" if rank > 1 else "SqueezeBackward1"),
                      *_as_saved(rank, input), flat=True)
    pool.__name__, pool.__doc__ = name, "The means of parts of the last dims, as many as asked for."
    return pool


adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d = map(_adaptive_avg, (1, 2, 3))


def _adaptive_max(rank):
    name = f"adaptive_max_pool{rank}d"

    def pool(input, output_size, return_indices=False):
        outputs = adaptive_sizes(name, input, rank, output_size)
        _dtype.check_kernel("adaptive_max_pool3d_cpu" if rank == 3 else "adaptive_max_pool2d", input, "float")
        check_ranks(name, input, rank)
        check_adaptive_sizes(input, rank, outputs)
        seen, extents, lengths = _adaptive(input, rank, outputs)
        sizes = [max(one, default=1) for one in lengths]
        seen = _joined(seen, rank, sizes)
        values, places = _agc.max_along(seen, seen.dim() - 1, False)
        saving(named(values, f"AdaptiveMaxPool{rank}DBackward0" if rank > 1 else "SqueezeBackward1"),
               *_as_saved(rank, input), flat=True)
        if not return_indices:
            return values
        starts = [[n * extent // len(one) for n in range(len(one))] for extent, one in zip(extents, lengths)]
        origins = _origins(places, extents, starts, sizes, [1] * rank)
        return saving(values, *_as_saved(rank, origins)), origins
    pool.__name__, pool.__doc__ = name, "The greatest of parts of the last dims."
    return pool


adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d = map(_adaptive_max, (1, 2, 3))
