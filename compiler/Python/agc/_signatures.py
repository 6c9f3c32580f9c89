"""What PyTorch's parser of arguments says of a call that fits none of a function's signatures, which are PyTorch's own: recorded
in signatures.txt by test/Python/record_signatures.py."""
import functools
import os
import re

from agc import _agc

# What a signature may call an argument, as its errors do, too.
_TITLES = {"Tensor": "Tensor", "TensorList": "tuple of Tensors", "Scalar": "Number", "ScalarList": "tuple of Scalars",
           "double": "float", "ArrayRef<double>": "tuple of floats", "bool": "bool", "int64_t": "int", "SymInt": "int",
           "IntArrayRef": "tuple of ints", "SymIntArrayRef": "tuple of ints", "string_view": "str",
           "ScalarType": "torch.dtype", "Layout": "torch.layout", "MemoryFormat": "torch.memory_format",
           "Device": "torch.device", "Generator": "torch.Generator", "List<::std::optional<Tensor>>": "tuple of Tensors"}

# The kinds that a guard knows, whose letters stand in Guard.cpp.
_LETTERS = {"Tensor": "t", "TensorList": "T", "List<::std::optional<Tensor>>": "T", "Scalar": "c", "double": "f", "bool": "b",
            "int64_t": "i", "SymInt": "i", "IntArrayRef": "I", "SymIntArrayRef": "I", "string_view": "s", "ScalarType": "d"}

_NUMPY = {"dim": ("axis",), "keepdim": ("keepdims",), "input": ("x", "a", "x1"), "other": ("x2",)}


class _Parameter:
    def __init__(self, text, is_named):
        kind, name = text.rsplit(" ", 1)
        self.name, equals, self.default = name.partition("=")
        self.is_optional, self.is_named = bool(equals), is_named
        kind, self.takes_none = kind.removesuffix("?"), kind.endswith("?") or self.default == "None"
        kind, _, size = kind.removesuffix("]").partition("[")
        self.kind, self.size = kind.removeprefix("c10::"), int(size or 0)
        self.letter = _LETTERS.get(self.kind, "?")
        self.title = _TITLES.get(self.kind, self.kind)
        self.names = (self.name, *_NUMPY.get(self.name, ()))

    def __str__(self):
        return f"{self.title} {self.name}" + (f" = {self.default}" if self.is_optional else "")


class _Signature:
    def __init__(self, line):
        self.name, _, rest = line.partition("(")
        rest, _, flag = rest.rpartition(")")
        self.is_hidden, self.takes_numbers = "|deprecated" in flag, "|numbers" in flag
        self.parameters, is_named = [], False
        for text in re.split(r", (?![^<(]*[)>])", rest) if rest else ():
            if text == "*":
                is_named = True
            else:
                self.parameters.append(_Parameter(text, is_named))
        self.placed = sum(not x.is_named for x in self.parameters)
        self.least = sum(not x.is_optional for x in self.parameters)

    def __str__(self):
        shown, is_named = [], False
        for x in self.parameters:
            shown += ["*"] * (x.is_named and not is_named) + [str(x)]
            is_named = x.is_named
        return f"({', '.join(shown)})"


class Misfit(Exception):
    """Why a call does not fit a signature, and whether that is said whatever other signatures there are."""

    def __init__(self, text, at_once=False):
        super().__init__(text)
        self.at_once = at_once


@functools.cache
def _table():
    """The signatures of functions, methods and nn's functions by name; none for a method without arguments."""
    table, names = {}, None
    with open(os.path.join(os.path.dirname(__file__), "signatures.txt"), encoding="ascii") as file:
        for line in file.read().splitlines():
            if line.startswith("["):
                names = table.setdefault(line.strip("[]"), {})
            elif line and line[0] != "#":
                names.setdefault(line.partition("(")[0], []).append(line)
    return table


@functools.cache
def signatures_of(space, name):
    """A function's signatures; None where none are known."""
    lines = _table()[space].get(name)
    if space == "nn" and lines == [name]:
        lines = _table()["functions"].get(name)
    return lines and [] if lines == [name] else lines and [_Signature(line) for line in lines]


# ---------------------------------------------------------------- whether a value fits

def is_known_apart(value):
    """Whether a value stands for a number that only a call or a run tells."""
    return isinstance(value, _agc.Extent) or type(value).__module__ == "agc._check.unknown"


def _is_index(value):
    return is_known_apart(value) or hasattr(type(value), "__index__") and not isinstance(value, bool) and not _is_tensor(value) or _is_whole(value)


def _is_tensor(value):
    from agc._tensor import Tensor
    return isinstance(value, Tensor)


def _is_whole(value):
    """Whether a value is a tensor of one integer."""
    return _is_tensor(value) and not value.dim() and not (
        value.is_floating_point() or value.is_complex() or str(value.dtype) == "torch.bool" or value.requires_grad)


def _is_single(value):
    """Whether a tensor, of one integer, stands for a list of one."""
    return value.numel() == 1 and not (value.is_floating_point() or value.is_complex() or value.requires_grad)


def _is_number(value, kinds):
    if _is_tensor(value):
        return not value.dim() and not value.requires_grad
    return isinstance(value, kinds) or is_known_apart(value) or (
        type(value).__module__ == "numpy" and hasattr(value, "item") and not getattr(value, "shape", ()))


def _fits_list(parameter, value):
    if isinstance(value, (tuple, list)):
        if value and not _is_index(value[0]):
            raise Misfit(f"tuple of ints, but found element of type {_type_name(value[0])} at pos 0")
        return True
    return parameter.size > 0 and (_is_single(value) if _is_tensor(value) else _is_index(value))


def _fits_tensors(value, place):
    if not isinstance(value, (tuple, list)):
        return False
    for at, element in enumerate(value):
        if not _is_tensor(element):
            raise Misfit(f"expected Tensor as element {at} in argument {place}, but got {_type_name(element)}", at_once=True)
    return True


def _fits(signature, parameter, value, place):
    """Whether a value is what a parameter takes."""
    from agc._dtype import device, dtype
    kind = parameter.kind
    if kind == "Tensor":
        return _is_tensor(value) or signature.takes_numbers and _is_number(value, (int, float, complex))
    if kind in ("Scalar", "double"):
        return _is_number(value, (int, float, complex) if kind == "Scalar" else (int, float))
    if kind in ("int64_t", "SymInt"):
        return (is_known_apart(value) or isinstance(value, int) and not isinstance(value, bool) or _is_whole(value) or
                not isinstance(value, (bool, float, str)) and not _is_tensor(value) and hasattr(type(value), "__index__"))
    if kind in ("IntArrayRef", "SymIntArrayRef"):
        return _fits_list(parameter, value)
    if kind in ("TensorList", "List<::std::optional<Tensor>>"):
        return _fits_tensors(value, place)
    if kind == "ScalarList":
        return isinstance(value, (tuple, list)) and all(_is_number(x, (int, float, complex)) for x in value)
    if kind == "bool":
        return isinstance(value, bool) or type(value).__name__ == "bool_" or is_known_apart(value)
    if kind == "string_view":
        return isinstance(value, str)
    if kind == "ScalarType":
        return isinstance(value, dtype) or value in (bool, int, float, complex)
    if kind == "Device":
        return isinstance(value, (str, int, device)) and not isinstance(value, bool)
    return not isinstance(value, (bool, int, float, complex, str, tuple, list)) and not _is_tensor(value) and type(value) is not object


def _type_name(value):
    kind = type(value)
    if _is_tensor(value) and kind.__name__ in ("Tensor", "Parameter"):
        return kind.__name__
    return f"{kind.__module__}.{kind.__name__}" if kind.__module__ in ("torch", "numpy") else kind.__name__


# ---------------------------------------------------------------- one signature

def _check(signature, args, kwargs):
    """Raises why a call does not fit a signature."""
    name, parameters, place, left, lists = signature.name, signature.parameters, 0, len(kwargs), []
    if args and signature.placed == 1 and parameters[0].kind.endswith("IntArrayRef") and _is_index(args[0]):  # sizes, given apart
        args = (args,)
    if len(args) > signature.placed:
        raise Misfit(_said_of_count(signature, len(args)))
    for i, parameter in enumerate(parameters):
        is_placed = place < len(args)
        if is_placed and parameter.is_named:
            raise Misfit(_said_of_count(signature, len(args)))
        given = [args[place]] if is_placed else [kwargs[n] for n in parameter.names if n in kwargs][:1]
        if not given and not parameter.is_optional:
            missing = [x.name for x in parameters[i:] if not x.is_optional]
            names = ", ".join(f'"{x}"' for x in missing)
            raise Misfit(f"{name}() missing {len(missing)} required positional argument{'s' * (len(missing) == 1)}: {names}")
        if given and not (given[0] is None and parameter.takes_none):
            _check_value(signature, parameter, given[0], place if is_placed else None, i)
            lists += [(parameter, given[0])] * (parameter.title == "tuple of ints" and isinstance(given[0], (tuple, list)))
        place += is_placed
        left -= bool(given) and not is_placed
    _check_named(signature, kwargs, left, len(args))
    for parameter, values in lists:
        for at, value in enumerate(values, 1):
            if not _is_index(value):
                raise Misfit(f"{name}(): argument '{parameter.name}' failed to unpack the object at pos {at} with error \"type "
                             f"must be tuple of ints,but got {type(value).__name__}\"", at_once=True)


def _check_value(signature, parameter, value, place, i):
    at = "" if place is None else f" (position {place + 1})"
    try:
        if _fits(signature, parameter, value, i):
            return
        found = f"{parameter.title}, not {type(value).__name__}"
    except Misfit as error:
        if error.at_once:
            raise
        found = str(error) if at else f"{parameter.title}, not {type(value).__name__}"
    raise Misfit(f"{signature.name}(): argument '{parameter.name}'{at} must be {found}")


def _check_named(signature, kwargs, left, count):
    for name in kwargs if left > 0 else ():
        at = next((i for i, x in enumerate(signature.parameters) if x.name == name), None)
        if at is None:
            raise Misfit(f"{signature.name}() got an unexpected keyword argument '{name}'")
        if at < count:
            raise Misfit(f"{signature.name}() got multiple values for argument '{name}'")


def _said_of_count(signature, count):
    name, least, most = signature.name, signature.least, signature.placed
    if least != most:
        return f"{name}() takes from {least} to {most} positional arguments but {count} were given"
    return (f"{name}() takes {most} positional argument{'s' * (most != 1)} but {count} {'was' if count == 1 else 'were'} "
            "given")


# ---------------------------------------------------------------- all signatures

def misfit(signatures, args, kwargs):
    """What is wrong with a call, in the parser's words; None where a signature takes it."""
    for signature in signatures:
        try:
            _check(signature, args, kwargs)
            return None
        except Misfit as error:
            if error.at_once or len(signatures) == 1:
                return str(error)
    count = len(args) + len(kwargs)
    shown = [x for x in signatures if not x.is_hidden]
    plausible = [x for x in shown if x.least <= count <= len(x.parameters)]
    if len(plausible) == 1:
        try:
            _check(plausible[0], args, kwargs)
        except Misfit as error:
            return str(error)
    return _said_of_forms(signatures[0].name, shown, args, kwargs)


def misplaced(signature, given):
    """What is wrong with one of the arguments, by their names, that a function hands on in the places that they have there."""
    for i, parameter in enumerate(signature.parameters):
        value = given.get(parameter.name)
        is_whole = value is not None and not (isinstance(value, (tuple, list)) and any(x is None for x in value))  # else filled in
        if is_whole and parameter.name != "reduction":  # a word, which is handed on as a number
            try:
                _check_value(signature, parameter, value, i, i)
            except Misfit as error:
                return str(error)
    return None


_INTEGERS = ("int64_t", "SymInt", "IntArrayRef", "SymIntArrayRef")


def with_integers(signatures, args, kwargs):
    """The arguments of a call with integers where tensors of one stand for them; None where none does."""
    for signature in signatures or ():
        places = [x for x in signature.parameters if not x.is_named]
        found = {i: int(value) for i, (x, value) in enumerate(zip(places, args)) if x.kind in _INTEGERS and _is_tensor(value)}
        named = {n: int(kwargs[n]) for x in signature.parameters if x.kind in _INTEGERS
                 for n in x.names if _is_tensor(kwargs.get(n))}
        if (found or named) and misfit([signature], args, kwargs) is None:
            return [found.get(i, value) for i, value in enumerate(args)], {**kwargs, **named}
    return None


def _said_of_forms(name, signatures, args, kwargs):
    got = [_type_name(x) for x in args] + [f"{k}={_type_name(kwargs[k])}" for k in _agc.as_hashed(list(kwargs))]
    got = "(" + ", ".join(got) + (", " if kwargs and not args else "") + ")"
    words = f"{name}() received an invalid combination of arguments - got "
    if len(signatures) == 1:
        unknown = _unmatched(signatures[0], kwargs)
        if unknown:
            return words + f"unrecognized keyword arguments: {', '.join(unknown)}"
        return words + f"{_marked(signatures[0], args, kwargs) or got}, but expected {signatures[0]}"
    return words + f"{got}, but expected one of:\n" + "".join(f" * {x}\n{_why(x, args, kwargs)}" for x in signatures)


def _why(signature, args, kwargs):
    """The line that says what keeps a signature apart from a call with as many arguments."""
    marked, unknown = _marked(signature, args, kwargs), _unmatched(signature, kwargs)
    if marked is None:
        return ""
    return "      didn't match because some of the " + (
        f"keywords were incorrect: {', '.join(unknown)}\n" if unknown else f"arguments have invalid types: {marked}\n")


def _words(signature):
    """A signature's arguments as types and names: what PyTorch takes for them, the last word and the others."""
    return [tuple(x.rpartition(" ")[::2]) for x in str(signature)[1:-1].split(", ")]


def _unmatched(signature, kwargs):
    names = [name for _, name in _words(signature)[-len(kwargs):]] if kwargs else []
    return [name for name in _agc.as_hashed(list(kwargs)) if name not in names]


def _marked(signature, args, kwargs):
    """The types of arguments, those that differ from the signature's between marks; None where their count does."""
    words = _words(signature)
    if len(words) != len(args) + len(kwargs) or _unmatched(signature, kwargs):
        return None if len(words) != len(args) + len(kwargs) else ""
    shown = []
    for i, (kind, name) in enumerate(words):
        value = args[i] if i < len(args) else kwargs[name]
        found = _type_name(value)
        fits = found in {"float": ("float", "int"), "int": ("int",)}.get(kind, (kind,))
        if isinstance(value, (tuple, list)):
            elements = ", ".join(map(_type_name, value))
            found += f" of ({elements}{',' * (len(value) == 1)})" if isinstance(value, tuple) else f" of [{elements}]"
        found = found if i < len(args) else f"{name}={found}"
        shown.append(found if fits else f"!{found}!")
    return "(" + ", ".join(shown) + (", " if not args and shown else "") + ")"
