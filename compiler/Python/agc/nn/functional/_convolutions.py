"""Convolutions: the products of windows with kernels, and the same the other way round."""
import math

from agc import _agc, _dtype, _ops
from agc._node import named
from agc.nn.functional._windows import batched, each, padded, spatial, windows

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]


def _check_convolution(input, weight, bias, groups, rank, transposed):
    if weight.dim() != rank + 2:
        raise RuntimeError(f"expected {rank + 2}-dimensional weight, but got weight of size {list(weight._sizes)} instead")
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")
    if weight._sizes[0] % groups or (not transposed and weight._sizes[0] < groups):
        raise RuntimeError(f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got "
                           f"weight of size [{', '.join(map(str, weight._sizes))}] instead")
    channels = weight._sizes[0] if transposed else weight._sizes[1] * groups
    if input._sizes[1] != channels:
        kind = f"transposed={int(transposed)}, " if transposed else f"groups={groups}, "
        raise RuntimeError(f"Given {kind}weight of size {list(weight._sizes)}, expected input{list(input._sizes)} to have "
                           f"{channels} channels, but got {input._sizes[1]} channels instead")
    outputs = weight._sizes[1] * groups if transposed else weight._sizes[0]
    if bias is not None and list(bias._sizes) != [outputs]:
        raise RuntimeError(f"Given {'transposed=1, ' if transposed else ''}weight of size {list(weight._sizes)}, expected "
                           f"bias to be 1-dimensional with {outputs} elements, but got bias of size "
                           f"{list(bias._sizes)} instead")
    if bias is not None and bias.dtype is not input.dtype and not transposed:
        kinds = [_agc.cpp_name_of(x.dtype._number) for x in (input, bias)]
        raise RuntimeError(f"Input type ({kinds[0]}) and bias type ({kinds[1]}) should be the same")
    if not (transposed and input.dtype is _dtype.bool):  # whose kernel is missed first
        _dtype.check_scalar_type(input.dtype, weight)


def _check_kernel(input, rank, transposed, is_dilated):
    """Refuses integers that PyTorch's kernels lack."""
    if transposed:
        name = f"slow_conv_transpose{max(rank, 2)}d_out_cpu"
    else:
        name = "slow_conv_dilated<>" if is_dilated else f"slow_conv{max(rank, 2)}d_cpu"
    if not transposed and not is_dilated:
        _dtype.check_kernel(name, input, "float complex int")
    elif input.dtype is not _dtype.int64:
        _dtype.check_kernel(name, input, "float complex")


def _same_padding(padding, weight, strides, dilations, rank):
    """How much of nothing stands before and after each dim."""
    if padding == "valid":
        return [0] * rank, [0] * rank
    if padding == "same":
        if any(stride != 1 for stride in strides):
            raise RuntimeError("padding='same' is not supported for strided convolutions")
        whole = [d * (size - 1) for d, size in zip(dilations, weight._sizes[2:])]
        return [n // 2 for n in whole], [n - n // 2 for n in whole]
    if isinstance(padding, str):
        raise RuntimeError(f"Invalid padding string: '{padding}'")
    both = each(padding, rank, "padding")
    if any(n < 0 for n in both):
        raise RuntimeError("negative padding is not supported")
    return both, both


def _product(input, weight, bias, strides, dilations, groups):
    """Each window's product with each kernel; what stands around the input is there."""
    rank, sizes = input.dim() - 2, weight._sizes[2:]
    extents = spatial("conv", input, rank)
    reach = [d * (size - 1) + 1 for d, size in zip(dilations, sizes)]
    if any(n > extent for n, extent in zip(reach, extents)):
        raise RuntimeError(f"Calculated padded input size per channel: ({' x '.join(map(str, extents))}). Kernel size: "
                           f"({' x '.join(map(str, reach))}). Kernel size can't be greater than actual input size")
    counts = [(extent - n) // stride + 1 for extent, n, stride in zip(extents, reach, strides)]
    batch, channels, outputs = input._sizes[0], input._sizes[1], weight._sizes[0]
    seen = windows(input, counts, sizes, strides, dilations)
    places, elements = list(range(2, 2 + rank)), list(range(2 + rank, 2 + 2 * rank))
    terms, here = channels // groups * math.prod(sizes), math.prod(counts)
    if groups == 1:
        columns = seen._permute([0, 1, *elements, *places])._reshape([batch, terms, here])
        result = _agc.matmul(weight._reshape([outputs, terms]), columns)
    else:
        columns = seen._permute([0, 1, *elements, *places])._reshape([batch, groups, terms, here])
        result = _agc.matmul(weight._reshape([groups, outputs // groups, terms]), columns)
    result = result._reshape([batch, outputs, *counts])._contiguous()
    return result if bias is None else result + bias._reshape([1, outputs] + [1] * rank)


def _convolution(rank):
    def conv(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        input, is_batch = batched(conv.__name__, input, rank)
        _check_convolution(input, weight, bias, groups, rank, False)
        strides, dilations = each(stride, rank), each(dilation, rank, "dilation")
        if any(n <= 0 for n in strides):
            raise RuntimeError("non-positive stride is not supported")
        if any(n <= 0 for n in dilations):
            raise RuntimeError("dilation should be greater than zero")
        _check_kernel(input, rank, False, any(n > 1 for n in dilations))
        wide = padded(input, *_same_padding(padding, weight, strides, dilations, rank))
        result = named(_product(wide, weight, bias, strides, dilations, groups), "ConvolutionBackward0", input, weight)
        return result if is_batch else result._squeeze([0])
    conv.__name__, conv.__doc__ = f"conv{rank}d", f"The products of windows over {rank} dims with kernels."
    return conv


conv1d, conv2d, conv3d = map(_convolution, (1, 2, 3))


def _spread(input, strides):
    """Zeros between the elements of the last dims."""
    lead = input.dim() - len(strides)
    for i, stride in enumerate(strides):
        if stride == 1:
            continue
        shape = list(input._sizes)
        dim = lead + i
        apart = _agc.pad(input._unsqueeze(dim + 1), [0, 0] * (len(shape) - 1 - dim) + [0, stride - 1], "constant", 0.0)
        joined = apart._reshape(shape[:dim] + [shape[dim] * stride] + shape[dim + 1:])
        input = joined._narrow(dim, 0, (shape[dim] - 1) * stride + 1)
    return input


def _transposed(rank):
    def conv(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
        input, is_batch = batched(conv.__name__, input, rank)
        _check_convolution(input, weight, bias, groups, rank, True)
        strides, dilations = each(stride, rank), each(dilation, rank, "dilation")
        paddings, more = each(padding, rank, "padding"), each(output_padding, rank, "output_padding")
        for n, s, d in zip(more, strides, dilations):
            if n >= max(s, d):
                raise RuntimeError("output padding must be smaller than either stride or dilation, but got output_padding_"
                                   f"height: {more[0]} output_padding_width: {more[-1]} stride_height: {strides[0]} "
                                   f"stride_width: {strides[-1]} dilation_height: {dilations[0]} dilation_width: "
                                   f"{dilations[-1]}")
        _check_kernel(input, rank, True, False)
        if bias is not None and rank == 3:
            _dtype.check_scalar_type(input.dtype, bias)
        elif bias is not None and not _dtype.can_cast(bias.dtype, input.dtype):
            raise RuntimeError(f"result type {bias.dtype._title} can't be cast to the desired output type {input.dtype._title}")
        bias = None if bias is None else bias.to(input.dtype)
        before = [d * (size - 1) - p for d, size, p in zip(dilations, weight._sizes[2:], paddings)]
        wide = padded(_spread(input, strides), before, [b + n for b, n in zip(before, more)])
        ins, outs, *sizes = weight._sizes
        turned = weight._reshape([groups, ins // groups, outs, *sizes])._transpose(1, 2)
        turned = _ops.flip(turned, list(range(3, 3 + rank)))._reshape([groups * outs, ins // groups, *sizes])
        result = named(_product(wide, turned, bias, [1] * rank, dilations, groups), "ConvolutionBackward0", input,
                       weight)
        return result if is_batch else result._squeeze([0])
    conv.__name__, conv.__doc__ = f"conv_transpose{rank}d", f"The gradient of conv{rank}d by its input, as a layer."
    return conv


conv_transpose1d, conv_transpose2d, conv_transpose3d = map(_transposed, (1, 2, 3))
