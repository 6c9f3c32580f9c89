"""What the program's calls of Python's and numpy's functions give where a number is not known."""
import builtins
import functools
import json
import logging
import math
import sys

from agc import _agc
from agc._check.unknown import TAKEN, Unknown, UnknownItems, UnknownText, ends, formatted, is_unknown, one_of, taking_of
from agc._tensor import Tensor


def plain(value):
    """A tensor whose number is not known as that number."""
    if isinstance(value, Tensor) and not _agc.is_known(value) and (value.numel() == 1 or is_unknown(value.numel())):
        return value.item()
    return value


def _unless_unknown(function, kind):
    """The function, which gives an unknown of that type for one."""
    def lifted(*arguments, **named):
        arguments = [plain(argument) for argument in arguments]
        if any(map(is_unknown, arguments)):
            return TAKEN[function.__name__] if function.__name__ in TAKEN else \
                Unknown(kind, taking_of(arguments))
        return function(*arguments, **named)
    return lifted


def _unless_unknown_text(function):
    return lambda number: UnknownText() if is_unknown(plain(number)) else function(number)


def _of_many(function):
    """The function of a sequence of numbers, which gives one of their type."""
    def lifted(*arguments, **named):
        items = list(arguments[0]) if len(arguments) == 1 else list(arguments)
        keys = items if named.get("key") is None else map(named["key"], items)
        return _one(items) if any(map(is_unknown, map(plain, keys))) else function(items, **named)
    return lifted


def _one(items):
    """One of some numbers; of tensors, one without a gradient."""
    if any(isinstance(item, Tensor) and item.requires_grad for item in items):
        ends("the program chooses by a value")
    tensor = next((item for item in items if isinstance(item, Tensor) and is_unknown(plain(item))), None)
    return one_of(items) if tensor is None else tensor


def _of_truths(function, decides):
    """any() and all(), which one of these truths decides."""
    def lifted(values):
        values = list(map(plain, values))
        known = [value for value in values if not is_unknown(value)]
        if len(known) < len(values) and not any(bool(value) is decides for value in known):
            return Unknown(bool)
        return function(known)
    return lifted


def _sorted(values, *, key=None, reverse=False):
    values = list(values)
    keys = map(plain, values if key is None else map(key, values))
    if any(map(is_unknown, keys)):
        return [_one(values)] * len(values)
    return sorted(values, key=key, reverse=reverse)


def _type(*arguments):
    return arguments[0].__class__ if len(arguments) == 1 and is_unknown(arguments[0]) else type(*arguments)


def _length(value):
    if type(value) is UnknownItems:
        return Unknown(int)
    return value.size(0) if isinstance(value, Tensor) and value.dim() and is_unknown(value.size(0)) else len(value)


def _with_marks(value):
    """Nested values with a text in the place of unknowns."""
    if isinstance(value, dict):
        return {name: _with_marks(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return list(map(_with_marks, value))
    return "?" if is_unknown(value) else value


def _encoded(function):
    return lambda value, *arguments, **named: function(_with_marks(value), *arguments, **named)


_LIFTED = {builtins.len: _length, builtins.float: _unless_unknown(float, float), builtins.int: _unless_unknown(int, int),
           builtins.bool: _unless_unknown(bool, bool), builtins.complex: _unless_unknown(complex, complex),
           builtins.min: _of_many(min), builtins.max: _of_many(max), builtins.type: _type, builtins.sorted: _sorted,
           builtins.any: _of_truths(any, True), builtins.all: _of_truths(all, False),
           builtins.hex: _unless_unknown_text(hex), builtins.bin: _unless_unknown_text(bin),
           builtins.oct: _unless_unknown_text(oct), builtins.chr: _unless_unknown_text(chr),
           builtins.map: lambda function, *sequences: map(lift(function), *sequences),
           math.fsum: _of_many(math.fsum)}
for _name, _function in vars(math).items():
    if callable(_function) and not _name.startswith("_") and _name not in ("fsum", "prod", "dist", "sumprod"):
        _LIFTED[_function] = _unless_unknown(_function, bool if _name.startswith("is") else
                                             int if _name in ("floor", "ceil", "trunc") else float)
_LIFTED |= {json.dump: _encoded(json.dump), json.dumps: _encoded(json.dumps)}
_LIFTED = {id(function): (function, lifted) for function, lifted in _LIFTED.items()}


def lift(function):
    """What the program's call of a function calls."""
    known = _LIFTED.get(id(function))
    if known is not None:
        return known[1]
    method = _METHODS.get((type(getattr(function, "__self__", None)), getattr(function, "__name__", None)))
    if method is not None:
        return functools.partial(method, function.__self__)
    return _of_arrays(function) if _takes_arrays(function) else function


def _sort(self, **options):
    self[:] = _sorted(self, **options)


def _get(self, key, default=None):
    return one_of([*self.values(), default]) if is_unknown(plain(key)) else self.get(key, default)


def _index(self, value, *bounds):
    is_known = not any(map(is_unknown, map(plain, (value, *self))))
    return self.index(value, *bounds) if is_known else Unknown(int)


_METHODS = {(list, "sort"): _sort, (list, "index"): _index, (dict, "get"): _get}

# ---------------------------------------------------------------- arrays

def _takes_arrays(function):
    """Whether it is numpy's or of the statistics module, which compare, or is a method of an array of objects."""
    module, numpy = getattr(function, "__module__", None), sys.modules.get("numpy")
    if isinstance(module, str) and module.partition(".")[0] in ("numpy", "statistics"):
        return not isinstance(function, type) or numpy is not None and issubclass(function, numpy.generic)
    return numpy is not None and isinstance(getattr(function, "__self__", None), numpy.ndarray)


class _StandIns:
    """Arguments with numbers in the place of unknowns, and whether there were any, and any whole ones; these are larger by
    `more`. `taking` is one's."""

    def __init__(self, more=0):
        self.found, self.has_whole, self.taking, self._more = False, False, None, more

    def of(self, value):
        import numpy
        value = plain(value)
        if is_unknown(value):
            self.found, number = True, value.stand_in()
            self.taking = value.taking if self.taking is None else self.taking
            if type(number) is not int:
                return number
            self.has_whole = True
            return number + self._more
        if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
            return type(value)(map(self.of, value))
        if isinstance(value, numpy.ndarray) and value.dtype == object:
            return numpy.array(self.of(value.tolist()), dtype=number_type(value))
        return value


@functools.cache
def _array_class():
    import numpy

    class UnknownArray(numpy.ndarray):
        """An array of numbers that are not known, which knows their type as long as it is moved about."""

        def __array_finalize__(self, source):
            self.number_type = getattr(source, "number_type", None)

    return UnknownArray


def number_type(array):
    """The type that an array's numbers have in a run; None where numpy decides by the numbers."""
    kinds = {type(number) for number in map(_stand_in, array.flat[:1])}
    kept = getattr(array, "number_type", None)
    return kept if kept is not None and kinds <= {type(kept.type(1).item())} else None


def _stand_in(number):
    return number.stand_in() if is_unknown(number) else number


def array_of(numbers, shape, kind):
    """An array of numbers that are not known, of a numpy type."""
    import numpy
    made = numpy.empty(shape, dtype=object).view(_array_class())
    made.number_type, made[...] = numpy.dtype(kind), numpy.array(numbers, dtype=object).reshape(shape)
    return made


def _unknown_like(value, taking=None):
    """The same with unknowns in the place of numbers."""
    import numpy
    if isinstance(value, numpy.ndarray):
        return array_of(_unknown_like(value.tolist(), taking), value.shape, value.dtype)
    if isinstance(value, numpy.generic):
        return _unknown_like(value.item(), taking)
    if isinstance(value, (list, tuple)):
        return type(value)(_unknown_like(part, taking) for part in value)
    return Unknown(type(value), taking) if type(value) in (bool, int, float, complex) else value


# Functions whose results have sizes by values; that write files; that ask for no values.
_SIZED = {"unique", "nonzero", "flatnonzero", "argwhere", "compress", "extract", "trim_zeros", "where", "repeat"}
_WRITE = {"save", "savez", "savez_compressed", "savetxt", "tofile", "dump"}
_OF_SHAPES = {"shape", "size", "ndim"}


def _of_arrays(function):
    """A function of arrays, whose result has the shape that it has for other numbers, and numbers that are not known."""
    def lifted(*arguments, **named):
        stand_ins, owner = _StandIns(), getattr(function, "__self__", None)
        self = stand_ins.of(owner)
        others, options = [stand_ins.of(value) for value in arguments], {k: stand_ins.of(v) for k, v in named.items()}
        if not stand_ins.found:
            return function(*arguments, **named)
        name = function.__name__
        if name in _SIZED and not (name == "where" and len(others) == 3):
            ends("the program needs a value")
        if name in TAKEN:
            return TAKEN[name]
        if name in _WRITE or (getattr(function, "__module__", None) or "").startswith("numpy.testing"):
            return None  # a check writes no file, and assertions hold
        made = (function if self is owner else getattr(self, name))(*others, **options)
        if stand_ins.has_whole and self is owner and _is_sized(function, made, arguments, named):
            ends("the program needs a value as a size")
        return made if name in _OF_SHAPES else _unknown_like(made, stand_ins.taking)
    return lifted


def _is_sized(function, made, arguments, named):
    """Whether a result has another shape where whole numbers that are not known are larger."""
    larger = _StandIns(1)
    arguments, named = [larger.of(value) for value in arguments], {k: larger.of(v) for k, v in named.items()}
    try:
        return getattr(function(*arguments, **named), "shape", None) != getattr(made, "shape", None)
    except Exception:  # as an index that is too large
        return False


# ---------------------------------------------------------------- operators

def assume(condition):
    """An assertion about values holds."""
    return True if is_unknown(plain(condition)) else condition


def modulo(left, right):
    if not isinstance(left, str):
        return left % right
    if isinstance(right, dict):
        return formatted(left, {name: plain(value) for name, value in right.items()})
    return formatted(left, tuple(map(plain, right)) if isinstance(right, tuple) else plain(right))


def negation(value):
    value = plain(value)
    return Unknown(bool) if is_unknown(value) else not value


def place(container, index):
    """Where a count is kept: if that is not known, none of the counts is."""
    written(container, index)
    if not isinstance(container, (list, dict)) or not is_unknown(plain(index)) and not isinstance(index, UnknownText):
        return index
    places = list(container) if isinstance(container, dict) else range(len(container))
    for at in places:
        container[at] = one_of([container[at], container[at] + 1])
    return places[0] if places else index


def written(container, index):
    """A place of an array, or another container, that is written."""
    if _is_place_of_array(container, index):
        ends("the program writes to an array where a value says")
    return index


_counts_for = []  # whether the test of an `if` that only counts is known


def counts(test):
    """The test of an `if` whose body does nothing but count: where it is not known, the count is not."""
    test = plain(test)
    _counts_for[:] = [not is_unknown(test)]
    return True if is_unknown(test) else test


_tests = []  # of conditional expressions, whose values are known


def undecided(test):
    """Whether the test of an expression is not known; else it is kept for `decided`."""
    test = plain(test)
    if is_unknown(test):
        return True
    _tests.append(test)
    return False


def decided():
    return _tests.pop()


def either(left, right):
    return one_of([left, right])


def share(number):
    return number if _counts_for[0] else Unknown(type(number))


def _is_place_of_array(container, index):
    """Whether an index of an array is, or has, a number that is not known."""
    numpy = sys.modules.get("numpy")
    parts = index if isinstance(index, tuple) else (index,)
    return numpy is not None and isinstance(container, numpy.ndarray) and any(map(is_unknown, map(plain, parts)))


def element(container, index):
    """An element, it may not be known which."""
    if _is_place_of_array(container, index):
        parts = (0 if is_unknown(plain(part)) else part for part in (index if isinstance(index, tuple) else (index,)))
        return _unknown_like(container[tuple(parts)])
    is_plain = isinstance(container, (list, tuple, range, str, dict)) and type(container) is not UnknownItems
    if is_plain and is_unknown(plain(index)):
        return one_of(container.values() if isinstance(container, dict) else container)
    return container[index]


# ---------------------------------------------------------------- text

def _message(self, known=logging.LogRecord.getMessage):
    return modulo(str(self.msg), self.args) if self.args else known(self)


def install():
    logging.LogRecord.getMessage = _message
