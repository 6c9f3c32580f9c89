"""Views, copies and conversions."""
import builtins
import math

from agc import _agc, _dtype, _factories, _numpy, _ops
from agc._functions import alias, both, exported, strided
from agc._node import counted, named, node, saving_nothing, unwritten
from agc._out import with_out
from agc._sizes import ints, listed, require
from agc._tensor import Tensor, method, wrapped, wrapped_along
from agc._warnings import warn


@method
def view(self, *size, dtype=None, **named):
    if dtype is None and len(size) == 1 and isinstance(size[0], _dtype.dtype):
        return strided.as_dtype(self, size[0])
    if dtype is not None and not size and not named:
        return strided.as_dtype(self, dtype)
    return self._view(listed("view", "size", size, named))


Tensor.view_as = lambda self, other: self._view(other._sizes)
Tensor.reshape_as = lambda self, other: self._reshape(other._sizes)
Tensor.expand_as = lambda self, other: self._expand(other._sizes)


@method
def reshape(self, *shape, **named):
    return self._reshape(listed("reshape", "shape", shape, named))


@exported
def reshape(input, shape):  # noqa: F811
    return input._reshape(ints((shape,)))


@method
def expand(self, *size, implicit=False, **named):
    return self._expand(listed("expand", "size", size, named))


@method
def permute(self, *dims, **named):
    return self._permute(listed("permute", "dims", dims, named))


@exported
def permute(input, dims):  # noqa: F811
    return input._permute(ints((dims,)))


@both
def transpose(input, dim0, dim1):
    made = input._transpose(dim0, dim1)
    return made if input.dim() else named(made, "TransposeBackward0")


alias(transpose, "swapaxes", "swapdims")


@exported
def t(input):
    return input.t()


def _transposed(self, name):
    if self.dim() == 1:
        raise RuntimeError(f"tensor.{name} is only supported on matrices or batches of matrices. Got 1-D tensor.")
    if self.dim() == 0:
        warn(f"Tensor.{name} is deprecated on 0-D tensors. This function is the identity in these cases.")
    return self._transpose(-2, -1) if self.dim() else self


def _H(self):
    if self.dim() not in (0, 2):
        advice = " For batches of matrices, consider using tensor.mH" if self.dim() > 2 else ""
        raise RuntimeError(f"tensor.H is only supported on matrices (2-D tensors). Got {self.dim()}-D tensor.{advice}")
    return (self._transpose(0, 1) if self.dim() else self).conj()


def _T(self):
    if self.dim() == 0:
        warn("Tensor.T is deprecated on 0-D tensors. This function is the identity in these cases.")
    elif self.dim() > 2:
        warn("The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will throw an "
             "error in a future release. Consider `x.mT` to transpose batches of matrices or "
             "`x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a tensor.")
    return self._permute(list(builtins.range(self.dim()))[::-1])


Tensor.T = property(_T)
Tensor.mT = property(lambda self: _transposed(self, "mT"))
Tensor.mH = property(lambda self: _transposed(self, "mH").conj())
Tensor.H = property(_H)


@both
def squeeze(input, dim=None):
    if dim is None:
        return input._squeeze([])
    if isinstance(dim, builtins.int):
        return input._squeeze([dim])
    dims = [wrapped_along(input, d) for d in dim]
    for d in dims:
        if dims.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    return named(input._squeeze(dims) if dims else input._alias(), "SqueezeBackward2")


@both
def unsqueeze(input, dim):
    return input._unsqueeze(dim)


def _in_place(name, function, forms=1):
    """A view op in place: the tensor takes its view's sizes, strides and history. Its nodes are counted after those of
    the op's other forms."""
    def changed(self, *args, **kwargs):
        _agc.check_write(self, [])
        if name == "t_" and self.dim() > 2:
            raise RuntimeError(f"t_() expects a tensor with <= 2 dimensions, but self is {self.dim()}D")
        _agc.become(self, function(self, *args, **kwargs))
        made = self.grad_fn if self.requires_grad else None
        if made is not None:
            named(self, made.name()[:-1] + str(builtins.int(made.name()[-1]) + forms))
        return self
    changed.__name__ = name
    method(changed)


for _name, _function, _forms in [("squeeze_", squeeze, 3), ("unsqueeze_", unsqueeze, 1), ("t_", t, 1),
                                 ("transpose_", transpose, 1), ("swapaxes_", transpose, 1), ("swapdims_", transpose, 1)]:
    _in_place(_name, _function, _forms)


@both
def flatten(input, start_dim=0, end_dim=-1):
    return input._flatten(start_dim, end_dim)


@both
def ravel(input):
    return input._contiguous()._view([-1])


@both
def unflatten(input, dim, sizes):
    dim = wrapped_along(input, dim)
    shape, sizes = list(input._sizes), list(sizes)
    known = all(isinstance(n, builtins.int) for n in (shape[dim], *sizes))
    if known and (math.prod(sizes) != shape[dim] if -1 not in sizes else shape[dim] % builtins.max(-math.prod(sizes), 1)):
        raise RuntimeError(f"unflatten: Provided sizes {sizes} don't multiply up to the size of dim {dim} ({shape[dim]}) in the "
                           "input tensor")
    return input._view(shape[:dim] + list(sizes) + shape[dim + 1:])


@both
def select(input, dim, index):
    rank = input.dim()
    if rank == 0:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    size = input.size(dim)
    if isinstance(size, builtins.int) and isinstance(index, builtins.int) and not -size <= index < size:
        raise IndexError(f"select(): index {index} out of range for tensor of size {list(input._sizes)} at dimension "
                         f"{dim % rank}")
    return input._select(dim, index)


@both
def narrow(input, dim, start, length):
    if isinstance(start, Tensor) and (start.dim() or start.is_floating_point() or start.is_complex() or
                                      start.dtype is _dtype.bool):
        raise RuntimeError("start must be an 0-dim integral Tensor.")
    if isinstance(length, builtins.int) and length < 0 < input.dim():
        raise RuntimeError("narrow(): length must be non-negative.")
    return input._narrow(dim, int(start) if isinstance(start, Tensor) else start, length)


@both
def diagonal(input, offset=0, dim1=0, dim2=1):
    return input._diagonal(offset, dim1, dim2)


@both
@with_out(exact=True)
def diag(input, diagonal=0):
    if input.dim() not in (1, 2):
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input.dim()}D")
    if input.dim() == 2:
        part = clone(input._diagonal(diagonal, 0, 1), memory_format=_dtype.contiguous_format)
        return named(part, "DiagonalBackward0_copy")
    return diag_embed(input, diagonal)


@both
@node("DiagEmbedBackward0")
@saving_nothing
@unwritten
def diag_embed(input, offset=0, dim1=-2, dim2=-1):
    first, second = (wrapped(dim, input.dim() + 1) for dim in (dim1, dim2))
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    n, shape = input._sizes[-1] + builtins.abs(offset), list(input._sizes[:-1])
    for dim in sorted((first, second)):
        shape.insert(dim, n)
    made = _factories.zeros(shape, dtype=input.dtype)
    made._diagonal(offset, first, second).copy_(input)
    return made


@both
def movedim(input, source, destination):
    rank = input.dim()
    given = [ints((dims,)) for dims in (source, destination)]
    if len(given[0]) != len(given[1]):
        raise RuntimeError(f"movedim: Invalid source or destination dims: source ({given[0]} dims) should contain the same number "
                           f"of dims as destination ({given[1]} dims)")
    source, destination = ([wrapped_along(input, d) for d in dims] for dims in given)
    for name, dims, asked in (("source", source, given[0]), ("destination", destination, given[1])):
        if len(set(dims)) != len(dims):
            raise RuntimeError(f"movedim: repeated dim in `{name}` ({asked})")
    if rank == 0:
        return input._alias()
    order = [d for d in builtins.range(rank) if d not in source]
    for to, from_ in sorted(zip(destination, source)):
        order.insert(to, from_)
    return input._permute(order)


alias(movedim, "moveaxis")


@method
def unfold(self, dimension, size, step):
    """Windows along a dim, which may overlap, their elements along a new last dim."""
    if self.dim() == 0:  # a row of one element
        return named(self.view(1).unfold(dimension, size, step)._select(0, 0), "UnfoldBackward0")
    dim, extent = wrapped(dimension, self.dim()), self.size(dimension)
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    require(size, "<=", extent, f"maximum size for tensor at dimension {dim} is {extent} but size is {size}")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    return self._unfold(dim, size, step)


@both
def unbind(input, dim=0):
    wrapped(dim, input.dim())
    return tuple(input._unbind(dim))


@exported
def split(tensor, split_size_or_sections, dim=0):
    if isinstance(split_size_or_sections, Tensor) and not split_size_or_sections.dim():
        split_size_or_sections = builtins.int(split_size_or_sections)
    if isinstance(split_size_or_sections, builtins.int):
        return tuple(tensor._split(split_size_or_sections, dim))
    return tuple(tensor._split_sizes(list(split_size_or_sections), dim))


Tensor.split = lambda self, split_size, dim=0: split(self, split_size, dim)


@both
def chunk(input, chunks, dim=0):
    return tuple(input._chunk(chunks, dim))


def _is_none(row):
    """Whether it is known to be a row of no elements."""
    return row.dim() == 1 and isinstance(row._sizes[0], builtins.int) and row._sizes[0] == 0


def _tensors(given):
    """A list of tensors and nothing else."""
    for place, tensor in enumerate(given := list(given)):
        if not isinstance(tensor, Tensor):
            raise TypeError(f"expected Tensor as element {place} in argument 0, but got {_numpy.type_name(tensor)}")
    return given


def some(name, tensors):
    """Tensors, of which there is one at least."""
    if not tensors:
        raise RuntimeError(f"{name} expects a non-empty TensorList")
    return tensors


def _check_listed(name, tensors):
    if isinstance(tensors, Tensor) or not hasattr(tensors, "__iter__"):
        raise TypeError(f"{name}(): argument 'tensors' (position 1) must be tuple of Tensors, not "
                        + builtins.type(tensors).__name__)


@exported
@with_out(apart="tensors")
def cat(tensors, dim=0):
    _check_listed("cat", tensors)
    tensors = _tensors(tensors)
    if not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    for place, tensor in enumerate(tensors):
        if tensor.dim() == 0:
            raise RuntimeError(f"zero-dimensional tensor (at position {place}) cannot be concatenated")
    kind = tensors[0].dtype
    for other in tensors[1:]:
        kind = _dtype.promote_types(kind, other.dtype)
    tensors = [x if x.dtype is kind else x._to(kind._number) for x in tensors]
    first = next((x for x in tensors if not _is_none(x)), None)
    if first is None:
        return _ops.cat(tensors, dim)
    sizes = list(first._sizes)
    sizes[wrapped(dim, len(sizes))] = 0  # a row of no elements fits any others, and is an input that has a gradient
    parts = [x._reshape(sizes) if _is_none(x) and x.requires_grad else x for x in tensors]
    return _ops.cat([x for x in parts if x.requires_grad or not _is_none(x)], dim)


exported(cat, "concat")
exported(cat, "concatenate")


@exported
@with_out(apart="tensors")
def stack(tensors, dim=0):
    _check_listed("stack", tensors)
    return _agc.stack(_tensors(tensors), dim)


@exported
@with_out(apart="tensors")
def hstack(tensors):
    tensors = some("hstack", tensors)
    tensors = [x._reshape([1]) if x.dim() == 0 else x for x in tensors]
    return cat(tensors, 0 if tensors[0].dim() == 1 else 1)


@exported
@with_out(apart="tensors")
def vstack(tensors):
    return cat([x._reshape([1, -1]) if x.dim() < 2 else x for x in some("vstack", tensors)], 0)


@both
def clone(input, *, memory_format=None):
    if memory_format is _dtype.contiguous_format and not input.is_contiguous():
        return input._contiguous()
    made = input._clone()
    return counted(made, 1) if input.is_inference() and not made.is_inference() else made


@method
def contiguous(self, *, memory_format=_dtype.contiguous_format):
    if memory_format is _dtype.preserve_format:
        raise RuntimeError("preserve memory format is unsupported by the contiguous operator")
    return self._contiguous()


@exported
def detach(input):
    return input.detach()


@method
def copy_(self, src, non_blocking=False):
    if isinstance(src, Tensor) and src.is_complex() and not self.is_complex():
        _discard_imaginary()
    self._copy_(src)
    return self


@method
def fill_(self, value):
    if isinstance(value, Tensor) and 0 in self._strides:
        _agc.check_overlap(self, [], [])
    self._fill_(value)
    return self


@method
def zero_(self):
    self._zero_()
    return self


@method
def to(self, *args, dtype=None, device=None, copy=False, non_blocking=False, memory_format=None):
    for arg in args:
        if isinstance(arg, _dtype.dtype):
            dtype = arg
        elif isinstance(arg, Tensor):
            dtype = arg.dtype
        elif not isinstance(arg, builtins.bool):
            _dtype.check_device(arg)
    _dtype.check_device(device)
    if dtype is None or dtype is self.dtype:
        return self._clone() if copy else self
    if self.is_complex() and not dtype.is_complex:
        _discard_imaginary()
    return self._to(dtype._number)


def _discard_imaginary():
    warn("Casting complex values to real discards the imaginary part", once=True)


@method
def type(self, dtype=None):
    if dtype is None:
        return f"torch.{self.dtype._title}Tensor"
    from agc._types import dtype_of
    if dtype in _dtype.PYTHON:
        raise ValueError(f"invalid type: '{dtype.__name__}'")
    return self.to(dtype_of(dtype))


Tensor.type_as = lambda self, other: self.to(other.dtype)
Tensor.cpu = lambda self, *, memory_format=None: self


@method
def cuda(self, device=None, non_blocking=False, memory_format=None):
    from agc.cuda import refused
    refused()


for _name, _kind in [("float", "float32"), ("double", "float64"), ("half", "float16"), ("bfloat16", "bfloat16"),
                     ("int", "int32"), ("long", "int64"), ("short", "int16"), ("bool", "bool"), ("char", "int8"),
                     ("byte", "uint8"), ("cfloat", "complex64"), ("cdouble", "complex128")]:
    setattr(Tensor, _name, lambda self, *, memory_format=None, kind=getattr(_dtype, _kind): self.to(kind))
