"""What functions of the package do in a check with whole numbers that are not known: sizes, places and how many are taken."""
import inspect

import agc
from agc import _index, _random
from agc._agc import forget_numbers
from agc._check.lifted import plain
from agc._check.unknown import Unknown, is_unknown
from agc._functions import operators
from agc._sizes import Size
from agc._tensor import Tensor
from agc.nn import functional
from agc.nn.functional import _convolutions, _windows
from agc.nn.modules.rnn import RNNBase
from agc.nn.utils import rnn


def _has_unknown(sizes):
    return any(map(is_unknown, sizes))


def _bound(number, known=_index._bound):
    number = plain(number)
    return number if is_unknown(number) else known(number)


def _same_shape(self, other):
    """Whether two shapes are the same, as far as that is known."""
    if not isinstance(other, tuple) or len(self) != len(other) or not _has_unknown((*self, *other)):
        return tuple.__eq__(self, other)
    pairs = zip(self, other)
    return Unknown(bool) if all(is_unknown(a) or is_unknown(b) or a == b for a, b in pairs) else False


def _other_shape(self, other):
    same = _same_shape(self, other)
    return same if same is NotImplemented or is_unknown(same) else not same


def _by_any(function, **numbers):
    """The function, which takes these numbers for its arguments that are not known: what comes out has the same shape."""
    signature = inspect.signature(function)

    def by_any(*arguments, **named):
        if not any(is_unknown(plain(argument)) for argument in (*arguments, *named.values())):
            return function(*arguments, **named)
        bound = signature.bind(*arguments, **named)
        for name, number in numbers.items():
            if is_unknown(plain(bound.arguments.get(name))):
                bound.arguments[name] = number
        return function(*bound.args, **bound.kwargs)
    return by_any


# ---------------------------------------------------------------- random numbers

class _Engine:
    """Draws one number where it is not known how many are drawn."""

    def __init__(self, engine):
        self._engine = engine

    def __getattr__(self, name):
        draw = getattr(self._engine, name)

        def drawn(size, *options):
            if not isinstance(size, (list, tuple)) or not _has_unknown(size):
                return draw(size, *options)
            one = draw([1] * len(size), *options)
            return agc.zeros(size, dtype=one.dtype) + one
        return drawn


def _randint(*bounds, known=agc.randint, **named):
    """Between any bounds, where they are not known; what is drawn is forgotten."""
    bounds = list(map(plain, bounds))
    size = [bounds.pop()] if bounds and not isinstance(bounds[-1], int) else []
    named = {name: plain(value) for name, value in named.items()}
    if not _has_unknown(bounds) and not is_unknown(named.get("low")) and not is_unknown(named.get("high")):
        return known(*bounds, *size, **named)
    named.pop("low", None), named.pop("high", None)
    made = known(2, *size, **named)
    forget_numbers(made)
    return made


def _randperm(n, *, known=agc.randperm, **named):
    return known(n, **named) if not is_unknown(plain(n)) else agc.arange(n, dtype=named.get("dtype", agc.int64))


def _multinomial(function):
    """One sample, as often as is asked for."""
    def multinomial(input, num_samples, *arguments, **named):
        if not is_unknown(plain(num_samples)):
            return function(input, num_samples, *arguments, **named)
        made = function(input, 1, *arguments, **named)
        return made.expand([*made.shape[:-1], num_samples]) + 0
    return multinomial


# ---------------------------------------------------------------- new tensors

def _eye(n, m=None, *, dtype=None, requires_grad=False, known=agc.eye, **named):
    m = n if m is None else m
    if not is_unknown(n) and not is_unknown(m):
        return known(n, m, dtype=dtype, requires_grad=requires_grad, **named)
    made = (agc.arange(n).unsqueeze(1) == agc.arange(m)).to(dtype or agc.get_default_dtype())
    return made.requires_grad_(requires_grad)


def _one_hot(tensor, num_classes=-1, known=functional.one_hot):
    """As many classes as there are, or as an unknown number says."""
    num_classes = plain(num_classes)
    if not is_unknown(num_classes) and num_classes == -1 and tensor.dtype is agc.int64:
        num_classes = plain(tensor.max()) + 1
    if not is_unknown(num_classes):
        return known(tensor, num_classes)
    return (tensor.unsqueeze(-1) == agc.arange(num_classes)).long()


def _repeat(self, *repeats, known=Tensor.repeat, **named):
    sizes = list(repeats[0]) if len(repeats) == 1 and isinstance(repeats[0], (list, tuple)) else list(repeats)
    if named or not _has_unknown(sizes):
        return known(self, *repeats, **named)
    shape = [1] * (len(sizes) - self.dim()) + list(self.shape)
    apart = [size for pair in zip(sizes, shape) for size in pair]
    once = self.reshape([size for extent in shape for size in (1, extent)])
    return once.expand(apart).reshape([count * extent for count, extent in zip(sizes, shape)])


def _pad(input, pad, mode="constant", value=None, known=functional.pad):
    """Dim by dim, where some numbers are not known."""
    if mode != "constant" or not _has_unknown(pad):
        return known(input, pad, mode, value)
    for i, margins in enumerate(zip(pad[::2], pad[1::2])):
        dim = input.dim() - 1 - i
        shapes = [[*input.shape[:dim], margin, *input.shape[dim + 1:]] for margin in margins]
        if _has_unknown(margins):
            before, after = (agc.full(shape, value or 0, dtype=input.dtype) for shape in shapes)
            input = agc.cat([before, input, after], dim)
        else:
            input = known(input, [0, 0] * i + list(margins), mode, value)
    return input


# ---------------------------------------------------------------- how many are taken

def _first_window(input, counts, sizes, strides, dilations, known=_windows.windows):
    """The first window where it is not known how many there are, as often."""
    if not _has_unknown(counts):
        return known(input, counts, sizes, strides, dilations)
    lead = input.dim() - len(sizes)
    for i, count in enumerate(counts):
        if is_unknown(count):
            input = input.narrow(lead + i, 0, dilations[i] * (sizes[i] - 1) + 1)
    first = known(input, [1 if is_unknown(count) else count for count in counts], sizes, strides, dilations)
    return first.expand([*first.shape[:lead], *counts, *first.shape[lead + len(counts):]])


def _along(self, inputs, place, begun, sizes, known=RNNBase._along):
    """The first step where it is not known how many there are."""
    length = inputs.size(0)
    if not is_unknown(length):
        return known(self, inputs, place, begun, sizes)
    states, *ends = known(self, inputs.narrow(0, 0, 1), place, begun, sizes)
    return states.expand([length, *states.shape[1:]]).clone(), *ends


def _topk(input, k, dim=-1, largest=True, sorted=True, *, known=agc.topk, **named):
    k = plain(k)
    if not is_unknown(k) or named:
        return known(input, k, dim, largest, sorted, **named)
    values, indices = agc.sort(input, dim, descending=largest)
    return type(known(agc.zeros(1), 1))(*(part.narrow(dim, 0, k) for part in (values, indices)))


def _descending(lengths, enforce_sorted, known=rnn._descending):
    """Lengths that are known stay so when they are sorted."""
    if enforce_sorted or _has_unknown(lengths.tolist()):
        return known(lengths, enforce_sorted)
    numbers = lengths.tolist()
    order = sorted(range(len(numbers)), key=lambda at: -numbers[at])
    return agc.tensor([numbers[at] for at in order]), agc.tensor(order)


def _pack(input, lengths, batch_first=False, enforce_sorted=True, known=rnn.pack_padded_sequence):
    """Sequences whose lengths are not known are taken for whole ones."""
    lengths = agc.as_tensor(lengths)
    if lengths.dim() == 1 and _has_unknown(lengths.tolist()):
        lengths = [input.shape[1 if batch_first else 0]] * len(lengths)
    return known(input, lengths, batch_first, enforce_sorted)


_STAND_INS = dict(kthvalue=dict(k=1), tril=dict(diagonal=0), triu=dict(diagonal=0), roll=dict(shifts=1),
                  select=dict(index=0))


def install(both):
    _index._bound, operators.pow = _bound, _by_any(operators.pow, exponent=3)
    Size.__eq__, Size.__ne__ = _same_shape, _other_shape
    _random._engine = lambda generator, known=_random._engine: _Engine(known(generator))
    agc.randint, agc.randperm, agc.eye = _randint, _randperm, _eye
    both("multinomial", _multinomial)
    both("topk", lambda function: _topk)
    for name, numbers in _STAND_INS.items():
        both(name, lambda function, numbers=numbers: _by_any(function, **numbers))
    _convolutions.windows, RNNBase._along = _first_window, _along
    functional.one_hot, functional.pad, Tensor.repeat = _one_hot, _pad, _repeat
    rnn._descending, rnn.pack_padded_sequence = _descending, _pack
