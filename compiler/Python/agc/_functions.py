"""torch's functions and the methods of the same name: records as they are, and what torch adds to them."""
import builtins
import collections
import math

from agc import _agc, _dtype, _factories, _ops
from agc import _index  # noqa: F401
from agc._missing import refuse
from agc._tensor import Size, Tensor, ints, method

pi, e, inf, nan = math.pi, math.e, math.inf, math.nan

__all__ = ["pi", "e", "inf", "nan"]


def exported(function):
    """A function of torch."""
    __all__.append(function.__name__)
    return function


def both(function):
    """A function of torch that is a method, too."""
    return exported(method(function))


def _with_out(function):
    """`out=`: the result is written into a tensor that is given."""
    import functools

    @functools.wraps(function)
    def called(*args, out=None, **kwargs):
        result = function(*args, **kwargs)
        if out is None:
            return result
        if result.requires_grad:
            raise RuntimeError(f"{function.__name__}(): functions with out=... arguments don't support automatic "
                               "differentiation, but one of the arguments requires grad.")
        if out.shape != result.shape:
            raise NotImplementedError(f"{function.__name__}(): out= of another shape is not in agc yet")
        out._copy_(result)
        return out
    return called


for _name in _ops.METHODS + _ops.FUNCTIONS:
    globals()[_name] = _with_out(getattr(_ops, _name))
    __all__.append(_name)

# ---------------------------------------------------------------- views and copies

@method
def view(self, *shape, dtype=None):
    if dtype is not None or len(shape) == 1 and isinstance(shape[0], _dtype.dtype):
        raise NotImplementedError("view(dtype) is not in agc yet")
    return self._view(ints(shape))


Tensor.view_as = lambda self, other: self._view(other._sizes)
Tensor.reshape_as = lambda self, other: self._reshape(other._sizes)
Tensor.expand_as = lambda self, other: self._expand(other._sizes)
Tensor._alias = lambda self: self._view(self._sizes) if self.is_contiguous() else self._slice(0, None, None, 1)


@method
def reshape(self, *shape, **named):
    return self._reshape(ints(named.get("shape", shape)))


@exported
def reshape(input, shape):  # noqa: F811
    return input._reshape(ints((shape,)))


@method
def expand(self, *sizes, implicit=False):
    return self._expand(ints(sizes))


@method
def permute(self, *dims):
    return self._permute(ints(dims))


@exported
def permute(input, dims):  # noqa: F811
    return input._permute(ints((dims,)))


@both
def transpose(input, dim0, dim1):
    return input._transpose(dim0, dim1)


swapaxes = swapdims = Tensor.swapaxes = Tensor.swapdims = transpose
__all__ += ["swapaxes", "swapdims"]


@exported
def t(input):
    return input.t()


def _mT(self):
    if self.dim() < 2:
        raise RuntimeError("tensor.mT is only supported on matrices or batches of matrices. Got "
                           f"{self.dim()}-D tensor.")
    return self._transpose(-2, -1)


Tensor.T = property(lambda self: self._permute(list(builtins.range(self.dim()))[::-1]))
Tensor.mT = property(_mT)
Tensor.H = property(lambda self: self.T.conj())


@both
def squeeze(input, dim=None):
    if dim is None:
        return input._squeeze([])
    dims = [dim] if isinstance(dim, builtins.int) else list(dim)
    return input._squeeze(dims) if dims else input._alias()


@both
def unsqueeze(input, dim):
    return input._unsqueeze(dim)


@both
def flatten(input, start_dim=0, end_dim=-1):
    return input._flatten(start_dim, end_dim)


@both
def ravel(input):
    return input._reshape([-1])


@both
def unflatten(input, dim, sizes):
    dim = dim + input.dim() if dim < 0 else dim
    shape = list(input._sizes)
    return input._view(shape[:dim] + list(sizes) + shape[dim + 1:])


@both
def select(input, dim, index):
    rank = input.dim()
    size = input.size(dim)
    if not -size <= index < size:
        raise IndexError(f"select(): index {index} out of range for tensor of size {list(input._sizes)} at dimension "
                         f"{dim % rank}")
    return input._select(dim, index)


@both
def narrow(input, dim, start, length):
    return input._narrow(dim, int(start), length)


@both
def diagonal(input, offset=0, dim1=0, dim2=1):
    return input._diagonal(offset, dim1, dim2)


@both
def diag(input, diagonal=0):
    if input.dim() == 2:
        return input._diagonal(diagonal, 0, 1)._clone()
    n = input._sizes[0] + builtins.abs(diagonal)
    made = _factories.zeros(n, n, dtype=input.dtype)
    made._diagonal(diagonal, 0, 1).copy_(input)
    return made


@both
def diag_embed(input, offset=0, dim1=-2, dim2=-1):
    n = input._sizes[-1] + builtins.abs(offset)
    made = _factories.zeros(list(input._sizes[:-1]) + [n, n], dtype=input.dtype)
    made._diagonal(offset, -2, -1).copy_(input)
    return made if (dim1, dim2) == (-2, -1) else made.movedim((-2, -1), (dim1, dim2))


@both
def movedim(input, source, destination):
    rank = input.dim()
    source = [d % rank for d in ints((source,))]
    destination = [d % rank for d in ints((destination,))]
    order = [d for d in builtins.range(rank) if d not in source]
    for to, from_ in sorted(zip(destination, source)):
        order.insert(to, from_)
    return input._permute(order)


moveaxis = Tensor.moveaxis = movedim
__all__.append("moveaxis")


@both
def unbind(input, dim=0):
    return tuple(input._unbind(dim))


@exported
def split(tensor, split_size_or_sections, dim=0):
    if isinstance(split_size_or_sections, builtins.int):
        return tuple(tensor._split(split_size_or_sections, dim))
    return tuple(tensor._split_sizes(list(split_size_or_sections), dim))


Tensor.split = lambda self, split_size, dim=0: split(self, split_size, dim)


@both
def chunk(input, chunks, dim=0):
    return tuple(input._chunk(chunks, dim))


@exported
def cat(tensors, dim=0, *, out=None):
    refuse("cat", out=out)
    tensors = list(tensors)
    kind = tensors[0].dtype
    for other in tensors[1:]:
        kind = _dtype.promote_types(kind, other.dtype)
    tensors = [x if x.dtype is kind else x._to(kind._number) for x in tensors]
    kept = [x for x in tensors if x._sizes != [0]]
    return _ops.cat(kept or tensors[:1], dim)


concat = concatenate = cat
__all__ += ["concat", "concatenate"]


@exported
def stack(tensors, dim=0, *, out=None):
    refuse("stack", out=out)
    return _agc.stack(list(tensors), dim)


@exported
def hstack(tensors):
    tensors = [x._reshape([1]) if x.dim() == 0 else x for x in tensors]
    return cat(tensors, 0 if tensors[0].dim() == 1 else 1)


@exported
def vstack(tensors):
    return cat([x._reshape([1, -1]) if x.dim() < 2 else x for x in tensors], 0)


@both
def clone(input, *, memory_format=None):
    return input._clone()


@method
def contiguous(self, memory_format=None):
    return self._contiguous()


@exported
def detach(input):
    return input.detach()


@method
def copy_(self, src, non_blocking=False):
    self._copy_(src)
    return self


@method
def fill_(self, value):
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
    return self._to(dtype._number)


@method
def type(self, dtype=None):
    if dtype is None:
        return "torch." + {"bool": "Bool", "uint8": "Byte", "int8": "Char", "int16": "Short", "int32": "Int",
                           "int64": "Long", "float16": "Half", "bfloat16": "BFloat16", "float32": "Float",
                           "float64": "Double", "complex64": "ComplexFloat",
                           "complex128": "ComplexDouble"}[self.dtype._name] + "Tensor"
    return self.to(dtype)


Tensor.type_as = lambda self, other: self.to(other.dtype)
Tensor.cpu = lambda self: self
for _name, _kind in [("float", "float32"), ("double", "float64"), ("half", "float16"), ("bfloat16", "bfloat16"),
                     ("int", "int32"), ("long", "int64"), ("short", "int16"), ("bool", "bool"), ("char", "int8"),
                     ("byte", "uint8"), ("cfloat", "complex64"), ("cdouble", "complex128")]:
    setattr(Tensor, _name, lambda self, memory_format=None, kind=getattr(_dtype, _kind): self.to(kind))


# ---------------------------------------------------------------- operators

def _reflected(function):
    def operator(self, other):
        if not isinstance(other, (Tensor, builtins.int, builtins.float, builtins.complex)):
            return NotImplemented
        return function(self, other)
    return operator


Tensor.__pow__ = _reflected(lambda a, b: pow(a, b))
Tensor.__rpow__ = _reflected(lambda a, b: pow(b, a))
Tensor.__rtruediv__ = _reflected(lambda a, b: _ops.div(b, a) if isinstance(b, Tensor) else a.reciprocal() * b)
Tensor.__floordiv__ = _reflected(lambda a, b: _ops.floor_divide(a, b))
Tensor.__rfloordiv__ = _reflected(lambda a, b: _ops.floor_divide(b, a))
Tensor.__mod__ = _reflected(lambda a, b: _ops.remainder(a, b))
Tensor.__rmod__ = _reflected(lambda a, b: _ops.remainder(b, a))
Tensor.__and__ = Tensor.__rand__ = _reflected(lambda a, b: _ops.bitwise_and(a, b))
Tensor.__or__ = Tensor.__ror__ = _reflected(lambda a, b: _ops.bitwise_or(a, b))
Tensor.__xor__ = Tensor.__rxor__ = _reflected(lambda a, b: _ops.bitwise_xor(a, b))
Tensor.__invert__ = lambda self: _ops.bitwise_not(self)
Tensor.__pos__ = lambda self: self
Tensor.__abs__ = lambda self: _ops.abs(self)
for _name, _record in [("iadd", "add_"), ("isub", "sub_"), ("imul", "mul_"), ("itruediv", "div_"),
                       ("ifloordiv", "floor_divide_"), ("imod", "remainder_"), ("iand", "bitwise_and_"),
                       ("ior", "bitwise_or_"), ("ixor", "bitwise_xor_")]:
    setattr(Tensor, f"__{_name}__", getattr(_ops, _record))
Tensor.__ipow__ = lambda self, other: pow_(self, other)
Tensor.__contains__ = lambda self, item: builtins.bool(_ops.any(self == item).item())


@both
def pow(input, exponent, *, out=None):
    """input to the power of exponent; either may be a number."""
    refuse("pow", out=out)
    if isinstance(exponent, Tensor):
        return _ops.pow_tensor(input, exponent)
    if not input.dtype.is_floating_point and not input.dtype.is_complex:
        if isinstance(exponent, builtins.int):
            if exponent < 0:
                raise RuntimeError("Integers to negative integer powers are not allowed.")
            return _integer_power(input, exponent)
        input = input._to(_dtype.get_default_dtype()._number)
    return _ops.pow(input, exponent)


def _integer_power(base, exponent):
    result = None
    while exponent:
        if exponent & 1:
            result = base if result is None else result * base
        exponent >>= 1
        base = base * base if exponent else base
    return _factories.ones_like(base) if result is None else result.clone() if result is base else result


@method
def pow_(self, exponent):
    if isinstance(exponent, Tensor):
        return _ops.pow_tensor_(self, exponent)
    return _ops.pow_(self, exponent)


@both
def div(input, other, *, rounding_mode=None, out=None):
    if out is not None:
        return _with_out(_ops.div)(input, other, out=out)
    if rounding_mode is None:
        return _ops.div(input, other)
    if rounding_mode not in ("floor", "trunc"):
        raise RuntimeError("div expected rounding_mode to be one of None, 'trunc', or 'floor' but found "
                           f"'{rounding_mode}'")
    return (_ops.div_floor if rounding_mode == "floor" else _ops.div_trunc)(input, other)


@method
def div_(self, other, *, rounding_mode=None):
    if rounding_mode is None:
        return _ops.div_(self, other)
    return (_ops.div_floor_ if rounding_mode == "floor" else _ops.div_trunc_)(self, other)


@both
def true_divide(input, other):
    return _ops.div(input, other)


@exported
def rsub(input, other, *, alpha=1):
    return _ops.sub(other, input, alpha)


for _new, _old in [("multiply", "mul"), ("subtract", "sub"), ("divide", "div"), ("negative", "neg"),
                   ("absolute", "abs"), ("greater", "gt"), ("less", "lt"), ("greater_equal", "ge"),
                   ("less_equal", "le"), ("not_equal", "ne"), ("arctan", "atan"), ("arcsin", "asin"),
                   ("arccos", "acos"), ("fix", "trunc"), ("arctan2", "atan2"), ("arcsinh", "asinh"),
                   ("arccosh", "acosh"), ("arctanh", "atanh")]:
    globals()[_new] = globals()[_old]
    setattr(Tensor, _new, globals()[_old])
    __all__.append(_new)
Tensor.multiply_, Tensor.subtract_ = _ops.mul_, _ops.sub_


@exported
def where(condition, input=None, other=None, *, out=None):
    refuse("where", out=out)
    if input is None and other is None:
        return nonzero(condition, as_tuple=True)
    if not isinstance(input, Tensor) and not isinstance(other, Tensor):
        kind = _dtype.promote_types(_factories._kind_of(input), _factories._kind_of(other))
        input = _factories.full((), input, dtype=kind)
    return _ops.where(condition, input, other)


Tensor.where = lambda self, condition, other: where(condition, self, other)


@both
def clamp(input, min=None, max=None, *, out=None):
    refuse("clamp", out=out)
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        if min is not None:
            input = _ops.maximum(input, min)
        return input if max is None else _ops.minimum(input, max)
    return _ops.clamp(input, min, max)


clip = Tensor.clip = clamp
Tensor.clip_ = _ops.clamp_
__all__.append("clip")


@both
def clamp_min(input, min):
    return clamp(input, min)


@both
def clamp_max(input, max):
    return clamp(input, None, max)


@both
def masked_fill(input, mask, value):
    if isinstance(value, Tensor) and value.dim():
        raise RuntimeError("masked_fill only supports a 0-dimensional value tensor, but got tensor with "
                           f"{value.dim()} dimension(s).")
    return _agc.masked_fill(input, mask, value)


@method
def masked_fill_(self, mask, value):
    _agc.masked_fill_(self, mask, value)
    return self


@both
def masked_select(input, mask):
    shape = broadcast_shapes(input.shape, mask.shape)
    return input.expand(shape)[mask.expand(shape)]


@exported
def broadcast_shapes(*shapes):
    joint = []
    for shape in shapes:
        shape = list(shape)
        joint = [1] * (len(shape) - len(joint)) + joint
        for i, extent in enumerate(reversed(shape)):
            at = len(joint) - 1 - i
            if joint[at] != extent and extent != 1:
                if joint[at] != 1:
                    raise RuntimeError("Shape mismatch: objects cannot be broadcast to a single shape")
                joint[at] = extent
    return Size(joint)


@exported
def broadcast_tensors(*tensors):
    shape = broadcast_shapes(*[x.shape for x in ints(tensors)])
    return tuple(x.expand(shape) for x in ints(tensors))


@both
def broadcast_to(input, shape):
    return input._expand(ints((shape,)))


# ---------------------------------------------------------------- reductions

def _dim_list(dim):
    if dim is None:
        return ()
    return [dim] if isinstance(dim, builtins.int) else list(dim)


def _reduction(name):
    record = getattr(_ops, name)

    def reduce(input, dim=None, keepdim=False, *, dtype=None, out=None):
        refuse(name, out=out)
        if dtype is not None and dtype is not input.dtype:
            input = input._to(dtype._number)
        return record(input, _dim_list(dim), keepdim)
    reduce.__name__, reduce.__doc__ = name, record.__doc__
    return both(reduce)


for _name in ("sum", "amax", "amin", "all", "any", "prod"):
    globals()[_name] = _reduction(_name)


@both
def mean(input, dim=None, keepdim=False, *, dtype=None, out=None):
    refuse("mean", out=out)
    if dtype is not None and dtype is not input.dtype:
        input = input._to(dtype._number)
    if not input.dtype.is_floating_point and not input.dtype.is_complex:
        raise RuntimeError("mean(): could not infer output dtype. Input dtype must be either a floating point or complex "
                           f"dtype. Got: {_title(input.dtype)}")
    return _ops.mean(input, _dim_list(dim), keepdim)


def _title(kind):
    return {"bool": "Bool", "uint8": "Byte", "int8": "Char", "int16": "Short", "int32": "Int", "int64": "Long",
            "float16": "Half", "bfloat16": "BFloat16", "float32": "Float", "float64": "Double",
            "complex64": "ComplexFloat", "complex128": "ComplexDouble"}[kind._name]


@both
def nansum(input, dim=None, keepdim=False, *, dtype=None):
    return sum(where(isnan(input), 0, input), dim, keepdim, dtype=dtype)


@both
def nanmean(input, dim=None, keepdim=False, *, dtype=None):
    count = sum(logical_not(isnan(input)), dim, keepdim)
    return nansum(input, dim, keepdim, dtype=dtype) / count


def _spread(name):
    record = getattr(_ops, name)

    def reduce(input, dim=None, unbiased=None, keepdim=False, *, correction=None, out=None):
        refuse(name, out=out)
        if isinstance(dim, builtins.bool):
            dim, unbiased = None, dim
        if correction is None:
            correction = 1 if unbiased is None else builtins.int(unbiased)
        return record(input, _dim_list(dim), correction, keepdim)
    reduce.__name__, reduce.__doc__ = name, record.__doc__
    return both(reduce)


var, std = _spread("var"), _spread("std")


@exported
def var_mean(input, dim=None, unbiased=None, keepdim=False, *, correction=None):
    return var(input, dim, unbiased, keepdim, correction=correction), mean(input, dim, keepdim)


@exported
def std_mean(input, dim=None, unbiased=None, keepdim=False, *, correction=None):
    return std(input, dim, unbiased, keepdim, correction=correction), mean(input, dim, keepdim)


def _pair(name, second="indices"):
    made = collections.namedtuple(name, ["values", second])
    made.__repr__ = lambda self: (f"torch.return_types.{name}(\n" +
                                  ",\n".join(f"{f}={v!r}" for f, v in zip(self._fields, self)) + ")")
    return made


_max, _min = _pair("max"), _pair("min")


def _extreme(name, along, binary, result):
    whole = getattr(_ops, name)

    def reduce(input, dim=None, keepdim=False, *, other=None, out=None):
        refuse(name, out=out)
        if isinstance(dim, Tensor) or other is not None:
            return binary(input, dim if other is None else other)
        if dim is None:
            return whole(input)
        return result(*along(input, dim, keepdim))
    reduce.__name__, reduce.__doc__ = name, whole.__doc__
    return both(reduce)


max = _extreme("max", _agc.max_along, _ops.maximum, _max)
min = _extreme("min", _agc.min_along, _ops.minimum, _min)


@both
def argmax(input, dim=None, keepdim=False):
    return _agc.argmax(input, dim, keepdim)


@both
def argmin(input, dim=None, keepdim=False):
    return _agc.argmin(input, dim, keepdim)


@exported
def aminmax(input, *, dim=None, keepdim=False):
    made = collections.namedtuple("aminmax", ["min", "max"])
    return made(amin(input, dim, keepdim), amax(input, dim, keepdim))


@both
def norm(input, p="fro", dim=None, keepdim=False, *, dtype=None, out=None):
    refuse("norm", out=out)
    if dtype is not None:
        input = input._to(dtype._number)
    if p in ("fro", None):
        p = 2.0
    if isinstance(p, str):
        raise NotImplementedError(f"norm(): p={p!r} is not in agc yet")
    return _ops.vector_norm(input, _dim_list(dim), builtins.float(p), keepdim)


@both
def logsumexp(input, dim, keepdim=False, *, out=None):
    refuse("logsumexp", out=out)
    return _ops.logsumexp(input, _dim_list(dim), keepdim)


def _along(name):
    record = getattr(_ops, name)

    def function(input, dim, *, dtype=None, out=None):
        refuse(name, out=out)
        if dtype is not None and dtype is not input.dtype:
            input = input._to(dtype._number)
        elif name.startswith("cum") and not (input.dtype.is_floating_point or input.dtype.is_complex):
            input = input._to(_dtype.int64._number)
        return record(input, dim)
    function.__name__, function.__doc__ = name, record.__doc__
    return both(function)


for _name in ("softmax", "log_softmax", "cumsum", "cumprod"):
    globals()[_name] = _along(_name)


@both
def numel(input):
    return input.shape.numel()


@both
def count_nonzero(input, dim=None):
    return sum(input != 0, dim)


@both
def nonzero(input, *, as_tuple=False, out=None):
    refuse("nonzero", out=out)
    found = _agc.detach(_ops.nonzero(input))
    if not as_tuple:
        return found
    return tuple(_agc.detach(column) for column in found._unbind(1)) if input.dim() else (found._select(1, 0),)


@both
def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    results = _agc.unique(input, sorted, return_inverse, return_counts, dim)
    return results[0] if len(results) == 1 else tuple(results)


# ---------------------------------------------------------------- products

@both
def matmul(input, other, *, out=None):
    refuse("matmul", out=out)
    return _agc.matmul(input, other)


@both
def outer(input, vec2):
    return _agc.outer(input, vec2)


ger = Tensor.ger = outer
__all__.append("ger")


@both
def inner(input, other):
    if input.dim() == 0 or other.dim() == 0:
        return input * other
    if input.dim() == 1 and other.dim() == 1:
        return _ops.dot(input, other)
    return tensordot(input, other, ([-1], [-1]))


@both
def addmm(input, mat1, mat2, *, beta=1, alpha=1, out=None):
    refuse("addmm", out=out)
    return _ops.addmm(input, mat1, mat2, beta, alpha)


@exported
def tensordot(a, b, dims=2, out=None):
    refuse("tensordot", out=out)
    if isinstance(dims, builtins.int):
        dims = (list(builtins.range(a.dim() - dims, a.dim())), list(builtins.range(dims)))
    left, right = ([d % x.dim() for d in given] for given, x in zip(dims, (a, b)))
    keep_a = [d for d in builtins.range(a.dim()) if d not in left]
    keep_b = [d for d in builtins.range(b.dim()) if d not in right]
    shape = [a._sizes[d] for d in keep_a] + [b._sizes[d] for d in keep_b]
    inner_size = math.prod(a._sizes[d] for d in left)
    rows = a._permute(keep_a + left)._reshape([-1 if inner_size else math.prod(shape[:len(keep_a)]), inner_size])
    columns = b._permute(right + keep_b)._reshape([inner_size, math.prod(b._sizes[d] for d in keep_b)])
    return _ops.mm(rows, columns)._reshape(shape)


@exported
def einsum(equation, *operands):
    from agc._einsum import einsum as run
    return run(equation, *operands)


# ---------------------------------------------------------------- comparisons of wholes

@both
def equal(input, other):
    """Whether two tensors have one shape and equal elements."""
    if input.shape != other.shape:
        return False
    return _ops.all(input == other, (), False).item()


@both
def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    close = (input == other)
    if equal_nan:
        close = close | (isnan(input) & isnan(other))
    if input.dtype.is_floating_point or input.dtype.is_complex:
        near = abs(input - other) <= atol + abs(rtol * other)
        close = close | (isfinite(other) & isfinite(input) & near)
    else:
        close = close | (abs(input - other) <= atol + abs(rtol * other))
    return close


@both
def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    return _ops.all(isclose(input, other, rtol, atol, equal_nan), (), False).item()


def _promotion_operand(value):
    if isinstance(value, Tensor):
        return value.dtype._number, 0 if value.dim() else 1
    kind = {builtins.bool: _dtype.bool, builtins.int: _dtype.int64, builtins.float: _dtype.float64,
            builtins.complex: _dtype.complex128}[builtins.type(value)]
    return kind._number, 2


@exported
def result_type(tensor1, tensor2):
    return _dtype.of(_agc.result_type([_promotion_operand(tensor1), _promotion_operand(tensor2)]))


# ---------------------------------------------------------------- moved elements

@both
def flip(input, *dims):
    return _ops.flip(input, [d % builtins.max(input.dim(), 1) for d in ints(dims)])


@method
def repeat(self, *repeats):
    return _ops.repeat(self, ints(repeats))


@both
def tile(input, *dims):
    dims = ints(dims)
    return _ops.repeat(input, [1] * (input.dim() - len(dims)) + dims)


@both
def roll(input, shifts, dims=()):
    return _ops.roll(input, ints((shifts,)), ints((dims,)))


@both
def repeat_interleave(input, repeats, dim=None, *, output_size=None):
    if isinstance(repeats, Tensor):
        raise NotImplementedError("repeat_interleave(): repeats as a tensor is not in agc yet")
    if dim is None:
        input, dim = input._reshape([-1]), 0
    dim = dim % input.dim()
    shape = list(input._sizes)
    spread = input._unsqueeze(dim + 1)._expand(shape[:dim + 1] + [repeats] + shape[dim + 1:])
    return spread._clone()._flatten(dim, dim + 1)


@both
def take_along_dim(input, indices, dim=None):
    if dim is None:
        return _ops.gather(input._reshape([-1]), 0, indices._reshape([-1]))
    return _ops.gather(input, dim, indices)


def _source(input, index, src, value):
    """What scatter writes: a tensor, or a number everywhere."""
    src = value if src is None else src
    return src if isinstance(src, Tensor) else _factories.full(index._sizes, src, dtype=input.dtype)


@both
def scatter(input, dim, index, src=None, *, value=None, reduce=None):
    refuse("scatter", reduce=reduce)
    return _ops.scatter(input, dim, index, _source(input, index, src, value))


@method
def scatter_(self, dim, index, src=None, *, value=None, reduce=None):
    refuse("scatter_", reduce=reduce)
    return _ops.scatter_(self, dim, index, _source(self, index, src, value))


@both
def index_add(input, dim, index, source, *, alpha=1):
    return _ops.index_add(input, dim, index, source, alpha)


def _set_along(self, dim, index, value):
    self[(slice(None),) * (dim % self.dim()) + (index,)] = value
    return self


@method
def index_fill_(self, dim, index, value):
    return _set_along(self, dim, index, value)


@method
def index_copy_(self, dim, index, source):
    return _set_along(self, dim, index, source)


@both
def meshgrid(*tensors, indexing="ij"):
    tensors = ints(tensors)
    shape = [x.numel() for x in tensors]
    grids = [x._reshape([-1 if i == j else 1 for j in builtins.range(len(tensors))])._expand(shape)
             for i, x in enumerate(tensors)]
    return tuple(g._transpose(0, 1) for g in grids) if indexing == "xy" and len(grids) > 1 else tuple(grids)


@both
def nan_to_num(input, nan=0.0, posinf=None, neginf=None):
    limits = _dtype.finfo(input.dtype)
    posinf, neginf = (limits.max if posinf is None else posinf), (limits.min if neginf is None else neginf)
    filled = where(isnan(input), nan, input)
    return where(filled == inf, posinf, where(filled == -inf, neginf, filled))


@exported
def conj(input):
    return input.conj()


Tensor.is_same_size = lambda self, other: self.shape == other.shape
Tensor.is_nonzero = lambda self: builtins.bool(self)
Tensor.addmm_ = lambda self, a, b, *, beta=1, alpha=1: self.copy_(_ops.addmm(self, a, b, beta, alpha))


@exported
def is_floating_point(input):
    return input.dtype.is_floating_point


@exported
def is_complex(input):
    return input.dtype.is_complex


@exported
def is_nonzero(input):
    return builtins.bool(input)


@exported
def square(input):
    return pow(input, 2)


Tensor.square = square


@exported
def set_num_threads(n):
    """agc computes in one thread; more are not wrong, and not faster."""


@exported
def get_num_threads():
    return 1


@exported
def use_deterministic_algorithms(mode, *, warn_only=False):
    """All that agc emits is deterministic."""


def _fallback(self, name):
    from agc._missing import missing
    raise missing("torch.Tensor", name, dir(Tensor))


Tensor.__getattr__ = _fallback
Tensor.__module__ = "torch"
