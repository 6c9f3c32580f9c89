"""Shapes and extents: ints, or what only the call of an exported function tells, or a run."""
import math
import operator

from agc import _agc


def _size(extents):
    return Size(extents)


class Size(tuple):
    """A shape."""

    __module__ = "torch"

    def __reduce__(self):  # "torch" can be imported under `agc run` alone
        return _size, (tuple(self),)

    def numel(self):
        return math.prod(self)

    def __repr__(self):
        return f"torch.Size({list(self)})"

    def __add__(self, other):
        return Size(tuple(self) + tuple(other))

    def __mul__(self, count):
        return Size(tuple(self) * count)

    __rmul__ = __mul__

    def __getitem__(self, index):
        item = super().__getitem__(index)
        return Size(item) if isinstance(index, slice) else item


def unlike(a, b):
    """Whether two shapes differ, as far as that is known: extents that an exported function's call tells are taken for
    equal, it checks them."""
    known = ((x, y) for x, y in zip(a, b) if not isinstance(x, _agc.Extent) and not isinstance(y, _agc.Extent))
    return len(a) != len(b) or any(x != y for x, y in known)


def check_meets(a, b):
    """Refuses two shapes that do not broadcast."""
    for i in range(1, min(len(a), len(b)) + 1):
        if unlike([a[-i]], [b[-i]]) and not is_one(a[-i]) and not is_one(b[-i]):
            raise RuntimeError(f"The size of tensor a ({a[-i]}) must match the size of tensor b ({b[-i]}) at non-singleton "
                               f"dimension {max(len(a), len(b)) - i}")


def check_extents(shape):
    """Refuses what no tensor has as its extents."""
    negative = next((n for n in shape if isinstance(n, int) and n < 0), None)
    if negative is not None:
        raise RuntimeError(f"Trying to create tensor with negative dimension {negative}: {list(shape)}")


def check_held(own, other):
    """Refuses to write what is of another shape to a tensor that broadcasting does not give its own."""
    check_meets(own, other)
    ends = list(zip(reversed(own), reversed(other)))
    if len(other) > len(own) or any(is_one(a) and unlike([b], [1]) for a, b in ends):
        whole = [b if is_one(a) else a for a, b in ends][::-1]
        joint = list(other[:max(len(other) - len(own), 0)]) + list(own[:max(len(own) - len(other), 0)]) + whole
        raise RuntimeError(f"output with shape {list(own)} doesn't match the broadcast shape {joint}")


def require(a, relation, b, text, kind=RuntimeError):
    """Refuses extents with a text that do not stand so to each other ("==", "!=" or "<="), or lets a call fail of which
    they are told. A size that a check does not know is as it has to be."""
    if isinstance(a, _agc.Extent) or isinstance(b, _agc.Extent):
        _agc.require(a, relation, b, text)
    elif not (hasattr(a, "is_unknown_size") or hasattr(b, "is_unknown_size") or _RELATIONS[relation](a, b)):
        raise kind(text)


_RELATIONS = {"==": operator.eq, "!=": operator.ne, "<=": operator.le}


def is_one(extent):
    """Whether an extent is known to be 1."""
    return type(extent) is int and extent == 1


def lesser(a, b):
    """The lesser of two extents."""
    return _agc.lesser(a, b) if isinstance(a, _agc.Extent) or isinstance(b, _agc.Extent) else min(a, b)


def greater(a, b):
    """The greater of two extents."""
    return _agc.greater(a, b) if isinstance(a, _agc.Extent) or isinstance(b, _agc.Extent) else max(a, b)


def ints(args):
    """A list of ints that may be given as one argument or as several."""
    if len(args) == 1 and isinstance(args[0], (tuple, list)):
        return list(args[0])
    return list(args)


def listed(function, parameter, args, named):
    """A list of ints that may be given as one argument, as several, or under the parameter's name."""
    if not args and parameter in named:
        args = (named.pop(parameter),)
    if not args:
        raise TypeError(f'{function}() missing 1 required positional arguments: "{parameter}"')
    for other in named:
        raise TypeError(f"{function}() got an unexpected keyword argument '{other}'")
    return ints(args)


def sizes(name, args):
    """A shape of which something is made, given as one argument or as several; no bool begins one, as torch has it."""
    if not args:
        raise TypeError(f'{name}() missing 1 required positional arguments: "size"')
    found = ints(args)
    if found and isinstance(found[0], bool):
        said = ", not bool" if found[0] is args[0] else ", but found element of type bool at pos 0"
        raise TypeError(f"{name}(): argument 'size' (position 1) must be tuple of ints{said}")
    return found
