"""What torch has a kernel for and agc makes of other functions: products, statistics, counts, sets."""
import itertools

from agc import _agc, _dtype, _factories, _functions as torch
from agc._functions import both, exported, method
from agc._functions.operators import broadcast_shapes, broadcast_tensors
from agc._functions.sorting import pair
from agc._node import named, node, own, saving, saving_nothing
from agc._out import with_out
from agc._sizes import greater, is_one, lesser, listed, require, unlike
from agc._tensor import Tensor, forbid, holds, wrapped
from agc._warnings import warn


# ---------------------------------------------------------------- sums and products

@method
def sum_to_size(self, *size, **named):
    """The sum over all dims that broadcasting to this shape would repeat."""
    size = listed("sum_to_size", "size", size, named)
    ends = [(n, own) for n, own in zip(reversed(size), reversed(self.shape)) if not is_one(n)]
    if len(size) > self.dim() or unlike(*zip(*ends) if ends else ((), ())):
        raise RuntimeError(f"size {{{list(size)}}} is not expandable to size {{{list(self.shape)}}}.")
    lead = self.dim() - len(size)
    dims = list(range(lead)) + [lead + i for i, n in enumerate(size) if is_one(n) and not is_one(self.shape[lead + i])]
    if not size:
        return self.sum()
    made = self.sum(dims, keepdim=True) if dims else self
    return made._reshape(list(size)) if lead else made


@both
@node("TraceBackward0")
def trace(input):
    if input.dim() != 2:
        raise RuntimeError("trace: expected a matrix, but got tensor with dim {}".format(input.dim()))
    if input.dtype is _dtype.bool:
        raise NotImplementedError("\"trace\" not implemented for 'Bool'")
    return input.diagonal().sum()


@both
@with_out(apart="input")
def diff(input, n=1, dim=-1, prepend=None, append=None):
    if input.dim() == 0:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    at = wrapped(dim, input.dim()) if n or prepend is not None or append is not None else dim
    for other in (prepend, append):
        if other is not None and other.dim() != input.dim():
            raise RuntimeError("diff expects prepend or append to be the same dimension as input")
        for d in range(input.dim()) if other is not None else ():
            require(other.size(d) if d != at else 0, "==", input.size(d) if d != at else 0,
                    "diff expects the shape of tensor to prepend or append to match that of input except along the differencing "
                    f"dimension; input.size({d}) = {input.size(d)}, but got tensor.size({d}) = {other.size(d)}")
    if n == 0:
        return _factories.zeros_like(input).copy_(input)
    parts = [x for x in (prepend, input, append) if x is not None]
    input = torch.cat(parts, dim) if len(parts) > 1 else input
    for _ in range(n):
        size = input.size(dim)
        less = greater(size - 1, 0)
        ends = input._narrow(dim, lesser(1, size), less), input._narrow(dim, 0, less)
        input = torch.logical_xor(*ends) if input.dtype is _dtype.bool else ends[0] - ends[1]
    return input


@both
@with_out
@node("UnsafeViewBackward0")
def kron(input, other):
    rank = max(input.dim(), other.dim())
    a, b = (x._reshape([1] * (rank - x.dim()) + list(x.shape)) for x in (input, other))
    shape = [m * n for m, n in zip(a.shape, b.shape)]
    apart = [a._reshape([n for m in a.shape for n in (m, 1)]), b._reshape([n for m in b.shape for n in (1, m)])]
    return own((apart[0] * apart[1])._reshape(shape))


@both
@with_out(apart="input other", exact=True)
@node("LinalgCrossBackward0")
def cross(input, other, dim=None):
    if input.dim() != other.dim():
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    shape = broadcast_tensors(input, other)[0].shape
    if dim is None:
        warn("Using torch.cross without specifying the dim arg is deprecated.\nPlease either pass the dim explicitly or simply "
             "use torch.linalg.cross.\nThe default value of dim will change to agree with that of linalg.cross in a future "
             "release.", once=True)
        dim = next((i for i, n in enumerate(shape) if n == 3), None)
    if dim is None or shape[dim] != 3:
        dim = -1 if dim is None else dim
        raise RuntimeError(f"linalg.cross: inputs dimension {dim} must have length 3. Got {input.size(dim)} and "
                           f"{other.size(dim)}")
    if input.dtype is _dtype.bool:
        raise NotImplementedError("\"cross\" not implemented for 'Bool'")
    if other.dtype is not input.dtype:
        raise RuntimeError("expected scalar type {} but found {}".format(
            *(x.dtype._title for x in (input, other))))
    (a0, a1, a2), (b0, b1, b2) = ([x.expand(shape).select(dim, i) for i in range(3)] for x in (input, other))
    return torch.stack([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0], dim)


@both
@node("DistBackward0", saves="other result input")
def dist(input, other, p=2):
    kind = torch.result_type(input, other)
    if not kind.is_floating_point and not kind.is_complex and kind is not _dtype.bool:
        raise RuntimeError(f"norm(): input dtype should be either floating point or complex. Got {kind._title} instead.")
    return torch.norm(input - other, p)


def steps_along(name, y, x, dim):
    """The distances between coordinates x of samples y along dim."""
    at, rank = wrapped(dim, y.dim()), y.dim()
    if x.dim() == 1:
        require(x.numel(), "==", y.size(at), f"{name}: There must be one `x` value for each sample point")
        x = x._reshape([1] * at + [-1] + [1] * (rank - 1 - at))
    elif x.dim() < rank:
        x = x._reshape([1] * (rank - x.dim()) + list(x.shape))
    return diff(x, dim=at)


@exported
def trapezoid(y, x=None, *, dx=None, dim=-1):
    if y.dtype is _dtype.bool or (x is not None and x.dtype is _dtype.bool):
        which = "`y`" if x is None else "`x` or `y`"
        raise RuntimeError(f"trapezoid: received a bool input for {which}, but bool is not supported")
    n = y.size(dim)
    less = greater(n - 1, 0)
    pairs = y._narrow(dim, 0, less) + y._narrow(dim, lesser(1, n), less)
    if x is None:
        return named(saving_nothing(torch.mul)(pairs.sum(dim), (1 if dx is None else dx) / 2.0), "MulBackward1")
    steps = steps_along("trapezoid", y, x, dim)
    return named((pairs * steps).sum(dim) / 2.0, "DivBackward1")


exported(trapezoid, "trapz")


def _weight_of(count, fweights, aweights):
    """What each of so many observations counts: as often as it was made, times its importance; None for all alike."""
    weight = None
    for name, given in (("fweights", fweights), ("aweights", aweights)):
        if given is None:
            continue
        kind = "floating point" if name == "aweights" else "integral"
        if given.dim() > 1:
            raise RuntimeError(f"cov(): expected {name} to have one or fewer dimensions but got {name} with "
                               f"{given.dim()} dimensions")
        if given.is_complex() or given.dtype is _dtype.bool or given.is_floating_point() != (name == "aweights"):
            raise RuntimeError(f"cov(): expected {name} to have {kind} dtype but got {name} with "
                               f"{given.dtype._title} dtype")
        require(given.numel(), "==", count, f"cov(): expected {name} to have the same numel as there are observations in "
                f"the input but got {given.numel()} != {count}")
        forbid((given < 0).any(), f"cov(): {name} cannot be negative")
        weight = given if weight is None else weight * given
    return weight


def _check_rows(name, input):
    if input.dim() > 2:
        raise RuntimeError(f"{name}(): expected input to have two or fewer dimensions but got an input with {input.dim()} "
                           "dimensions")


@both
def cov(input, *, correction=1, fweights=None, aweights=None):
    _check_rows("cov", input)
    if input.dtype is _dtype.bool:
        raise RuntimeError("cov(): bool dtype is not supported for input")
    rows = input if input.dim() == 2 else input._reshape([1, -1])
    count = rows.shape[1]
    weight, total = _weight_of(count, fweights, aweights), count
    if weight is not None:
        total = weight.sum()
        forbid(total == 0, "cov(): weights sum to zero, can't be normalized")
    apart = rows - ((rows if weight is None else rows * weight).sum(1) / total)._unsqueeze(1)
    freedom = total - (correction if aweights is None or correction == 0 else
                       correction * (weight * aweights).sum() / total)
    is_open = _agc.is_exporting() or isinstance(freedom, _agc.Extent)
    if not is_open and (holds(freedom <= 0) if isinstance(freedom, Tensor) else freedom <= 0):
        warn("cov(): degrees of freedom is <= 0. Correction should be strictly less than the number of "
             "observations.")
    freedom = torch.clamp(freedom, min=0) if isinstance(freedom, Tensor) else greater(freedom, 0)
    made = torch.mm(apart, (apart if weight is None else apart * weight).t().conj()) / freedom
    return named(made.squeeze() if is_one(rows.shape[0]) else made, "SqueezeBackward0")


@both
def corrcoef(input):
    _check_rows("corrcoef", input)
    made = cov(input)
    if made.dim() == 0:
        return made / made
    squares = made.diagonal()
    spread = (squares.real if squares.is_complex() else squares).sqrt()
    made = made / spread._reshape([-1, 1]) / spread._reshape([1, -1])
    return torch.complex(made.real.clip(-1, 1), made.imag.clip(-1, 1)) if made.is_complex() else made.clip(-1, 1)


# ---------------------------------------------------------------- counts and sets

@both
def bincount(input, weights=None, minlength=0):
    if input.dtype is _dtype.bool or input.is_floating_point() or input.is_complex():
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{input.dtype._title}'")
    if input.dim() != 1:
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    index = input.long()
    if input.numel() and int(index.min()) < 0:
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    size = max(int(index.max()) + 1 if input.numel() else 0, minlength)
    if weights is None:
        weights = _factories.ones(index.shape, dtype=index.dtype)
    elif weights.dtype is not _dtype.float32:
        weights = weights.double()
    return _factories.zeros(size, dtype=weights.dtype).index_add(0, index, weights)


@exported
@with_out
def isin(elements, test_elements, *, assume_unique=False, invert=False):
    elements, among = (x if isinstance(x, Tensor) else _factories.tensor(x) for x in (elements, test_elements))
    for x in (elements, among):
        if x.is_complex() or x.dtype is _dtype.bool:
            raise RuntimeError("Unsupported input type encountered for isin(): " + x.dtype._title)
    found = (elements.unsqueeze(-1) == among._reshape([-1])).any(-1)
    return ~found if invert else found


_aminmax = pair("aminmax", "max", "min")


@both
@with_out
def aminmax(input, *, dim=None, keepdim=False):
    if input.is_complex():
        if dim is None or input.dim():
            _dtype.check_kernel("aminmax_cpu", input, "float int bool")
        raise RuntimeError(f"aminmax not implemented for {input.dtype._title}")
    sizes = input._sizes if dim is None or not input.dim() else [input.size(dim)]
    empty = [isinstance(size, int) and size == 0 for size in sizes]
    if any(empty) and dim is None:
        raise RuntimeError("aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.")
    if any(empty):
        raise IndexError(f"aminmax: Expected reduction dim {dim % input.dim()} to have non-zero size.")
    return _aminmax(*(named(f(input, dim, keepdim), "AminmaxBackward0") for f in (torch.amin, torch.amax)))


@exported
def tril_indices(row, col, offset=0, *, dtype=None, device=None):
    return _indices(row, col, lambda i, j: j - i <= offset, dtype)


@exported
def triu_indices(row, col, offset=0, *, dtype=None, device=None):
    return _indices(row, col, lambda i, j: j - i >= offset, dtype)


def _indices(rows, columns, holds, dtype):
    for name, size in (("row", rows), ("col", columns)):
        if size < 0:
            raise RuntimeError(f"{name} must be non-negative, got{size}")
    found = [(i, j) for i in range(rows) for j in range(columns) if holds(i, j)]
    return _factories.tensor([[i for i, _ in found], [j for _, j in found]], dtype=dtype or _dtype.int64)


def _check_vector(input):
    if input.dim() != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape {list(input.shape)}")


@exported
def cartesian_prod(*tensors):
    for x in tensors:
        _check_vector(x)
    if len(tensors) == 1:
        return tensors[0]
    return torch.stack([x._reshape([-1]) for x in torch.meshgrid(*tensors, indexing="ij")], -1)


@exported
def combinations(input, r=2, with_replacement=False):
    _check_vector(input)
    if isinstance(input.shape[0], _agc.Extent):
        raise NotImplementedError("combinations() of as many elements as only a call tells are not in agc yet")
    chosen = (itertools.combinations_with_replacement if with_replacement else itertools.combinations)(
        range(input.shape[0]), r)
    if r == 0:
        return input.new_empty(0)
    found = list(chosen)
    found = _factories.tensor(found, dtype=_dtype.int64) if found else _factories.zeros(0, r, dtype=_dtype.int64)
    return named(torch.stack([saving(input[column], input) for column in found._unbind(1)], 1), "StackBackward0")


@exported
def vander(x, N=None, increasing=False):
    if x.dim() != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    n = x.shape[-1] if N is None else N
    powers = range(n) if increasing else range(n - 1, -1, -1)
    return torch.stack([x ** p for p in powers], -1)


# ---------------------------------------------------------------- facts of elements

def _real(name, input):
    if input.is_complex():
        raise RuntimeError(f"{name} does not support complex inputs.")


@both
@with_out
def isposinf(input):
    _real("isposinf", input)
    return input == float("inf")


@both
@with_out
def isneginf(input):
    _real("isneginf", input)
    return input == float("-inf")


@both
@with_out
def float_power(input, exponent):
    wide = _dtype.float64
    if any(x.is_complex() if isinstance(x, Tensor) else isinstance(x, complex) for x in (input, exponent)):
        wide = _dtype.complex128
    input, exponent = (x.to(wide) if isinstance(x, Tensor) else x for x in (input, exponent))
    return torch.pow(input, exponent)


@both
@with_out
@node("LdexpBackward0", saves="other result")
def ldexp(input, other):
    floats, whole = input.is_floating_point(), not other.is_floating_point() and not other.is_complex()
    if floats and other.dtype is _dtype.bool:
        raise NotImplementedError("\"ldexp_cpu_exp\" not implemented for 'Bool'")
    if floats and whole:
        return (input * torch.pow(2.0, other.double())).to(input.dtype)
    return input * torch.pow(2.0, other)


@exported
def typename(obj):
    from agc.nn._names import typename as name_of
    return name_of(obj)


Tensor.is_signed = lambda self: self.dtype.is_signed
Tensor.is_cpu = property(lambda self: True)
Tensor.is_pinned = lambda self: False
Tensor.is_quantized = property(lambda self: False)
Tensor.is_meta = property(lambda self: False)


@method
def pin_memory(self):
    raise RuntimeError("Cannot access accelerator device when none is available.")
