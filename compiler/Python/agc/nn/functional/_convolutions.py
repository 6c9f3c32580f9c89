"""Convolutions: the products of windows with kernels, and the same the other way round."""
import math

from agc import _agc, _dtype, _ops
from agc._node import named, own
from agc.nn.functional._windows import batched, each, padded, spatial, windows

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]


def _options(input, weight, rank, groups, is_same, **options):
    """Options as a number for each dim that the weight has."""
    dims = weight.dim() - 2
    if dims <= 0:
        raise RuntimeError("weight should have at least three dimensions")
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")
    if is_same and weight.dim() != input.dim():
        raise RuntimeError(f"Expected {weight.dim()}-dimensional input for {weight.dim()}-dimensional weight{list(weight._sizes)}, "
                           f"but got {input.dim()}-dimensional input of size {list(input._sizes)} instead")
    options = {name: [value] * rank if isinstance(value, int) else value for name, value in options.items()}
    found = [each(value, dims, name) for name, value in options.items()]
    for words, lists in (("negative {} is not supported", options.keys() & {"padding", "output_padding"}),
                         ("non-positive {} is not supported", ["stride"])):
        for name in sorted(lists, reverse=True):
            if any(n < words.startswith("non") for n in options[name]):
                raise RuntimeError(words.format(name))
    if any(n < 0 for n in options["dilation"]):
        raise RuntimeError("dilation should be greater than zero")
    return found


def _check_sizes(input, weight, bias, groups, transposed):
    """Refuses an input, a weight and a bias that do not fit together."""
    kernel, shape = list(weight._sizes), list(input._sizes)
    if len(kernel) != len(shape):
        raise RuntimeError(f"Expected {len(kernel)}-dimensional input for {len(kernel)}-dimensional weight {kernel}, but got "
                           f"{len(shape)}-dimensional input of size {shape} instead")
    if kernel[0] < groups:
        raise RuntimeError(f"Given groups={groups}, expected weight to be at least {groups} at dimension 0, but got weight of "
                           f"size {kernel} instead")
    if kernel[0] % groups:
        raise RuntimeError(f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight "
                           f"of size [{kernel}] instead")
    channels = kernel[0] if transposed else kernel[1] * groups
    if shape[1] != channels:
        kind = f"transposed={int(transposed)}, " if transposed else f"groups={groups}, "
        raise RuntimeError(f"Given {kind}weight of size {kernel}, expected input{shape} to have {channels} channels, but got "
                           f"{shape[1]} channels instead")
    outputs = kernel[1] * groups if transposed else kernel[0]
    if bias is not None and list(bias._sizes) != [outputs]:
        raise RuntimeError(f"Given {'transposed=1, ' if transposed else ''}weight of size {kernel}, expected bias to be "
                           f"1-dimensional with {outputs} elements, but got bias of size {list(bias._sizes)} instead")


def _check_dtypes(input, weight, bias, transposed, is_onednn):
    """Refuses a weight and a bias of other dtypes than the input's."""
    if bias is not None and bias.dtype is not input.dtype and not transposed:
        kinds = [_agc.cpp_name_of(x.dtype._number) for x in (input, bias)]
        raise RuntimeError(f"Input type ({kinds[0]}) and bias type ({kinds[1]}) should be the same")
    if transposed and input.dtype is not _dtype.int64 and not input.is_floating_point() and not input.is_complex():
        return  # whose kernel is missed first
    others = [("weight", weight), ("bias", bias)] if is_onednn and bias is not None else [("weight", weight)]
    for name, other in others:
        if other.dtype is not input.dtype and (is_onednn or input.is_complex()):
            beside = f" or input should be a MKLDNN tensor and {name} is a dense tensor" if is_onednn else ""
            raise RuntimeError(f"Input type ({_type_name(input)}) and {name} type ({_type_name(other)}) should be the same{beside}")
    _dtype.check_scalar_type(input.dtype, weight)


def _type_name(tensor):
    """What PyTorch's C++ calls the type of a tensor."""
    has_none = tensor.is_complex() or tensor.dtype is _dtype.bool
    return f"CPU{tensor.dtype._title}Type" if has_none else tensor.type()


def _is_onednn(input, weight, groups, is_far):
    """Whether oneDNN's kernel is PyTorch's for it: of halves, and of floats that are many enough; none where output_padding
    reaches beyond a stride."""
    if input.dtype is not _dtype.float32 or is_far:
        return input.dtype in (_dtype.float16, _dtype.bfloat16) and not is_far
    sizes, kernel = input._sizes[:4], weight._sizes[-2:]
    if not all(type(n) is int for n in [*sizes, *kernel]):  # as many as a call tells
        return True
    return groups > 1 or weight.dim() > 3 and all(n > 3 for n in kernel) or sizes[0] != 1 or math.prod(sizes) > 20480


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


def _same_padding(weight, strides, dilations):
    """How much of nothing stands before and after each dim, so that there are as many windows as elements."""
    if any(stride != 1 for stride in strides):
        raise RuntimeError("padding='same' is not supported for strided convolutions")
    whole = [d * (size - 1) for d, size in zip(dilations, weight._sizes[2:])]
    return [n // 2 for n in whole], [n - n // 2 for n in whole]


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
        if isinstance(padding, str) and padding not in ("same", "valid"):
            raise RuntimeError(f"Invalid padding string: '{padding}'")
        strides, dilations, paddings = _options(input, weight, rank, groups, padding == "same", stride=stride, dilation=dilation,
                                                padding=0 if isinstance(padding, str) else padding)
        both = _same_padding(weight, strides, dilations) if padding == "same" else (paddings, paddings)
        _check_sizes(input, weight, bias, groups, False)
        _check_dtypes(input, weight, bias, False, _is_onednn(input, weight, groups, False))
        if 0 in dilations:
            raise RuntimeError("non-positive dilation is not supported")
        _check_kernel(input, rank, False, any(n > 1 for n in dilations))
        wide = padded(input, *both)
        result = named(own(_product(wide, weight, bias, strides, dilations, groups)), "ConvolutionBackward0", input,
                       weight)
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


def _check_output_padding(more, strides, dilations):
    """Refuses more elements at the end than the next window would begin after."""
    if any(n >= max(s, d) for n, s, d in zip(more, strides, dilations)):
        axes = ["depth"] * (len(more) == 3) + ["height", "width"]
        lists = [("output_padding", [0] * (len(more) == 1) + more), ("stride", [1] * (len(more) == 1) + strides),
                 ("dilation", [1] * (len(more) == 1) + dilations)]
        found = " ".join(f"{name}_{axis}: {n}" for name, values in lists for axis, n in zip(axes, values))
        raise RuntimeError(f"output padding must be smaller than either stride or dilation, but got {found}")


def _transposed(rank):
    def conv(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
        if isinstance(padding, str):
            raise TypeError(f"{conv.__name__}(): argument 'padding' must be tuple of ints, not str")
        input, is_batch = batched(conv.__name__, input, rank)
        strides, dilations, paddings, more = _options(input, weight, rank, groups, False, stride=stride, dilation=dilation,
                                                      padding=padding, output_padding=output_padding)
        _check_sizes(input, weight, bias, groups, True)
        _check_dtypes(input, weight, bias, True, _is_onednn(input, weight, groups, any(n >= s for n, s in zip(more, strides))))
        _check_output_padding(more, strides, dilations)
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
        result = named(own(_product(wide, turned, bias, [1] * rank, dilations, groups)), "ConvolutionBackward0",
                       input, weight)
        return result if is_batch else result._squeeze([0])
    conv.__name__, conv.__doc__ = f"conv_transpose{rank}d", f"The gradient of conv{rank}d by its input, as a layer."
    return conv


conv_transpose1d, conv_transpose2d, conv_transpose3d = map(_transposed, (1, 2, 3))
