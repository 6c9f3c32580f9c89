"""Numbers that a check does not know: they are computed with, and print as `?`; what branches on one ends the check."""
import builtins
import re
import sys
import types


class CheckEnds(BaseException):
    """The program needs a number that only a run has."""


class BranchEnds(CheckEnds):
    """What the program does where a number decides alters what autograd knows; `place` is the outermost `if`'s."""
    place = None


def ends(reason):
    raise CheckEnds(reason)


_ORDER = [bool, int, float, complex]  # of Python's numbers, the wider one later
_STAND_INS = {bool: True, int: 1, float: 0.5, complex: 0.5 + 0j}
_ALIGNED = re.compile(r"(?:(?P<fill>.)?(?P<align>[<>=^]))?[-+ ]?z?#?0?(?P<width>\d+)?")


def _kind(value):
    """The type of a number, known or not."""
    if is_unknown(value):
        return value._kind
    return next((kind for kind in _ORDER if builtins.isinstance(value, kind)), None)


class Unknown:
    """A number of a type, of which nothing else is known. isinstance() takes it for one of that type. `taking` says where it
    was taken from a tensor that has a history, if it was."""

    __slots__ = ("_kind", "taking")
    dtype = types.SimpleNamespace(type=lambda number: number)  # tensors and numpy's means take it for one of its numbers

    def __new__(cls, kind=int, taking=None):
        return super().__new__(UnknownSize if kind is int else cls)

    def __init__(self, kind=int, taking=None):
        self._kind, self.taking = kind, taking

    __class__ = property(lambda self: self._kind)

    def item(self):
        return self  # as numpy's numbers have it

    def stand_in(self):
        """A number that stands for it where only the type counts."""
        return _STAND_INS[self._kind]

    def __copy__(self, memo=None):
        return self

    __deepcopy__ = __copy__

    def __reduce__(self):
        return Unknown, (self._kind, self.taking)

    def __repr__(self):
        return "?"

    def __format__(self, spec):
        found = _ALIGNED.match(spec)
        align = {"=": ">", None: ">"}.get(found["align"], found["align"])
        return format("?", f"{found['fill'] or ''}{align}{found['width'] or ''}")

    def __bool__(self):
        ends("the program branches on a value")

    def __index__(self):
        ends("the program needs a value as an index or a count")

    def __hash__(self):
        ends("the program needs a value as a key")

    def _needed(self):
        ends("the program needs a value")

    __int__ = __float__ = __complex__ = _needed

    def __round__(self, digits=None):
        return Unknown(int if digits is None else self._kind, self.taking)

    def __floor__(self):
        return Unknown(int)

    __ceil__ = __trunc__ = __floor__

    def conjugate(self):
        return self

    real = imag = property(lambda self: self._part())

    def _part(self):
        return Unknown(float if self._kind is complex else self._kind, self.taking)

    def __getattr__(self, name):
        if not hasattr(self._kind, name):
            raise AttributeError(f"'{self._kind.__name__}' object has no attribute '{name}'")
        if name in ("numerator", "denominator"):
            return Unknown(int)
        if name not in _METHODS:
            ends(f"the program needs a value, as it asks for its {name}")
        return _METHODS[name]

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        return TAKEN.get(ufunc.__name__, Unknown(float))


class UnknownSize(Unknown):
    """A size, or another whole number, that only a run tells. The program's own branches on it end the check; the
    package's go on as with the sizes that most runs have: there are elements, and two that have to be equal are."""

    __slots__ = ()
    is_unknown_size = True  # a shape may hold it

    def __bool__(self):
        return True if _asks_package() else super().__bool__()


def _asks_package():
    """Whether a function of the package compares, not the program."""
    name = sys._getframe(2).f_globals.get("__name__", "")
    return name == "agc" or name.startswith("agc.")


# A number that is not known is taken for a finite one.
TAKEN = {"isnan": False, "isinf": False, "isfinite": True}


class UnknownText(str):
    """One of several texts."""

    __slots__ = ()

    def __new__(cls):
        return super().__new__(cls, "?")

    def _needed(self, *_):
        ends("the program needs a value, which chooses a text")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __contains__ = __len__ = __bool__ = _needed

    def __add__(self, other):
        return UnknownText()

    __radd__ = __add__


class UnknownItems:
    """A list of which it is not known how many items it has; isinstance() takes it for a list."""

    __slots__ = ("_item",)
    __class__ = property(lambda self: list)

    def __init__(self, item):
        self._item = item

    def __repr__(self):
        return "[?]"

    def __getitem__(self, index):
        return self if builtins.isinstance(index, slice) else self._item

    def __iter__(self):
        ends("the program takes as many turns as a value says")

    __len__ = __bool__ = __contains__ = __iter__


def one_of(values):
    """One of some values, it is not known which."""
    values = list(values)
    if values and all(value is values[0] for value in values):
        return values[0]
    types = {builtins.type(value) for value in values}
    if values and all(builtins.issubclass(kind, str) for kind in types):
        return UnknownText()
    if types in ({list}, {tuple}) and len({*map(len, values)}) == 1:
        return types.pop()(map(one_of, zip(*values)))
    kinds = [_kind(value) for value in values]
    if not kinds or None in kinds:
        ends("the program chooses by a value")
    return Unknown(max(kinds, key=_ORDER.index), taking_of(values))


_METHODS = {"is_integer": lambda: Unknown(bool), "hex": lambda: "?", "bit_length": lambda: Unknown(int),
            "bit_count": lambda: Unknown(int), "as_integer_ratio": lambda: (Unknown(int), Unknown(int))}


def _computed(least, *operands):
    """What arithmetic with a number that is not known gives, at least as wide as a type."""
    kinds = [_kind(operand) for operand in operands]
    if None in kinds:
        return NotImplemented
    return Unknown(max((least, *kinds), key=_ORDER.index), taking_of(operands))


for _name in ("add", "sub", "mul", "mod", "floordiv", "pow", "truediv"):
    _least = float if _name == "truediv" else int
    _operator = lambda self, other, modulo=None, least=_least: _computed(least, self, other)  # noqa: E731
    setattr(Unknown, f"__{_name}__", _operator)
    setattr(Unknown, f"__r{_name}__", _operator)
for _name in ("lshift", "rshift", "and", "or", "xor"):
    _operator = lambda self, other: _computed(bool, self, other)  # noqa: E731
    setattr(Unknown, f"__{_name}__", _operator)
    setattr(Unknown, f"__r{_name}__", _operator)
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Unknown, f"__{_name}__", Unknown._part)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    def _compared(self, other, is_equal=_name in ("le", "ge", "eq")):
        if other is self:
            return is_equal
        return NotImplemented if _kind(other) is None else Unknown(bool)
    setattr(Unknown, f"__{_name}__", _compared)
for _name, _usual in dict(lt=False, le=False, gt=True, ge=True).items():
    def _compared_size(self, other, usual=_usual, equal=_name in ("le", "ge"), plain=getattr(Unknown, f"__{_name}__")):
        if not _asks_package():
            return plain(self, other)
        return equal if _is_size(other) else usual
    setattr(UnknownSize, f"__{_name}__", _compared_size)
for _name, _same in dict(eq=True, ne=False).items():
    def _equals_size(self, other, same=_same, plain=getattr(Unknown, f"__{_name}__")):
        if not _asks_package():
            return plain(self, other)
        return same if _is_size(other) or _kind(other) is int and other > 1 else not same
    setattr(UnknownSize, f"__{_name}__", _equals_size)
UnknownSize.__hash__ = Unknown.__hash__
Unknown.__divmod__ = lambda self, other: (self // other, self % other)
Unknown.__rdivmod__ = lambda self, other: (other // self, other % self)


def taking_of(values):
    """Where the first of some values was taken from a tensor that has a history."""
    return next((value.taking for value in values if is_unknown(value) and value.taking is not None), None)


def is_unknown(value):
    return builtins.issubclass(builtins.type(value), Unknown)


def _is_size(value):
    return builtins.type(value) is UnknownSize


_CONVERSION = re.compile(r"%(?:\((?P<name>[^)]*)\))?(?P<flags>[-+ #0]*)(?P<width>\d+|\*)?(?:\.(?:\d+|\*))?[hlL]?"
                         r"(?P<type>[diouxXeEfFgGcrsa%])")


def formatted(text, values):
    """`text % values`, where a conversion of what is not known gives `?`."""
    items = list(values) if builtins.isinstance(values, tuple) else [values]
    used = 0

    def plain(found):
        nonlocal used
        if found["type"] == "%":
            return found.group()
        if found["name"] is not None:
            value = values[found["name"]]
        else:
            used += found.group().count("*")
            value = items[used] if used < len(items) else None
            used += 1
        if not is_unknown(value) and builtins.type(value) is not UnknownText:
            return found.group()
        name = "" if found["name"] is None else f"({found['name']})"
        return f"%{name}{'-' if '-' in found['flags'] else ''}{found['width'] or ''}s"

    return _CONVERSION.sub(plain, text) % values
