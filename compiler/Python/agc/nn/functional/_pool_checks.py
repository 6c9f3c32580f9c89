"""What PyTorch says of windows and sizes that a pooling cannot have, in the order in which its kernels find out."""
from agc._sizes import check_extents, require

_COUNTS = {1: "", 2: "two", 3: "three"}


def check_ranks(name, input, rank):
    """Refuses an input of another number of dims, and one without elements beside the batch."""
    shape, dims = list(input._sizes), (rank + 1, rank + 2)
    if name == "max_pool1d" and (len(shape) not in dims or 0 in shape[-2:]):
        raise RuntimeError("max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but "
                           f"got:{shape}")
    if rank == 1:
        check_row(name, input)
    elif name.startswith("adaptive_avg") and len(shape) not in dims:
        raise RuntimeError(f"{name}(): Expected {dims[0]}D or {dims[1]}D tensor, but got {shape}")
    elif name.startswith("adaptive_max") and len(shape) not in dims:
        raise RuntimeError(f"{name}(): Expected {dims[0]}D or {dims[1]}D tensor, but got: {shape}")
    elif name == "avg_pool2d" and len(shape) < 3:
        input.size(-3)
    elif name == "avg_pool2d" and len(shape) not in dims:
        raise RuntimeError(f"Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:{shape}")
    elif len(shape) not in dims:
        raise RuntimeError(f"non-empty {dims[0]}D or {dims[1]}D (batch mode) tensor expected for input")
    if name.startswith("adaptive"):
        for d in range(max(len(shape) - rank, 1) if "avg" in name else 1, len(shape)):
            require(shape[d], "!=", 0, f"{name}(): Expected input to have non-zero size for non-batch dimensions, but input has "
                    f"sizes {shape} with dimension {d} being empty")


def check_row(name, input):
    """Refuses what is no row of channels, in a batch or not."""
    if input.dim() not in (2, 3):
        raise RuntimeError(f"Expected 2 to 3 dimensions, but got {input.dim()}-dimensional tensor for argument #1 'self' (while "
                           f"checking arguments for {name.removesuffix('_with_indices')})")


def numbers(name, option, value, rank):
    """An option as a number for each dim."""
    values = list(value) if isinstance(value, (tuple, list)) else [value]
    if len(values) not in (1, rank):
        if name == "max_pool1d":
            comma = "," if option == "padding" else ""
            kinds = "None, an int, list of ints, or" if option == "stride" else f"an int, list of ints{comma} or"
            raise RuntimeError(f"max_pool1d() {option} must be {kinds} tuple of ints of size 1 but got size {len(values)}")
        if rank == 1:
            raise RuntimeError(f"{name.removesuffix('_with_indices')}() argument '{option}' should contain one int (got "
                               f"{len(values)})")
        kinds = {"stride": "must either be omitted,", "dilation": "must be either"}.get(option, "must either be")
        kinds = kinds.replace("either ", "") if name == "avg_pool3d" else kinds
        raise RuntimeError(f"{name}: {option} {kinds} a single int, or a tuple of {_COUNTS[rank]} ints")
    return values * rank if len(values) == 1 else values


def check_windows(name, input, sizes, strides, paddings, dilations):
    """Refuses windows of no size, steps of none, and paddings that a window could lie in."""
    if name == "max_pool1d":
        _check_row_windows(sizes[0], strides[0], paddings[0], dilations[0])
    for p, size, stride, d in zip(paddings, sizes, strides, dilations):
        if stride == 0:
            raise RuntimeError("stride should not be zero")
        if p < 0:
            raise RuntimeError(f"pad must be non-negative, but got pad: {p}")
        if p > int((d * (size - 1) + 1) / 2):
            raise RuntimeError(f"pad should be at most half of effective kernel size, but got pad={p}, kernel_size={size} and "
                               f"dilation={d}")
    axes = "THW"[-max(len(sizes), 2):]
    for kind, values, letter in (("kernel size", sizes, "k"), ("stride", strides, "d"), ("dilation", dilations, "dilation")):
        if any(n <= 0 for n in values):
            values = [1] * (len(axes) - len(values)) + values
            found = " ".join(f"{letter}{axis}: {n}" for axis, n in zip(axes, values))
            raise RuntimeError(f"{kind} should be greater than zero, but got {found}")
    _check_elements(name, list(input._sizes), len(sizes))


def _check_row_windows(size, stride, padding, dilation):
    for option, n in (("kernel_size", size), ("stride", stride)):
        if n <= 0:
            raise RuntimeError(f"max_pool1d() {option} must be greater than zero, but got {n}")
    if padding < 0:
        raise RuntimeError(f"max_pool1d() padding must be non-negative, but got {padding}")
    if padding > size // 2:
        raise RuntimeError(f"max_pool1d() padding should be at most half of kernel size, but got padding={padding} and "
                           f"kernel_size={size}")
    if dilation <= 0:
        raise RuntimeError(f"max_pool1d() dilation must be greater than zero, but got {dilation}")


def _check_elements(name, shape, rank):
    """Refuses an input that has no element beside the batch."""
    begin = len(shape) - rank - 1
    if all(type(n) is not int or n for n in shape[begin:]):
        return
    if rank < 3:
        shown = shape if rank == 2 else shape[:-1] + [1] + shape[-1:]
        raise RuntimeError(f"Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:{shown}")
    kernel = "max_pool3d_with_indices_out_cpu_template" if name.startswith("max") else name
    raise RuntimeError(f"{kernel}(): Expected input's non-batch dimensions to have positive length, but input has a shape of "
                       f"{shape} and non-batch dimension 0 has length zero!")


def check_counts(name, planes, extents, sizes, counts):
    """Refuses an input in which a dim has no window."""
    if name == "avg_pool3d" and any(n < size for n, size in zip(extents, sizes)):
        shapes = [" ".join(f"{letter}{axis}: {n}" for axis, n in zip("THW", x)) for letter, x in (("", extents), ("k", sizes))]
        raise RuntimeError(f"input image ({shapes[0]}) smaller than kernel size ({shapes[1]})")
    if all(count >= 1 for count in counts):
        return
    if name == "max_pool1d":
        raise RuntimeError(f"max_pool1d() Invalid computed output size: {counts[0]}")
    shapes = ["x".join(map(str, [planes] + [1] * (len(x) == 1) + list(x))) for x in (extents, counts)]
    raise RuntimeError(f"Given input size: ({shapes[0]}). Calculated output size: ({shapes[1]}). Output size is too small")


def adaptive_sizes(name, input, rank, output_size):
    """The extents that an adaptive pooling is asked for."""
    if rank == 1:
        check_row(name, input)
        outputs = numbers(name, "output_size", output_size, 1)
    elif isinstance(output_size, int):
        outputs = [output_size] * rank
    else:
        if input.dim() <= len(output_size):
            raise ValueError(f"Input dimension should be at least {len(output_size) + 1}")
        own = input._sizes[-len(output_size):]
        outputs = [n if n is not None else extent for n, extent in zip(output_size, own)]
    if len(outputs) != rank:
        raise RuntimeError(f"{name}(): internal error: output_size.size() must be {rank}" if "max" in name else
                           f"{name}: output_size must be {rank}")
    if "avg" in name and any(n < 0 for n in outputs):
        shown = "1, " * (rank == 1) + ", ".join(map(str, outputs[:2])) + "".join(f",{n}" for n in outputs[2:])
        raise RuntimeError(f"adaptive_avg_pool{max(rank, 2)}d: elements of output_size must be greater than or equal to 0 but "
                           f"received {{{shown}}}")
    return outputs


def check_adaptive_sizes(input, rank, outputs):
    """Refuses what no tensor has as its extents."""
    check_extents(list(input._sizes[:-rank]) + [1] * (rank == 1) + outputs)
