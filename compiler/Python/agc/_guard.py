"""What a call that does not fit a function says: torch's words, and none of what is inside; and numpy's names of arguments,
which torch takes, too."""
import functools
import os
import re
import types

from agc import _agc
from agc._callables import is_method, unwrapped
from agc._dtype import PYTHON, dtype, of_python
from agc._signatures import is_known_apart, misfit, misplaced, signatures_of, with_integers
from agc._tensor import Tensor

_FOLDER = os.path.dirname(os.path.abspath(__file__))

# As torch's parser of arguments has them.
_NUMPY = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input", "x2": "other"}

# Parameters that take tensors alone, wherever torch has them.
_TENSORS = frozenset("self input tensor mat1 mat2 batch1 batch2 vec vec1 vec2 tensor1 tensor2 mask src A x1 x2".split())

# Those that are integers, lists of them, and numbers.
_INTEGERS = frozenset("dim dim0 dim1 dim2 k diagonal offset groups length bins decimals num_samples dimension start_dim end_dim "
                      "num_classes chunks".split())
_LISTS = frozenset("stride padding kernel_size dilation output_padding pad dims output_size shifts normalized_shape "
                   "repeats".split())
_NUMBERS = frozenset("alpha beta value fill_value maxnorm".split())

_HELPERS = ("agc._guard", "agc._missing", "agc._out", "agc._warnings")  # what a namespace imports beside its own functions

# What Python says where a value of the wrong type is used, deep inside.
_INSIDE = re.compile(r"object is not (iterable|subscriptable|callable)|unsupported operand type|incompatible function arguments|"
                     r"must be real number|has no len\(\)|cannot be interpreted as an integer|not supported between|"
                     r"bad operand type|takes the types")


# What an argument of the wrong type may end in.
MISTAKES = (TypeError, AttributeError, RuntimeError, ValueError, LookupError, ArithmeticError)


def guarded(function, name, own=0, numpy=True):
    """The function under a name of torch's; of a method's arguments the first, its own tensor, is none that a program
    wrote."""
    guard = functools.update_wrapper(_agc.Guard(function, bool(own)), function)
    guard.__name__ = guard.__qualname__ = name
    guard._space = "methods" if own else "functions" if numpy else "nn"
    return guard


def _forms(guard):
    """The signatures of a guarded function, as the guard looks through them: whether numbers may stand for tensors, and
    the parameters."""
    found = signatures_of(guard._space, guard.__name__)
    return None if found is None else [(s.takes_numbers, [
        (x.letter, x.is_optional, x.takes_none, x.is_named, x.size > 0, x.names) for x in s.parameters]) for s in found]


def _refuse(guard, args, kwargs, _):
    """Refuses a call that PyTorch's parser of arguments does not take; the guard knows only which it surely takes."""
    if not any(_is_foreign(x) or is_known_apart(x) for x in (*args, *kwargs.values())):
        said = _unparsed(guard.__name__, signatures_of(guard._space, guard.__name__), args, kwargs, guard._space == "methods")
        if said:
            raise TypeError(said)


def _is_foreign(value):
    return hasattr(type(value), "__torch_function__")


def _again(function, args, kwargs, error):
    """A call that went wrong: what it gives once more, where it used numpy's names or Python's types, in a tuple; else its error
    in torch's words. It is not raised here, where its path would keep the arguments."""
    own, numpy = int(function._space == "methods"), function._space != "nn"
    unfit = isinstance(error, (TypeError, AttributeError))
    foreign = next(filter(_is_foreign, (*args, *kwargs.values())), None)
    if foreign is not None and (unfit or isinstance(error, NotImplementedError)):
        return NotImplementedError(f"{function.__name__}() of {type(foreign).__name__}: to call an object's __torch_function__ "
                                   "is not in agc yet")
    renamed = _renamed(function, kwargs) if kwargs and numpy and unfit else kwargs
    if not isinstance(error, ValueError) and any(x in PYTHON for x in (*args, *kwargs.values()) if isinstance(x, type)):
        return function(*map(of_python, args), **{k: of_python(v) for k, v in renamed.items()}),
    if renamed != kwargs:
        return function(*args, **renamed),
    if unfit and any(isinstance(x, Tensor) for x in (*args[1:], *kwargs.values())):
        integers = with_integers(signatures_of(function._space, function.__name__), args[own:], kwargs)
        if integers is not None:
            return function(*args[:own], *integers[0], **integers[1]),
    words, is_ours = None, _is_ours(error)
    signatures = signatures_of(function._space, function.__name__) if is_ours else None
    if signatures is not None:
        said = _unparsed(function.__name__, signatures, args, kwargs, own)
        if said:
            return TypeError(said)
        words = _worded(function, args, kwargs, error, own) if unfit else None
    elif is_ours and not numpy and (said := _handed_on(function, args, kwargs)):
        return TypeError(said)
    elif is_ours:
        unbound = _unbound(function, args, kwargs, own) if isinstance(error, TypeError) else None
        words = ((numpy or not unbound) and _mistyped(function, args, kwargs, error, own) or numpy and unbound or
                 unfit and _worded(function, args, kwargs, error, own))
    names = ["input" if x == "self" else x for x in _parameters(function)[own:]]
    return _placed_in(function.__name__, names, args[own:], kwargs, words or error)


def _unparsed(name, signatures, args, kwargs, own):
    """What PyTorch's parser says of a call that it does not take; None where it takes it."""
    if own and not args:
        return f"unbound method TensorBase.{name}() needs an argument"
    if own and not isinstance(args[0], Tensor):
        return f"descriptor '{name}' for 'torch._C.TensorBase' objects doesn't apply to a '{type(args[0]).__name__}' object"
    if not signatures:
        if kwargs:
            return f"TensorBase.{name}() takes no keyword arguments"
        return f"TensorBase.{name}() takes no arguments ({len(args) - own} given)" if len(args) > own else None
    return misfit(signatures, args[own:], kwargs)


def _handed_on(function, args, kwargs):
    """What is wrong with an argument that a function of nn hands on to PyTorch's parser; None where nothing is known, and
    where Python refuses the call before."""
    signatures = signatures_of("wrapped", function.__name__)
    if not signatures or _unbound(function, args, kwargs, 0):
        return None
    return misplaced(signatures[0], {**dict(zip(_parameters(function), args)), **kwargs})


def _placed_in(name, names, args, kwargs, error):
    """An error of arguments with the place of the one that it names."""
    if not isinstance(error, TypeError) or not str(error).startswith(name + "("):
        return error
    argument = re.match(r"(\w+\(\): argument '(\w+)')(?: \(position \d+\))? (must be .*)", str(error))
    if argument and argument[2] in names[:len(args)]:
        return TypeError(f"{argument[1]} (position {names.index(argument[2]) + 1}) {argument[3]}")
    if argument and argument[2] in kwargs:
        return TypeError(f"{argument[1]} {argument[3]}")
    return error


def of_record(name, args, error):
    """Raises the error of a method that is a record as it is; its arguments are there with their defaults."""
    parameters = _signature(getattr(Tensor, name, None))
    signatures = signatures_of("methods", name) if parameters else None
    error = TypeError(name + str(error)[str(error).index("("):])
    if signatures:
        placed = {p.name for x in signatures if not x.is_hidden for p in x.parameters[:x.placed]}
        given = [(x.name, value) for x, value in zip(parameters.values(), args)][1:]
        while given and given[-1][1] is parameters[given[-1][0]].default:
            given.pop()
        said = _unparsed(name, signatures, [args[0], *(v for n, v in given if n in placed)],
                         {n: v for n, v in given if n not in placed}, 1)
        raise TypeError(said) if said else next((_complex(name, args[0], n, v) for n, v in given if type(v) is complex), error)
    raise _placed_in(name, list(parameters)[1:], args[1:], {}, error) from None


def _complex(name, input, parameter, value):
    """The error of a complex number that a real tensor does not take, or a record."""
    if input.is_complex():
        return NotImplementedError(f"{name}(): a complex {parameter} is not in agc yet")
    if parameter == "alpha":
        return RuntimeError("For non-complex input tensors, argument alpha must not be a complex number.")
    return RuntimeError(f"value cannot be converted to type {_agc.cpp_name_of(input._dtype)} without overflow")


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
    inner = unwrapped(function)
    if isinstance(inner, types.FunctionType) and ("<" in inner.__qualname__ or inner.__name__[0] == "_"):
        inner.__qualname__ = name
    return function


def _parameters(function):
    import inspect  # not sooner: it costs much to import
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # C++
        signatures = getattr(function, "__nb_signature__", None)
        return re.findall(r"(\w+): ", signatures[0][0]) if signatures else []


def _renamed(function, kwargs):
    """Arguments by torch's names, of a call that cannot have begun."""
    names = _parameters(function)
    return {_NUMPY[k] if k not in names and _NUMPY.get(k) in names else k: v for k, v in kwargs.items()}


def _mistyped(function, args, kwargs, error, own):  # torch's parser looks at types first, Python at their number
    """The TypeError of the first argument that no function of torch takes in its place, whatever it led to; None where each
    may be right or the error names one already."""
    name, parameters = function.__name__, _signature(function)
    if str(error).startswith(("expected Tensor as", "invalid type", "dtype must be")) or str(error).startswith(name + "(") and (
            isinstance(error, NotImplementedError) or re.search(r"\(position |invalid combination", str(error))):
        return None
    placed = _placed(parameters)
    given = [(p, i - own, v) for i, (p, v) in enumerate(zip(placed, args), 1) if i > own]
    given += [(parameters[k], None, v) for k, v in kwargs.items() if k in parameters]
    unfit = isinstance(error, TypeError) or "Boolean value of Tensor" in str(error) or "cannot be converted" in str(error)
    for parameter, place, value in given:
        kind = _expected(parameter, value, unfit)
        if kind == "Tensor" and isinstance(value, (int, float, complex)) and "must be Tensors" not in str(error) and any(
                isinstance(v, Tensor) for _, _, v in given):
            kind = None  # what takes a number in place of one of its tensors
        if kind:
            shown = "input" if parameter.name == "self" else parameter.name
            at = f" (position {place})" if place else ""
            if kind == "tuple of ints" and isinstance(value, (tuple, list)) and parameter.name not in _WINDOWS:
                return TypeError(f"{name}(): argument '{shown}'{at} {_unpacked(value)}")
            return TypeError(f"{name}(): argument '{shown}'{at} must be {kind}, not {type(value).__name__}")
    return None


_WINDOWS = ("stride", "padding", "dilation", "output_padding")  # lists of as many integers as there are dims


def _unpacked(values):
    """What is wrong with a list of integers."""
    at = next(i for i, x in enumerate(values) if not hasattr(x, "__index__"))
    kind = type(values[at]).__name__
    return (f'failed to unpack the object at pos {at + 1} with error "type must be tuple of ints,but got {kind}"' if at else
            f"must be tuple of ints, but found element of type {kind} at pos 0")


def _unbound(function, args, kwargs, own):
    """The TypeError of a call that has not the arguments that the function takes, as torch's parser has it."""
    name, parameters = function.__name__, _signature(function)
    if not parameters or any(x.kind is x.VAR_POSITIONAL for x in parameters.values()):
        return None
    placed, given = _placed(parameters)[own:], len(args) - own
    missing = [x.name for x in placed[given:] if x.default is x.empty and x.name not in kwargs]
    if given > len(placed):
        if not placed and len(parameters) == own:
            return TypeError(f"TensorBase.{name}() takes no arguments ({given} given)") if own else None
        least = sum(x.default is x.empty for x in placed)
        takes = f"{len(placed)}" if least == len(placed) else f"from {least} to {len(placed)}"
        return TypeError(f"{name}() takes {takes} positional argument{'' if takes == '1' else 's'} but {given} "
                         f"{'was' if given == 1 else 'were'} given")
    if missing:
        names = ", ".join(f'"{"input" if x == "self" else x}"' for x in missing)
        return TypeError(f"{name}() missing {len(missing)} required positional argument{'s' if len(missing) == 1 else ''}: {names}")
    if any(x.kind is x.VAR_KEYWORD for x in parameters.values()):
        return None
    unknown = next((k for k in kwargs if k not in parameters and k != "out"), None)
    return TypeError(f"{name}() got an unexpected keyword argument '{unknown}'") if unknown else None


def _signature(function):
    import inspect
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):  # C++
        return {}


def _placed(parameters):
    """The parameters that may be given by position."""
    return [x for x in parameters.values() if x.kind in (x.POSITIONAL_OR_KEYWORD, x.POSITIONAL_ONLY)]


def _expected(parameter, value, unfit):
    """What torch expects of a parameter that cannot be this value: by its name or by its default. Where the call did not fit
    at all, lists and tensors cannot be integers, or numbers."""
    name, default, is_tensor = parameter.name, parameter.default, isinstance(value, Tensor)
    if name in _TENSORS and not is_tensor:
        return "Tensor"
    if value is default or default is None and value is None:
        return None
    is_number = hasattr(value, "__index__" if name in _INTEGERS else "__float__") and (
        not is_tensor or not unfit or value.numel() == 1)
    if name in _INTEGERS and not isinstance(default, float) and not is_number and (unfit or not isinstance(value, (tuple, list))):
        return "tuple of ints" if default == () or type(default) is object else "int"
    if name in _LISTS and unfit and (isinstance(value, (float, Tensor)) or value is None or
                                     isinstance(value, str) and name != "padding" or type(value) is object or
                                     isinstance(value, (tuple, list)) and not all(hasattr(x, "__index__") for x in value)):
        return "tuple of ints"
    if name in _NUMBERS and unfit and not is_number and not isinstance(value, complex):
        return "Number"
    if name in ("weight", "bias", "running_mean", "running_var") and unfit and not is_tensor:
        return "Tensor"
    if name == "other" and unfit and not is_tensor and not hasattr(value, "__float__") and not isinstance(value, complex):
        return "Tensor"
    if name == "dtype" and not isinstance(value, dtype):
        return "torch.dtype"
    if isinstance(default, bool) and not isinstance(value, bool) and (unfit or not is_tensor):
        return "bool"
    if isinstance(default, float) and not is_tensor and not hasattr(value, "__float__"):
        return "float"
    return None


def _worded(function, args, kwargs, error, own):
    """The TypeError that torch raises instead; None where the error is worded already."""
    name, names, args = function.__name__, _parameters(function)[own:], args[own:]
    if isinstance(error, AttributeError) and error.name is None:
        return None  # of no object
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
    inner = unwrapped(function).__name__
    if own and not names and args and "incompatible function arguments" in str(error):
        return TypeError(f"TensorBase.{name}() takes no arguments ({len(args)} given)")
    if inner != name and str(error).startswith(inner + "()") and not _INSIDE.search(str(error)):
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


_agc.set_words(Tensor, dtype, MISTAKES, _forms, _refuse, _again, _is_ours)


def guard_methods():
    """Guards the methods of tensors."""
    for name, function in list(vars(Tensor).items()):
        if name[0] != "_" and is_method(function):
            setattr(Tensor, name, guarded(entitled(function, name), name, own=1))


def guard_functions(found, numpy=True, prefix=""):
    """Guards the functions of a namespace, which take numpy's names or not, under names that begin with a prefix."""
    for name, function in list(found.items()):
        if name[0] != "_" and is_function(function) and function.__module__ not in _HELPERS:
            function = function.__wrapped__ if isinstance(function, _agc.Guard) else function
            found[name] = guarded(entitled(function, prefix + name), prefix + name, numpy=numpy)


def is_function(value):
    """Whether a value is a function of Python's, guarded or not."""
    return isinstance(value, types.FunctionType) or isinstance(value, _agc.Guard)
