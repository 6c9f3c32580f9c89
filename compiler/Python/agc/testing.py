"""torch.testing: tensors and numbers, alone or in containers, that must be close."""
import cmath
from collections.abc import Mapping, Sequence

import agc
from agc import _dtype, _numpy
from agc._missing import missing
from agc._tensor import Tensor, holds

_TOLERANCES = {_dtype.float16: (0.001, 1e-5), _dtype.bfloat16: (0.016, 1e-5), _dtype.float32: (1.3e-6, 1e-5),
               _dtype.float64: (1e-7, 1e-7), _dtype.complex64: (1.3e-6, 1e-5), _dtype.complex128: (1e-7, 1e-7)}
_NUMBERS = {int: _dtype.int64, float: _dtype.float64, complex: _dtype.complex128}


class _Options:
    """What a comparison was asked for, and how it fails."""

    def __init__(self, rtol, atol, equal_nan, msg, **checks):
        self.rtol, self.atol, self.equal_nan, self.msg = rtol, atol, equal_nan, msg
        self.__dict__.update(checks)

    def error(self, kind, text, place, own=True):
        """The exception for a mismatch at a place in containers; `own`: the caller's message stands for it."""
        if place:
            text += f"\n\nThe failure occurred for item {''.join(f'[{key!r}]' for key in place)}"
        if own and self.msg is not None:
            text = self.msg(text) if callable(self.msg) else self.msg
        return kind(text)

    def tolerances(self, kinds, place):
        if (self.rtol is None) != (self.atol is None):
            raise self.error(ValueError, "Both 'rtol' and 'atol' must be either specified or omitted, but got no "
                             f"{'rtol' if self.rtol is None else 'atol'}.", place, own=False)
        if self.rtol is not None:
            return self.rtol, self.atol
        found = [_TOLERANCES.get(kind, (0.0, 0.0)) for kind in kinds]
        return max(rtol for rtol, _ in found), max(atol for _, atol in found)


def _message(title, extra, differences, rtol, atol):
    """What differs and by how much; a difference is its size and where it is."""
    exact = rtol == 0 and atol == 0
    lines = [f"{title} are not {'equal' if exact else 'close'}!\n", extra]
    for (kind, allowed), (size, index) in zip((("absolute", atol), ("relative", rtol)), differences):
        text = f"{kind.title()} difference: {size}" if index is None else \
            f"Greatest {kind} difference: {size} at index {index}"
        lines.append(text + ("" if exact else f" (up to {allowed} allowed)"))
    return "\n".join(lines)


def _scalar_message(actual, expected, rtol, atol):
    size = abs(actual - expected)
    relative = float("inf") if expected == 0 else size / abs(expected)
    return _message("Scalars", f"Expected {expected} but got {actual}.", [(size, None), (relative, None)], rtol, atol)


def _index(place, shape):
    """An index of a shape from a place in row-major order."""
    index = []
    for extent in reversed(shape):
        place, at = divmod(place, extent)
        index.insert(0, at)
    return tuple(index)


def _tensor_message(actual, expected, matches, rtol, atol):
    count = matches.numel()
    wrong = count - int(matches.sum())
    right = matches.flatten()
    actual, expected = actual.flatten(), expected.flatten()
    if not (actual.is_floating_point() or actual.is_complex()):
        actual, expected = actual.long(), expected.long()
    absolute = (actual - expected).abs().masked_fill(right, 0)
    relative = (absolute / expected.abs()).masked_fill(right, 0)
    greatest = [difference.max(0) for difference in (absolute, relative)]
    return _message("Tensor-likes", f"Mismatched elements: {wrong} / {count} ({wrong / count:.1%})",
                    [(size.item(), _index(int(place), matches.shape)) for size, place in greatest], rtol, atol)


def _compare_numbers(actual, expected, place, options):
    rtol, atol = options.tolerances([_NUMBERS[type(actual)], _NUMBERS[type(expected)]], place)

    def compare():
        if options.check_dtype and type(actual) is not type(expected):
            raise options.error(AssertionError, f"The (d)types do not match: {type(actual)} != {type(expected)}.",
                                place)
        if actual == expected or options.equal_nan and cmath.isnan(actual) and cmath.isnan(expected):
            return
        difference = abs(actual - expected)
        if not (cmath.isfinite(difference) and difference <= atol + rtol * abs(expected)):
            raise options.error(AssertionError, _scalar_message(actual, expected, rtol, atol), place)
    return compare


def _compare_tensors(actual, expected, place, options):
    rtol, atol = options.tolerances([actual.dtype, expected.dtype], place)

    def differs(name, first, second):
        if first != second:
            raise options.error(AssertionError, f"The values for attribute '{name}' do not match: {first} != {second}.",
                                place)

    def compare():
        differs("shape", actual.shape, expected.shape)
        if options.check_stride:
            differs("stride()", actual.stride(), expected.stride())
        if options.check_device:
            differs("device", actual.device, expected.device)
        if options.check_dtype:
            differs("dtype", actual.dtype, expected.dtype)
        kind = agc.promote_types(actual.dtype, expected.dtype)
        kind = _dtype.int64 if kind is _dtype.bool else kind
        a, b = actual.detach().to(kind), expected.detach().to(kind)
        matches = agc.isclose(a, b, rtol=rtol, atol=atol, equal_nan=options.equal_nan)
        if holds(~matches.all()):
            raise options.error(AssertionError, _scalar_message(a.item(), b.item(), rtol, atol) if a.dim() == 0 else
                                _tensor_message(a, b, matches, rtol, atol), place)
    return compare


def _compare_same(actual, expected, place, options, what):
    def compare():
        if actual is not expected:
            raise options.error(AssertionError, f"{what} mismatch: {actual} is not {expected}", place)
    return compare


def _plain(value):
    """numpy's numbers as Python's."""
    return value.item() if _numpy.is_number(value) else value


def _comparison(actual, expected, place, options):
    """How two values that are no containers compare, which is told before any is compared."""
    related = isinstance(actual, type(expected)) or isinstance(expected, type(actual))
    if actual is None or expected is None:
        return _compare_same(actual, expected, place, options, "None")
    first, second = _plain(actual), _plain(expected)
    if isinstance(first, bool) and isinstance(second, bool):
        return _compare_same(first, second, place, options, "Booleans")
    if type(first) in _NUMBERS and type(second) in _NUMBERS:
        return _compare_numbers(first, second, place, options)
    if related and (options.allow_subclasses or type(actual) is type(expected)):
        if _numpy.is_array(actual) or isinstance(actual, Tensor):
            return _compare_tensors(agc.as_tensor(actual), agc.as_tensor(expected), place, options)
    raise options.error(TypeError, f"No comparison pair was able to handle inputs of type {type(actual)} and "
                        f"{type(expected)}.", place, own=False)


def _comparisons(actual, expected, place, options):
    """The comparisons of all items of containers."""
    if all(isinstance(x, Sequence) and not isinstance(x, str) for x in (actual, expected)):
        if len(actual) != len(expected):
            raise options.error(AssertionError, "The length of the sequences mismatch: "
                                f"{len(actual)} != {len(expected)}", place, own=False)
        keys = range(len(actual))
    elif isinstance(actual, Mapping) and isinstance(expected, Mapping):
        here, there = set(actual), set(expected)
        if here != there:
            raise options.error(AssertionError, "The keys of the mappings do not match:\nMissing keys in the actual "
                                f"mapping: {sorted(there - here)}\nAdditional keys in the actual mapping: "
                                f"{sorted(here - there)}", place, own=False)
        try:
            keys = sorted(here)
        except TypeError:
            keys = list(here)
    else:
        return [_comparison(actual, expected, place, options)]
    return [one for key in keys for one in _comparisons(actual[key], expected[key], (*place, key), options)]


def assert_close(actual, expected, *, allow_subclasses=True, rtol=None, atol=None, equal_nan=False, check_device=True,
                 check_dtype=True, check_layout=True, check_stride=False, msg=None):
    """Raises AssertionError unless |actual - expected| <= atol + rtol * |expected|, for each item of containers."""
    options = _Options(rtol, atol, equal_nan, msg, allow_subclasses=allow_subclasses, check_device=check_device,
                       check_dtype=check_dtype, check_stride=check_stride)
    for compare in _comparisons(actual, expected, (), options):
        compare()


def __getattr__(name):
    raise missing("torch.testing", name, globals())
