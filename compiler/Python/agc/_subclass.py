"""Tensor classes of a program: what functions give that are given such a tensor is of its class, too."""
import functools
import importlib

from agc._callables import is_method
from agc._guard import is_function
from agc._tensor import Tensor
from agc._trees import parts_of, rebuilt

_SPACES = ("agc", "agc.autograd", "agc.linalg", "agc.nn.functional", "agc.special")
_COMPARED = {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"}
# What they give has the class that it has.
_APART = {"tensor", "as_subclass", "__deepcopy__", "__getattr__", *dir(object)} - _COMPARED
_ITERATORS = type(iter(())), type(iter([]))


@functools.cache
def keep_classes():
    """From the first such class on; a program that has none pays nothing."""
    Tensor.__init__ = _begin
    for name, value in list(vars(Tensor).items()):
        if isinstance(value, property) and _is_public(name) and name != "grad":
            setattr(Tensor, name, property(_keeping(value.fget, name), value.fset, value.fdel))
        elif _is_public(name) and is_method(value):
            setattr(Tensor, name, _keeping(value, name))
    for space in _SPACES:
        found = vars(importlib.import_module(space))
        for name, value in list(found.items()):
            if _is_public(name) and name[0] != "_" and is_function(value):
                found[name] = _keeping(value, name)


_init = Tensor.__init__


def _begin(self, *args, **named):
    """What a class's own __new__ gives is a tensor already."""
    own = type(self).__mro__[:type(self).__mro__.index(Tensor)]
    if not any("__new__" in vars(cls) for cls in own):
        _init(self, *args, **named)


def _is_public(name):
    return name not in _APART and (name[0] != "_" or name[:2] == name[-2:] == "__")


def _keeping(function, name):
    def called(*args, **kwargs):
        result = function(*args, **kwargs)
        cls = _class_of((*args, *kwargs.values()))
        return result if cls is Tensor else _in_class(result, cls)
    called.__name__ = called.__qualname__ = name
    called.__doc__, called.__wrapped__ = function.__doc__, function
    return called


def _class_of(values):
    """The most special of the tensors' classes; parameters have none of their own."""
    from agc.nn.parameter import Parameter
    found = Tensor
    for value in values:
        if isinstance(value, (tuple, list)):
            kind = _class_of(value)
        else:
            kind = type(value)
        if issubclass(kind, found) and not issubclass(kind, Parameter):
            found = kind
    return found


def _in_class(result, cls):
    if isinstance(result, Tensor):
        return result if isinstance(result, cls) else result.as_subclass(cls)
    if isinstance(result, _ITERATORS):
        return iter([_in_class(x, cls) for x in result])
    parts = parts_of(result) if isinstance(result, (tuple, list)) else None
    if not parts or not any(isinstance(x, Tensor) for x in parts):
        return result
    return rebuilt(result, [_in_class(x, cls) for x in parts])
