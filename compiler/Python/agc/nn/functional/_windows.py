"""Windows that move over the last dims, as columns and for what is made of them. Each dim's windows are picked by an index
of their own, so that what is traced is a gather for each dim."""
import math

from agc import _agc, _dtype, _factories, _ops
from agc._node import node, saving_nothing

__all__ = ["fold", "unfold"]


def each(value, rank, name="stride"):
    """A number for each of the last dims."""
    values = list(value) if isinstance(value, (tuple, list)) else [value]
    values = values * rank if len(values) == 1 else values
    if len(values) != rank:
        raise RuntimeError(f"expected {name} to be a single integer value or a list of {rank} values to match the "
                           f"convolution dimensions, but got {name}={values}")
    return values


def picked(input, dim, rows):
    """A dim's elements at rows of positions: the dim becomes one of the rows and, at the end, one of a row's elements."""
    count, size = len(rows), len(rows[0]) if rows else 1
    flat = [position for row in rows for position in row]
    if flat == list(range(len(flat))):
        part = input._narrow(dim, 0, len(flat))
    else:
        part = _ops.index_select(input, dim, _factories.tensor(flat, dtype=_dtype.int64))
    shape = list(part._sizes)
    apart = part._reshape(shape[:dim] + [count, size] + shape[dim + 1:])
    return apart._permute([d for d in range(len(shape) + 1) if d != dim + 1] + [dim + 1])


def rows_of(count, size, stride, dilation):
    """Where each window's elements are."""
    return [[i * stride + j * dilation for j in range(size)] for i in range(count)]


def windows(input, counts, sizes, strides, dilations):
    """All windows over the last dims: there the places of windows, then the elements of each."""
    lead = input.dim() - len(sizes)
    for i, each_dim in enumerate(zip(counts, sizes, strides, dilations)):
        input = picked(input, lead + i, rows_of(*each_dim))
    return input


def spatial(name, input, rank):
    """The last dims' extents, which must be known."""
    sizes = input._sizes[input.dim() - rank:]
    if any(isinstance(size, _agc.Extent) for size in sizes):
        raise NotImplementedError(f"{name}(): windows over an extent that only a call tells are not in agc yet")
    return sizes


def padded(input, before, after, value=0):
    """Elements before and after each of the last dims; fewer where a number is negative."""
    margins = [n for pair in reversed(list(zip(before, after))) for n in pair]
    return _agc.pad(input, margins, "constant", float(value)) if any(margins) else input


def batched(name, input, rank):
    """The input with a batch dim, and whether it had one."""
    if input.dim() not in (rank + 1, rank + 2):
        raise RuntimeError(f"Expected {rank + 1}D (unbatched) or {rank + 2}D (batched) input to {name}, but got input of "
                           f"size: {list(input._sizes)}")
    return (input, True) if input.dim() == rank + 2 else (input._unsqueeze(0), False)


@node("Im2ColBackward0")
@saving_nothing
def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    """Each window as a column"""
    if input.dim() not in (3, 4):
        raise RuntimeError(f"Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions "
                           f"for input, but got: {list(input._sizes)}")
    _dtype.check_kernel("im2col_out_cpu", input, "float complex bool")
    batch, is_batch = batched("unfold", input, 2)
    sizes, strides = each(kernel_size, 2, "kernel_size"), each(stride, 2)
    dilations, paddings = each(dilation, 2, "dilation"), each(padding, 2, "padding")
    for name, (height, width), least in (("kernel size", sizes, 1), ("dilation", dilations, 1), ("stride", strides, 1)):
        if height < least or width < least:
            short = name.split()[0]
            raise RuntimeError(f"{name} should be greater than zero, but got {short}_height: {height} {short}_width: {width}")
    wide = padded(batch, paddings, paddings)
    counts = [(extent - d * (size - 1) - 1) // s + 1
              for extent, size, s, d in zip(spatial("unfold", wide, 2), sizes, strides, dilations)]
    if any(isinstance(n, int) and n < 1 for n in counts):
        spaces = [f"({', '.join(map(str, x))})" for x in (batch._sizes[2:], sizes, dilations, paddings, counts)]
        raise RuntimeError("Given input with spatial size {}, kernel_size={}, dilation={}, padding={}, calculated shape of the "
                           "array of sliding blocks as {}, but its components must be at least one.".format(*spaces))
    seen = windows(wide, counts, sizes, strides, dilations)._permute([0, 1, 4, 5, 2, 3])
    columns = seen._reshape([batch._sizes[0], batch._sizes[1] * math.prod(sizes), math.prod(counts)])
    return columns if is_batch else columns._squeeze([0])


@node("Col2ImBackward0")
@saving_nothing
def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """The sum of columns at the places of their windows: the gradient of unfold"""
    columns, is_batch = (input, True) if input.dim() == 3 else (input._unsqueeze(0), False)
    sizes, strides, extents = each(kernel_size, 2), each(stride, 2), each(output_size, 2)
    dilations, paddings = each(dilation, 2), each(padding, 2)
    counts = [(extent + 2 * p - d * (size - 1) - 1) // s + 1
              for extent, size, s, d, p in zip(extents, sizes, strides, dilations, paddings)]
    batch, terms, places = columns._sizes
    if terms % math.prod(sizes):
        raise RuntimeError("Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got "
                           f"input.size(1)={terms} and kernel_size=({sizes[0]}, {sizes[1]}).")
    if places != math.prod(counts):
        raise RuntimeError(f"Given output_size=({extents[0]}, {extents[1]}), kernel_size=({sizes[0]}, {sizes[1]}), "
                           f"dilation=({dilations[0]}, {dilations[1]}), padding=({paddings[0]}, {paddings[1]}), stride="
                           f"({strides[0]}, {strides[1]}), expected size of input's dimension 2 to match the calculated "
                           f"number of sliding blocks {counts[0]} * {counts[1]} = {math.prod(counts)}, but got input."
                           f"size(2)={places}.")
    whole = [extent + 2 * p for extent, p in zip(extents, paddings)]
    channels = terms // math.prod(sizes)
    at = [[i * strides[k] + j * dilations[k] for j in range(sizes[k]) for i in range(counts[k])] for k in (0, 1)]
    apart = columns._reshape([batch, channels, *sizes, *counts])._permute([0, 1, 2, 4, 3, 5])
    apart = apart._reshape([batch, channels, len(at[0]), len(at[1])])
    for k in (0, 1):
        shape = list(apart._sizes)
        shape[2 + k] = whole[k]
        index = _factories.tensor(at[k], dtype=_dtype.int64)
        apart = _ops.index_add(_factories.zeros(shape, dtype=input.dtype), 2 + k, index, apart)
    for k in (0, 1):
        apart = apart._narrow(2 + k, paddings[k], extents[k])
    return (apart if is_batch else apart._squeeze([0])).clone()

