"""torch.func.vmap: a function of one example for a batch of them. It is called for each example, and the results are
stacked: the same numbers, and the same gradients, as PyTorch's single call with a batch dim that the function cannot see.
Where a second call would not be the same as that, it is an error."""
import functools

from agc import _agc
from agc._missing import refuse
from agc._tensor import Tensor
from agc._trees import parts_of, rebuilt
from agc.autograd.function import transformed


def _name_of(function):
    if hasattr(function, "__name__"):
        return function.__name__
    if isinstance(function, functools.partial):
        return f"functools.partial({_name_of(function.func)}, ...)"
    return repr(function)


def _mapped(function, tree, dims):
    """A structure with function(part, dim) for each part that has none itself; a dim above parts is that of all."""
    parts = parts_of(tree)
    if parts is None:
        if parts_of(dims) is not None:
            raise LookupError
        return function(tree, dims)
    each = parts_of(dims)
    if each is None:
        each = [dims] * len(parts)
    elif len(each) != len(parts) or type(dims) is not type(tree) or isinstance(tree, dict) and list(dims) != list(tree):
        raise LookupError
    return rebuilt(tree, [_mapped(function, part, dim) for part, dim in zip(parts, each)])


class _Apart:
    """Tells whether a tensor that was made before was written inside."""

    def __enter__(self):
        self._made, self._before = _agc.storage_count(), _agc.exchange_oldest_written(2 ** 32 - 1)
        return self

    def __exit__(self, *error):
        oldest = _agc.exchange_oldest_written(self._before)
        _agc.exchange_oldest_written(min(self._before, oldest))
        self.written = oldest < self._made


class _Call:
    """One call of a mapped function."""

    def __init__(self, function, in_dims, out_dims):
        self._function, self._in_dims, self._out_dims = function, in_dims, out_dims
        self._called = f"vmap({_name_of(function)}, in_dims={in_dims}, ...)(<inputs>)"
        self._sizes = []

    def _check(self, arg, dim):
        if dim is None:
            return
        if not isinstance(dim, int):
            raise ValueError(f"{self._called}: Got in_dim={dim} for an input but in_dim must be either an integer dimension "
                             "or None.")
        if not isinstance(arg, Tensor):
            raise ValueError(f"{self._called}: Got in_dim={dim} for an input but the input is of type {type(arg)}. We cannot "
                             "vmap over non-Tensor arguments, please use None as the respective in_dim")
        if not -arg.dim() <= dim < arg.dim():
            raise ValueError(f"{self._called}: Got in_dim={dim} for some input, but that input is a Tensor of dimensionality "
                             f"{arg.dim()} so expected in_dim to satisfy -{arg.dim()} <= in_dim < {arg.dim()}.")
        self._sizes.append(arg.size(dim))

    def _count(self, args):
        """How many examples there are."""
        if not args:
            raise ValueError(f"vmap({_name_of(self._function)})(<inputs>): got no inputs. Maybe you forgot to add inputs, or "
                             "you are trying to vmap over a function with no inputs. The latter is unsupported.")
        try:
            _mapped(self._check, args, self._in_dims)
        except LookupError:
            raise ValueError(f"{self._called}: in_dims is not compatible with the structure of `inputs`.") from None
        if not self._sizes:
            raise ValueError("vmap: Expected at least one Tensor to vmap over")
        if any(size != self._sizes[0] for size in self._sizes):
            raise ValueError("vmap: Expected all tensors to have the same size in the mapped dimension, got sizes "
                             f"{self._sizes} for the mapped dimension")
        if self._sizes[0] == 0:
            raise NotImplementedError("vmap over no examples is not in agc yet: what the function returns is not known")
        return self._sizes[0]

    def _stacked(self, tensors, dim):
        from agc import stack
        name = _name_of(self._function)
        if dim is None:
            raise NotImplementedError("vmap(out_dims=None) is not in agc yet: compute outside of it what is the same for all "
                                      "examples")
        for found in tensors:
            if not isinstance(found, Tensor):
                raise ValueError(f"vmap({name}, ...): `{name}` must only return Tensors, got type {type(found)}. Did you mean "
                                 "to set out_dims= to None for output?")
        return stack(tensors, dim)

    def _joined(self, results):
        """The results of all examples as one, whose structure they have."""
        columns = []
        _mapped(lambda part, _: columns.append([part]), results[0], 0)
        for result in results[1:]:
            column = iter(columns)
            _mapped(lambda part, _: next(column).append(part), result, 0)
        column = iter(columns)
        dims = self._out_dims
        if isinstance(results[0], Tensor) and isinstance(dims, tuple) and len(dims) == 1:
            dims = dims[0]
        try:
            return _mapped(lambda _, dim: self._stacked(next(column), dim), results[0], dims)
        except LookupError:
            raise ValueError(f"vmap({_name_of(self._function)}, ..., out_dims={self._out_dims})(<inputs>): out_dims is not "
                             "compatible with the structure of `outputs`.") from None

    def __call__(self, args, kwargs):
        count = self._count(args)
        results = []
        with _Apart() as apart, transformed():
            for i in range(count):
                picked = _mapped(lambda arg, dim, i=i: arg if dim is None else arg._select(dim, i), args, self._in_dims)
                results.append(self._function(*picked, **kwargs))
        if apart.written:
            raise NotImplementedError(f"vmap({_name_of(self._function)}): an in-place op on a tensor that was made outside is "
                                      "not in agc's vmap yet, which calls the function for each example")
        return self._joined(results)


def vmap(func, in_dims=0, out_dims=0, randomness="error", *, chunk_size=None):
    """A function that maps func over a dim of its inputs, and stacks what it returns along a dim of the outputs."""
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")
    refuse("vmap", randomness=None if randomness == "error" else randomness)
    if chunk_size is not None and not chunk_size > 0:
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    @functools.wraps(func)
    def wrapped(*args, **kwargs):
        from agc import _random
        if not isinstance(in_dims, (int, tuple)):
            raise ValueError(f"vmap({_name_of(func)}, in_dims={in_dims}, ...)(<inputs>): expected `in_dims` to be int or a "
                             f"(potentially nested) tuple matching the structure of inputs, got: {type(in_dims)}.")
        with _random.refused("vmap: called random operation while in randomness error mode. Please either use the 'same' or "
                             "'different' randomness flags on vmap or perform the randomness operation out of vmap"):
            return _Call(func, in_dims, out_dims)(args, kwargs)
    return wrapped
