"""What distributions have in common, and events of several dims."""

import agc
from agc._functions import broadcast_tensors
from agc._modes import no_grad
from agc._functions.sorting import is_empty
from agc._sizes import Size, unlike
from agc._tensor import Tensor, forbid
from agc._warnings import warn
from agc.distributions import constraints


def alike(*values):
    """Parameters as tensors of one shape."""
    kinds = [value.dtype for value in values if isinstance(value, Tensor)]
    kind = kinds[0] if kinds else agc.get_default_dtype()
    return broadcast_tensors(*(value if isinstance(value, Tensor) else agc.tensor(value, dtype=kind) for value in values))


def sum_rightmost(value, count):
    """The sum over the last dims."""
    return value if count == 0 else value.reshape(list(value.shape[:value.dim() - count]) + [-1]).sum(-1)


def _invalid(value):
    """Values that are found to be invalid, as far as they are there."""
    return "invalid values" if agc._agc.is_exporting() else f"invalid values:\n{value}"


class Distribution:
    """A batch of distributions over events."""

    has_rsample = has_enumerate_support = False
    arg_constraints, support = {}, None
    _validate_args = True

    @staticmethod
    def set_default_validate_args(value):
        """Whether distributions check what they are given."""
        if value not in (True, False):
            raise ValueError
        Distribution._validate_args = value

    def __init__(self, batch_shape=Size(), event_shape=Size(), validate_args=None):
        self._batch_shape, self._event_shape = Size(batch_shape), Size(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        if self._validate_args:
            self._check_parameters()

    def _check_parameters(self):
        for name, constraint in self.arg_constraints.items():
            if name not in self.__dict__ and not isinstance(getattr(type(self), name, None), property):
                continue  # made of another one
            value = getattr(self, name)
            if not is_empty(value):
                forbid(~constraint.check(value).all(), lambda: f"Expected parameter {name} ({type(value).__name__} of shape "
                       f"{tuple(value.shape)}) of distribution {self!r} to satisfy the constraint {constraint!r}, but found "
                       f"{_invalid(value)}", ValueError)

    batch_shape = property(lambda self: self._batch_shape)
    event_shape = property(lambda self: self._event_shape)
    stddev = property(lambda self: self.variance.sqrt())

    def _given(self, name):
        raise NotImplementedError(f"{type(self).__name__}.{name} is not in agc yet")

    mean = property(lambda self: self._given("mean"))
    mode = property(lambda self: self._given("mode"))
    variance = property(lambda self: self._given("variance"))

    def sample(self, sample_shape=Size()):
        """Drawn values, which no gradient passes."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape=Size()):
        """Drawn values as functions of the parameters."""
        raise NotImplementedError

    def sample_n(self, n):
        warn("sample_n(n) will be deprecated. Use .sample((n,)) instead.")
        return self.sample(Size((n,)))

    def log_prob(self, value):
        self._given("log_prob")

    def cdf(self, value):
        self._given("cdf")

    def icdf(self, value):
        self._given("icdf")

    def entropy(self):
        self._given("entropy")

    def enumerate_support(self, expand=True):
        self._given("enumerate_support")

    def expand(self, batch_shape, _instance=None):
        self._given("expand")

    def perplexity(self):
        return self.entropy().exp()

    def _extended_shape(self, sample_shape=Size()):
        """The shape of what is drawn."""
        return Size(tuple(sample_shape) + tuple(self._batch_shape) + tuple(self._event_shape))

    def _validate_sample(self, value):
        if not self._validate_args:
            return
        if not isinstance(value, Tensor):
            raise ValueError("The value argument to log_prob must be a Tensor")
        rank = value.dim() - len(self._event_shape)
        if unlike(value.shape[max(rank, 0):], self._event_shape):
            raise ValueError("The right-most size of value must match event_shape: "
                             f"{value.shape} vs {self._event_shape}.")
        shape, own = value.shape, self._batch_shape + self._event_shape
        for i, j in zip(reversed(shape), reversed(own)):
            if unlike([i], [1]) and unlike([j], [1]) and unlike([i], [j]):
                raise ValueError(f"Value is not broadcastable with batch_shape+event_shape: {shape} vs {own}.")
        support = self.support
        if support is not None and not is_empty(value):
            forbid(~support.check(value).all(), lambda: f"Expected value argument ({type(value).__name__} of shape "
                   f"{tuple(shape)}) to be within the support ({support!r}) of the distribution {self!r}, but found "
                   f"{_invalid(value)}", ValueError)

    def __repr__(self):
        names = [name for name in self.arg_constraints if name in self.__dict__]
        parts = [f"{name}: {value.size() if agc._agc.is_exporting() or value.numel() != 1 else value}"
                 for name, value in ((name, self.__dict__[name]) for name in names)]
        return f"{type(self).__name__}({', '.join(parts)})"


class Independent(Distribution):
    """A distribution some of whose batch dims are dims of the event."""

    def __init__(self, base_distribution, reinterpreted_batch_ndims, validate_args=None):
        count, base = reinterpreted_batch_ndims, base_distribution
        if count > len(base.batch_shape):
            raise ValueError("Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), actual "
                             f"{count} vs {len(base.batch_shape)}")
        shape, split = base.batch_shape + base.event_shape, len(base.batch_shape) - count
        self.base_dist, self.reinterpreted_batch_ndims = base, count
        super().__init__(shape[:split], shape[split:], validate_args)

    has_rsample = property(lambda self: self.base_dist.has_rsample)
    mean = property(lambda self: self.base_dist.mean)
    mode = property(lambda self: self.base_dist.mode)
    variance = property(lambda self: self.base_dist.variance)
    support = property(lambda self: constraints.independent(self.base_dist.support, self.reinterpreted_batch_ndims)
                       if self.reinterpreted_batch_ndims else self.base_dist.support)

    def expand(self, batch_shape, _instance=None):
        base = self.base_dist.expand(Size(batch_shape) + self.event_shape[:self.reinterpreted_batch_ndims])
        return Independent(base, self.reinterpreted_batch_ndims, validate_args=False)

    def sample(self, sample_shape=Size()):
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape=Size()):
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value):
        return sum_rightmost(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self):
        return sum_rightmost(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def __repr__(self):
        return f"Independent({self.base_dist}, {self.reinterpreted_batch_ndims})"
