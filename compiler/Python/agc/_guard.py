"""What a call that does not fit a function says: torch's words, and none of what is inside; and numpy's names of arguments,
which torch takes, too."""
import functools
import inspect
import os
import re

from agc._tensor import Tensor

_FOLDER = os.path.dirname(os.path.abspath(__file__))

# As torch's parser of arguments has them.
_NUMPY = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input", "x2": "other"}

# What Python says where a value of the wrong type is used, deep inside.
_INSIDE = re.compile(r"object is not (iterable|subscriptable|callable)|unsupported operand type|incompatible function arguments|"
                     r"must be real number|has no len\(\)|cannot be interpreted as an integer|not supported between|"
                     r"bad operand type|takes the types")


def guarded(function, name, own=0, numpy=True):
    """The function under a name of torch's; of a method's arguments the first, its own tensor, is none that a program
    wrote. A call that fits costs what it did."""
    @functools.wraps(function)
    def called(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except (TypeError, AttributeError) as error:
            return again(called, args, kwargs, error, own, numpy)
    called.__name__ = called.__qualname__ = name
    return called


def again(function, args, kwargs, error, own=0, numpy=True):
    """A call that went wrong: once more, where it used numpy's names, else its error in torch's words."""
    renamed = _renamed(function, kwargs) if kwargs and numpy else kwargs
    if renamed != kwargs:
        return function(*args, **renamed)
    words = _worded(function, args, kwargs, error, own) if _is_ours(error) else None
    raise words or error from None


def _is_ours(error):
    """Whether an error has no line of the program in its path: a hook's is the program's own."""
    at = error.__traceback__
    while at:
        if not at.tb_frame.f_code.co_filename.startswith(_FOLDER):
            return False
        at = at.tb_next
    return True


def entitled(function, name):
    """The function, whose own name, which Python's errors have, is the one that the program calls it by."""
    inner = inspect.unwrap(function)
    if inspect.isfunction(inner) and ("<" in inner.__qualname__ or inner.__name__[0] == "_"):
        inner.__qualname__ = name
    return function


def _parameters(function):
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # C++
        signatures = getattr(function, "__nb_signature__", None)
        return re.findall(r"(\w+): ", signatures[0][0]) if signatures else []


def _renamed(function, kwargs):
    """Arguments by torch's names, of a call that cannot have begun."""
    names = _parameters(function)
    return {_NUMPY[k] if k not in names and _NUMPY.get(k) in names else k: v for k, v in kwargs.items()}


def _worded(function, args, kwargs, error, own):
    """The TypeError that torch raises instead; None where the error is worded already."""
    name, names, args = function.__name__, _parameters(function)[own:], args[own:]
    if isinstance(error, AttributeError):
        if len(args) > len(names) == 1 and (at := _place(error.obj, args)):  # *tensors
            return TypeError(f"expected Tensor as element {at - 1} in argument 0, but got {type(error.obj).__name__}")
        given = [*zip(range(1, len(args) + 1), names, args), *((None, k, v) for k, v in kwargs.items())]
        for place, parameter, value in given:
            if isinstance(value, str) and parameter == "tensors":
                return TypeError(f"{name}(): argument '{parameter}' (position {place}) must be tuple of Tensors, not str")
            if isinstance(value, (tuple, list)) and (at := _place(error.obj, value)):
                return TypeError(f"expected Tensor as element {at - 1} in argument {(place or 1) - 1}, but got "
                                 f"{type(error.obj).__name__}")
            if value is error.obj and not isinstance(value, Tensor):
                at = f" (position {place})" if place else ""
                return TypeError(f"{name}(): argument '{'input' if parameter == 'self' else parameter}'{at} must be Tensor, "
                                 f"not {type(value).__name__}")
        return None
    inner = inspect.unwrap(function).__name__
    if inner != name and str(error).startswith(inner + "()"):
        return TypeError(name + str(error)[len(inner):])
    if not _INSIDE.search(str(error)):
        return None
    if names and names[0] in ("size", "repeats", "dims") and (said := _no_size(args)):
        return TypeError(f"{name}(): argument '{names[0]}' {said}")
    types = [_type(x) for x in args] + [f"{k}={_type(v)}" for k, v in kwargs.items()]
    expected = f", but expected ({', '.join(names)})" if names else ""
    return TypeError(f"{name}() received an invalid combination of arguments - got ({', '.join(types)}){expected}")


def _place(value, values):
    """Where a value that is no tensor stands among others, counted from 1."""
    return next((i for i, x in enumerate(values, 1) if x is value and not isinstance(x, Tensor)), None)


def _no_size(args):
    """What is wrong with a shape, given as one argument or as several."""
    several = args[0] if len(args) == 1 and isinstance(args[0], (tuple, list)) else args
    for i, size in enumerate(several, 1):
        if isinstance(size, float) or not hasattr(size, "__index__"):
            kind = type(size).__name__
            return (f"(position 1) must be tuple of ints, not {kind}" if several is args and len(args) == 1 else
                    f'failed to unpack the object at pos {i} with error "type must be tuple of ints,but got {kind}"')
    return None


def _type(value):
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__} of [{', '.join(_type(x) for x in value[:10])}]"
    return "Tensor" if isinstance(value, Tensor) else type(value).__name__


def guard_methods():
    """Guards the methods that are no records as they are, and those of C++ that take arguments."""
    from agc import _ops
    for name, function in list(vars(Tensor).items()):
        if name[0] == "_" or function is getattr(_ops, name, None) and "dim" not in function.__code__.co_varnames:
            continue
        if inspect.isfunction(function):
            takes = function.__code__.co_flags & inspect.CO_VARARGS or function.__code__.co_argcount > 1
            entitled(function, name)
        else:
            takes = ", " in getattr(function, "__nb_signature__", [[""]])[0][0].partition(" ->")[0]
        if takes:
            setattr(Tensor, name, guarded(function, name, own=1))


def guard_functions(found, numpy=True):
    """Guards the functions of a namespace, which take numpy's names or not; what takes `out=` under its own name guards itself."""
    for name, function in list(found.items()):
        if name[0] != "_" and inspect.isfunction(function):
            entitled(function, name)
            if not hasattr(function, "without_out") or function.__name__ != name:
                found[name] = guarded(function, name, numpy=numpy)
