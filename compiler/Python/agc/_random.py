"""Random numbers: torch's generator for the CPU, so that equal seeds give equal numbers.

rand, randint, randperm, uniform_, bernoulli and multinomial give the very bits of torch; normal and exponential numbers
are within 1e-6 of its. (Where torch has numbers made by MKL, which it does on some processors, its bernoulli and
exponential numbers differ.) All are made when they are asked for, and are data to what is traced; in a function that is
compiled they are ops on the generator's state (`_random_exported`).
"""
import contextlib
import math
import os

from agc import _agc, _dtype
from agc._agc import Tensor
from agc._missing import refuse
from agc._node import flat, underived, written_as
from agc._out import written
from agc._functions.sorting import is_empty
from agc._sizes import ints, require, sizes
from agc._tensor import forbid, method

__all__ = ["Generator", "bernoulli", "get_rng_state", "initial_seed", "manual_seed", "multinomial",
           "normal", "poisson", "rand", "rand_like", "randint", "randint_like", "randn", "randn_like", "randperm", "seed",
           "set_rng_state"]


def _fresh_seed():
    return int.from_bytes(os.urandom(8), "little")


class Generator:
    """A stream of random numbers with a state of its own."""

    def __init__(self, device="cpu"):
        _dtype.check_device(device)
        self.device = _dtype.cpu
        self._engine = _agc.Generator(67280421310721)  # what torch's generators start with
        self._traced = None

    def _now(self, name):
        """The engine, for what is done at once: tracing would do it, and no call."""
        if _agc.is_exporting():
            raise NotImplementedError(f"{name}() of a generator in an exported function is not in agc yet: it would be done "
                                      "when the function is traced, and in no call of it")
        return self._engine

    def manual_seed(self, seed):
        """Starts the stream of a seed; a negative one counts from 2^64."""
        if not hasattr(seed, "__index__") and not isinstance(seed, float):
            raise RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
        seed = int(seed)
        if not -2 ** 63 <= seed < 2 ** 64:
            raise ValueError("Overflow when unpacking long long")
        self._now("manual_seed").set_seed(seed % 2 ** 64)
        return self

    def seed(self):
        """Starts a stream that no one can foretell; gives its seed."""
        self._now("seed").set_seed(_fresh_seed())
        return self.initial_seed()

    def initial_seed(self):
        return self._now("initial_seed").get_seed()

    def get_state(self):
        """The state as a tensor of bytes, as torch writes it."""
        state = self._now("get_state").get_state()
        return _agc.from_bytes(state, _dtype.uint8._number, [len(state)], False)

    def set_state(self, new_state):
        if not isinstance(new_state, Tensor) or new_state.dtype is not _dtype.uint8:
            raise TypeError("RNG state must be a torch.ByteTensor")
        if not self._now("set_state").set_state(_agc.to_bytes(new_state)):
            raise RuntimeError("RNG state is wrong size" if new_state.numel() != 5056 else "Invalid mt19937 state")
        return self

    def clone_state(self):
        return Generator().set_state(self.get_state())

    def _exported(self):
        """What draws in a function that is compiled."""
        if self._traced is None:
            from agc._random_exported import Engine
            self._traced = Engine(self._engine)
        return self._traced

    def _drawn_exported(self):
        """What is another number once a function that is compiled has drawn."""
        return self._traced and self._traced.state._version

    def __getstate__(self):
        return self._engine.get_state()

    def __setstate__(self, state):
        self.__init__()
        self._engine.set_state(state)


default_generator = Generator()
default_generator.seed()


def manual_seed(seed):
    """Starts the default generator's stream of a seed."""
    return default_generator.manual_seed(int(seed))


def seed():
    """Starts a stream of the default generator that no one can foretell; gives its seed."""
    return default_generator.seed()


def initial_seed():
    return default_generator.initial_seed()


def get_rng_state():
    """The default generator's state, as a tensor of bytes."""
    return default_generator.get_state()


def set_rng_state(new_state):
    default_generator.set_state(new_state)


_refusals = []


@contextlib.contextmanager
def refused(reason):
    """Where no random numbers may be drawn."""
    _refusals.append(reason)
    try:
        yield
    finally:
        _refusals.pop()


def _engine(generator):
    if _refusals:
        raise RuntimeError(_refusals[-1])
    if generator is None:
        generator = default_generator
    if not isinstance(generator, Generator):
        raise TypeError(f"argument 'generator' must be torch.Generator, not {type(generator).__name__}")
    return generator._exported() if _agc.is_exporting() else generator._engine


# ---------------------------------------------------------------- new tensors

def _finished(made, out, requires_grad):
    if out is not None:
        return written("random", made, out)
    return made.requires_grad_() if requires_grad else made


def _float(name, dtype, like=None):
    kind = dtype or like or _dtype.get_default_dtype()
    if not (kind.is_floating_point or kind.is_complex):
        raise NotImplementedError(f'"{name}" not implemented for \'{kind._title}\'')
    return kind._number


def _factory(name, kernel, draw, doc):
    def make(*size, generator=None, names=None, out=None, dtype=None, layout=None, device=None, requires_grad=False,
             pin_memory=False, **named):
        size = (named.pop("size"),) if "size" in named else size
        refuse(name, names=names, pin_memory=pin_memory, **named)
        _dtype.check_device(device)
        kind = _float(kernel, dtype or (out.dtype if out is not None else None))
        return _finished(draw(_engine(generator), sizes(name, size), kind, True), out, requires_grad)

    def make_like(input, *, dtype=None, layout=None, device=None, requires_grad=False, memory_format=None,
                  generator=None):
        _dtype.check_device(device)
        kind = _float(kernel, dtype, input.dtype)
        made = drawn_like(input, lambda shape, plain: draw(_engine(generator), shape, kind, plain), memory_format)
        return _finished(made, None, requires_grad)

    make.__name__, make_like.__name__ = name, name + "_like"
    make.__doc__, make_like.__doc__ = doc, doc + " Of the shape and dtype of another tensor."
    return make, make_like


rand, rand_like = _factory("rand", "check_uniform_bounds",
                           lambda engine, size, kind, plain: engine.uniform(size, kind, 0, 1),
                           "Uniform numbers in [0, 1).")
randn, randn_like = _factory("randn", "normal_kernel_cpu",
                             lambda engine, size, kind, plain: engine.normal(size, kind, 0, 1, plain),
                             "Numbers of the standard normal distribution.")


def _integers(engine, size, kind, low, high):
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    return engine.integers(size, kind._number, low, high - low)


def randint(*bounds, low=None, high=None, size=None, generator=None, out=None, dtype=None, layout=None, device=None,
            requires_grad=False, pin_memory=False):
    """randint(low=0, high, size): integers from low up to, and without, high."""
    refuse("randint", pin_memory=pin_memory)
    _dtype.check_device(device)
    bounds = list(bounds)
    if len(bounds) + (low is not None) + (high is not None) + (size is not None) < 2:
        raise TypeError("randint() missing 2 required positional arguments: \"high\", \"size\"")
    size = bounds.pop() if size is None else size
    high = bounds.pop() if high is None else high
    low = bounds.pop() if low is None and bounds else low or 0
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"randint(): argument 'size' must be tuple of ints, not {type(size).__name__}")
    kind = dtype or (out.dtype if out is not None else _dtype.int64)
    made = _integers(_engine(generator), ints((size,)), kind, int(low), int(high))
    return _finished(made, out, requires_grad)


def randint_like(input, low, high=None, *, dtype=None, layout=None, device=None, requires_grad=False,
                 memory_format=None):
    """Integers from low (0 where one bound is given) up to, and without, high, in another tensor's shape."""
    low, high = (0, low) if high is None else (low, high)
    if (dtype or input.dtype).is_complex:
        raise RuntimeError("check_random_bounds handles only integral, floating-point and boolean types")
    if (dtype or input.dtype) is _dtype.bool and (low > 1 or high > 2):
        raise RuntimeError(f"{'from' if low > 1 else 'to - 1'} is out of bounds for bool")
    return drawn_like(input, lambda shape, _: randint(low, high, shape, dtype=dtype or input.dtype, device=device,
                                                      requires_grad=requires_grad), memory_format)


def randperm(n, *, generator=None, out=None, dtype=_dtype.int64, layout=None, device=None, requires_grad=False,
             pin_memory=False):
    """0 … n - 1 in random order."""
    refuse("randperm", pin_memory=pin_memory)
    _dtype.check_device(device)
    require(0, "<=", n, f"n must be non-negative, got{n}")
    return _finished(_engine(generator).permutation(n, dtype._number), out, requires_grad)


def normal(mean=0.0, std=1.0, size=None, *, generator=None, out=None, dtype=None, layout=None, device=None,
           requires_grad=False, pin_memory=False):
    """Normal numbers with a mean and a standard deviation: numbers with a size, or tensors that are broadcast."""
    refuse("normal", pin_memory=pin_memory)
    _dtype.check_device(device)
    if size is not None:
        _check_std(std)
        made = _engine(generator).normal(ints((size,)), _float("normal_kernel_cpu", dtype), mean, std, True)
        return _finished(made, out, requires_grad)
    tensors = [value for value in (mean, std) if isinstance(value, Tensor)]
    if not tensors:
        raise TypeError("normal() received an invalid combination of arguments: two numbers need a size")
    if isinstance(std, Tensor):
        if not is_empty(std):
            forbid((std < 0).any(), "normal expects all elements of std >= 0.0")
    else:
        _check_std(std)
    from agc._functions import broadcast_shapes
    shape = broadcast_shapes(*(value.shape for value in tensors))
    kind = tensors[0].dtype
    made = _engine(generator).normal(list(shape), _float("normal_kernel_cpu", kind), 0, 1, True)
    name = f"NormalBackward{3 if len(tensors) == 2 else 2 if isinstance(std, Tensor) else 1}"
    return _finished(flat(lambda: (made * std + mean).detach(), tensors, name), out, requires_grad)


def _check_std(std):
    if not std >= 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {float(std):g}")


def bernoulli(input, p=None, *, generator=None, out=None):
    """Ones with the probabilities that a tensor holds, or with one probability, else zeros."""
    if p is not None:
        _check_probability(p)
        made = flat(lambda: bernoulli_mask(input.shape, p, input.dtype, generator), [input], refusal=underived("bernoulli"))
        return _finished(made, out, False)
    if not input.dtype.is_floating_point:
        _dtype.check_kernel(f"bernoulli_tensor_cpu_{'self' if input.is_complex() else 'p'}_", input, "float")
    made = flat(lambda: drawn_of(input.detach(), "bernoulli", input.dtype, generator), [input], "BernoulliBackward0")
    return _finished(made, out, False)


def drawn_of(parameters, distribution, dtype, generator=None):
    """A number for each element of a tensor of parameters."""
    return getattr(_engine(generator), distribution + "_of")(parameters, dtype._number)


def poisson(input, generator=None):
    """Counts of events that come at the rates that a tensor holds."""
    if not input.dtype.is_floating_point:
        _dtype.check_kernel("poisson_cpu", input, "float")
    return flat(lambda: drawn_of(input.detach(), "poisson", input.dtype, generator), [input], "PoissonBackward0")


def _check_probability(p):
    if not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={float(p):g}")


def bernoulli_mask(shape, p, dtype=_dtype.float32, generator=None):
    """Ones with probability p, else zeros: the numbers that dropout draws."""
    if dtype.is_complex:
        raise NotImplementedError(f'"bernoulli_scalar_cpu_" not implemented for \'{dtype._title}\'')
    return _engine(generator).bernoulli(list(shape), dtype._number, p)


def multinomial(input, num_samples, replacement=False, *, generator=None, out=None):
    """Positions in each row, drawn with the row's weights."""
    if not input.dtype.is_floating_point:
        raise RuntimeError("multinomial only supports floating-point dtypes for input, got: "
                           + input.dtype._title)
    if input.dim() not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement:
        require(num_samples, "<=", input.shape[-1],
                "cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if out is not None and out.dtype is not _dtype.int64:
        raise RuntimeError(f"multinomial expects Long tensor out, got: {out.dtype._title}")
    return _finished(_engine(generator).multinomial(input.detach(), num_samples, replacement), out, False)


# ---------------------------------------------------------------- in place

def _ordered(like, draw):
    """Numbers drawn in the order in which a tensor's elements lie in memory."""
    order = sorted(range(like.dim()), key=lambda dim: -like.stride(dim))
    values = draw([like.shape[dim] for dim in order])
    return values.permute([order.index(dim) for dim in range(like.dim())])


def drawn_like(input, draw, memory_format=None):
    """A new tensor like another, whose numbers are drawn as its elements lie in memory; draw takes a shape, and whether
    they lie there row by row."""
    from agc._factories import empty_like, lies_otherwise
    if not lies_otherwise(input, memory_format):
        return draw(list(input.shape), True)
    like = empty_like(input)
    made = draw(list(input.shape), True) if like.is_contiguous() else _ordered(like, lambda shape: draw(shape, False))
    return made._clone_like(like)


def _place(self, draw, node):
    """Writes drawn numbers in the order in which the elements lie in memory, by a node of that name."""
    self.copy_(draw(list(self.shape)) if self.is_contiguous() else _ordered(self, draw))
    return written_as(self, node)


@method
def uniform_(self, from_=0, to=1, *, generator=None, **named):
    """Fills with uniform numbers of [from, to)."""
    low = named.pop("from", from_)
    refuse("uniform_", **named)
    if not low <= to:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={to:g}")
    kind = _float("check_uniform_bounds", self.dtype)
    return _place(self, lambda shape: _engine(generator).uniform(shape, kind, low, to), "UniformBackward0")


@method
def normal_(self, mean=0, std=1, *, generator=None):
    """Fills with normal numbers."""
    _check_std(std)
    kind, plain = _float("normal_kernel_cpu", self.dtype), self.is_contiguous()
    return _place(self, lambda shape: _engine(generator).normal(shape, kind, mean, std, plain), "NormalBackward0")


@method
def exponential_(self, lambd=1, *, generator=None):
    """Fills with numbers of the exponential distribution of a rate."""
    if not lambd > 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd:g}")
    if not self.is_floating_point():
        raise RuntimeError("Exponential distribution is a continuous probability distribution. dtype must be a floating point "
                           f"but you specified {self.dtype._title}")
    kind = _float("exponential", self.dtype)
    return _place(self, lambda shape: _engine(generator).exponential(shape, kind, lambd), "ExponentialBackward0")


def _of_uniform(self, generator, made, node):
    """Fills with what is made of uniform doubles, one for each element."""
    return _place(self, lambda shape: made(_engine(generator).uniform(shape, _dtype.float64._number, 0, 1)), node)


@method
def geometric_(self, p, *, generator=None):
    """Fills with how many attempts a success of probability p takes."""
    from agc import _ops
    if not 0 < p < 1:
        raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={float(p):g}")
    if self.dtype is _dtype.bool or self.is_complex():
        raise NotImplementedError(f"\"geometric_cpu\" not implemented for '{self.dtype._title}'")
    return _of_uniform(self, generator, lambda u: _ops.ceil(_ops.log(u) / math.log1p(-p)), "GeometricBackward0")


@method
def cauchy_(self, median=0, sigma=1, *, generator=None):
    """Fills with numbers of the Cauchy distribution."""
    from agc import _ops
    if not sigma > 0:
        raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={float(sigma):g}")
    if not self.is_floating_point():
        raise RuntimeError("Cauchy distribution is a continuous probability distribution. dtype must be a floating point but "
                           f"you specified {_agc.cpp_name_of(self._dtype)}")
    return _of_uniform(self, generator, lambda u: median + sigma * _ops.tan(math.pi * (u - 0.5)), "CauchyBackward0")


@method
def log_normal_(self, mean=1, std=2, *, generator=None):
    """Fills with numbers whose logarithms are normal."""
    from agc import _ops
    if not std > 0:
        raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={float(std):g}")
    _dtype.check_kernel("log_normal_cpu", self, "float")
    double = _dtype.float64._number
    return _place(self, lambda shape: _ops.exp(_engine(generator).normal(shape, double, mean, std, False)), "LogNormalBackward0")


@method
def bernoulli_(self, p=0.5, *, generator=None):
    """Fills with ones and zeros: ones with a probability, or with each element's own."""
    if isinstance(p, Tensor):
        expanded = p.detach().expand(self.shape)
        drawn = flat(lambda: drawn_of(expanded, "bernoulli", self.dtype, generator), [self, p], "BernoulliBackward1")
        return written_as(self.copy_(drawn), "BernoulliBackward1")
    _check_probability(p)
    return _place(self, lambda shape: bernoulli_mask(shape, p, self.dtype, generator), "BernoulliBackward2")


Tensor.bernoulli = lambda self, p=None, *, generator=None: bernoulli(self, p, generator=generator)
Tensor.multinomial = lambda self, num_samples, replacement=False, *, generator=None: multinomial(
    self, num_samples, replacement, generator=generator)


def _largest(kind):
    """The largest integer that a dtype counts to without gaps."""
    if kind is _dtype.bool:
        return 1
    if kind.is_floating_point:
        return round(2 / _dtype.finfo(kind).eps)
    return _dtype.iinfo(kind).max


@method
def random_(self, *bounds, generator=None, **named):
    """random_(from=0, to): integers from one bound up to, and without, the other; else all that the dtype holds."""
    to = named.pop("to", None)
    low = named.pop("from", None)
    refuse("random_", **named)
    bounds = list(bounds)
    if bounds and to is None:
        to = bounds.pop()
    if bounds:
        low = bounds.pop()
    kind = self.dtype
    if low is None and to is None:
        return _place(self, lambda shape: _engine(generator).any_numbers(shape, kind._number), "RandomBackward2")
    to = _largest(kind) + 1 if to is None else to
    return _place(self, lambda shape: _integers(_engine(generator), shape, kind, low or 0, to),
                  f"RandomBackward{int(low is None)}")
