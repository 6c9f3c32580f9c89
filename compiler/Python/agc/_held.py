"""What compiled code holds of a program as it was: all that a function may read there, beside the numbers of tensors."""
import array
import collections.abc
import dis
import functools
import inspect
import io
import logging
import operator
import random
import sys
import types
from operator import is_

from agc._tensor import Tensor
from agc._trees import PLAIN

_MISSING = object()
# Who uses these may read any attribute, or any global.
_EVERY = {"getattr", "vars", "__dict__", "asdict", "astuple", "attrgetter", "methodcaller", "globals"}
# What of them does things that no program undoes: its code is not run only to be traced.
_DEEDS = {"print", "open", "input", "next", "exec", "eval"}
_DOERS = (io.IOBase, logging.Logger, random.Random, collections.abc.Iterator)
_FOREIGN = {"agc", "torch", "numpy", "builtins", *sys.stdlib_module_names} - {"__main__"}
_CONTAINERS = (list, tuple, set, frozenset, dict, collections.deque, array.array, bytearray)


class Held:
    """What was there when it was made: `stands` says whether it still is. What is read is found from the code: names of
    globals, and of attributes wherever objects of the program have them. Optimizers remember what a first step makes:
    without `remembered` that is left out. `whole` takes every attribute, to `restore` them."""

    def __init__(self, roots, remembered=True, whole=False):
        self._remembered, self._whole, self._names, self.does, known = remembered, whole, {"forward"}, False, None
        while known != len(self._names):  # code that is found reads further names
            known, self._seen, self._facts, self._empty, self._todo = len(self._names), {}, [], [], list(roots)
            while self._todo:
                self._walk(self._todo.pop())
        self._seen = list(self._seen.values())  # no other object gets the number of one of them

    def stands(self):
        return self.changed() is None

    def changed(self):
        """What is there no longer as it was; None where all is."""
        for read, names, values, _ in self._facts:
            if _differ(now := read(), values):
                return next((name if " " in name else f"'{name}'" for name, a, b in zip(names, now, values)
                             if not _same(a, b)), "a list or a dict")
        return "a list or a dict" if any(self._empty) else None

    def restore(self):
        """Puts all back that was held and can be written."""
        for read, _, values, write in self._facts:
            if write and _differ(read(), values):
                write(values)
        for value in self._empty:
            if value and hasattr(value, "clear"):
                value.clear()

    def reads(self, name):
        """Whether the code reads an attribute of this name."""
        return name in self._names

    def _hold(self, read, names, write=None):
        values = tuple(read())
        self._facts.append((read, names, values, write))
        self._todo += values

    def _hold_names(self, table, names, owner=None):
        """Entries of a table, which is of an owner's where only that can write them."""
        names = sorted(names)

        def write(values):
            for name, value in zip(names, values):
                if owner is not None:
                    _set_attribute(owner, name, value)
                elif value is _MISSING:
                    table.pop(name, None)
                else:
                    table[name] = value
        if names:
            self._hold(lambda: [table.get(name, _MISSING) for name in names], names, write)

    def _hold_all(self, table):
        """Keys and values of a dict."""
        def fill(values):
            table.clear()
            table.update(zip(values[:len(values) // 2], values[len(values) // 2:]))
        self._hold(lambda: [*table, *table.values()], [*map(str, table)] * 2, fill)

    def _walk(self, value):
        if isinstance(value, PLAIN) or value is _MISSING or id(value) in self._seen:
            return
        self._seen[id(value)] = value
        self.does = self.does or isinstance(value, _DOERS) or value is logging or \
            type(value).__module__.startswith("numpy.random")
        if isinstance(value, _CONTAINERS):
            self._container(value)
        if isinstance(value, Tensor):
            self._tensor(value)
        elif isinstance(value, types.FunctionType):
            self._function(value)
        elif isinstance(value, types.MethodType):
            self._todo += [value.__self__, value.__func__]
        elif isinstance(value, types.BuiltinMethodType):
            self._todo.append(value.__self__)
        elif isinstance(value, functools.partial):
            self._todo += [value.func, value.args, value.keywords]
        elif isinstance(value, (staticmethod, classmethod)):
            self._todo.append(value.__func__)
        elif isinstance(value, property):
            self._todo.append(value.fget)
        elif isinstance(value, functools.cached_property):
            self._todo.append(value.func)
        elif isinstance(value, (operator.attrgetter, operator.methodcaller)):
            self._names |= {name for path in value.__reduce__()[1] if isinstance(path, str) for name in path.split(".")}
        elif isinstance(value, types.ModuleType):
            if _is_own(value.__name__):
                self._hold_names(vars(value), self._names & vars(value).keys())
        elif isinstance(value, type):
            self._class(value)
        elif type(value) not in _CONTAINERS:
            self._object(value)

    def _tensor(self, value):
        try:
            self._hold(lambda: (value.requires_grad, value.dtype, *value.shape), ["requires_grad", "dtype", "shape"],
                       lambda values: value.is_leaf and value.requires_grad_(values[0]))
        except RuntimeError:
            return  # of a trace that is over
        self._hold_names(vars(value), vars(value).keys() if self._whole else self._names & vars(value).keys())

    def _container(self, value):
        if not value:
            self._empty.append(value)
        elif isinstance(value, (tuple, frozenset)):
            self._todo += value
        elif isinstance(value, dict):
            self._hold_all(value)
        else:
            def fill(values):
                if hasattr(value, "clear"):
                    value.clear()
                    (value.update if isinstance(value, set) else value.extend)(values)
                else:
                    value[:] = type(value)(value.typecode, values)
            self._hold(lambda: [*value], [f"[{i}]" for i in range(len(value))], fill)

    def _function(self, function):
        code = function.__code__
        self._hold(lambda: (function.__code__, function.__defaults__, function.__kwdefaults__), [function.__name__] * 3)
        if function.__closure__:
            def fill(values):
                for cell, content in zip(function.__closure__, values):
                    _set_attribute(cell, "cell_contents", content)
            self._hold(lambda: [_content(cell) for cell in function.__closure__], code.co_freevars, fill)
        if _is_own(function.__globals__.get("__name__", "")):
            variables, attributes, imported = _read_by(code)
            self._names |= attributes
            self.does = self.does or "write" in attributes or not (_DEEDS & variables).issubset(function.__globals__)
            if "globals" in variables:
                self._hold(lambda: [len(function.__globals__)], ["another global"])
                variables = function.__globals__.keys()
            self._hold_names(function.__globals__, variables)
            self._todo += [sys.modules.get(name) for name in imported]

    def _class(self, kind):
        """What the code reads of a class of the program, operators included: a base's, too, where it comes in between."""
        tables = [vars(base) for base in kind.__mro__ if _is_own(base.__module__)]
        names = {name for table in tables for name in table if name in self._names or
                 name.startswith("__") and inspect.isfunction(table[name]) and name not in ("__init__", "__new__", "__repr__")}
        for base in kind.__mro__:
            if _is_own(base.__module__):
                self._hold_names(vars(base), names, base)
        if tables and type(kind) is not type:
            self._todo.append(type(kind))

    def _attributes(self, value):
        """What the code reads of an object, or finds in its class where the object has none of that name."""
        return self._names & {*vars(value), *(name for base in type(value).__mro__ if _is_own(base.__module__)
                                              for name in vars(base))}

    def _hold_attributes(self, value, names):
        """These, and whether others are there that the code reads or asks for."""
        table, names, asked = vars(value), sorted(names), self._names.difference(names)
        others = table.__len__ if self._names & _EVERY else lambda: asked.isdisjoint(table)
        self._hold(lambda: [others(), *[table.get(name, _MISSING) for name in names]], ["another attribute", *names])
        if self._whole:
            self._hold_all(table)

    def _object(self, value):
        from agc.nn import Module
        from agc.optim import Optimizer
        kind = type(value)
        if self._whole and hasattr(value, "__dict__") and not kind.__module__.startswith("numpy"):
            self._hold_attributes(value, {*vars(value)})
        elif isinstance(value, Optimizer):
            names = {"param_groups", "_step_pre_hooks", "_step_post_hooks"} | ({"state"} if self._remembered else set())
            self._hold_names(vars(value), names)
        elif isinstance(value, Module):
            table = vars(value)
            packages = any(not _is_own(base.__module__) and base not in (Module, *Module.__mro__) for base in kind.__mro__)
            of_every = {name for name in table if name.startswith("_") or name == "training"}
            self._hold_attributes(value, {*table} if packages else of_every | self._attributes(value))
        elif kind.__module__.split(".")[0] in ("agc", "torch", "numpy"):
            return
        else:
            every = bool(self._names & _EVERY) or not _is_own(kind.__module__) and isinstance(value, collections.abc.Collection)
            if hasattr(value, "__dict__"):
                self._hold_attributes(value, {*vars(value)} if every else self._attributes(value))
            slots = [name for base in kind.__mro__ for name in _slots_of(base) if every or name in self._names]
            if slots:
                def fill(values):
                    for name, content in zip(slots, values):
                        _set_attribute(value, name, content)
                self._hold(lambda: [getattr(value, name, _MISSING) for name in slots], slots, fill)
        self._todo.append(kind)


def _slots_of(base):
    slots = vars(base).get("__slots__", ()) if _is_own(base.__module__) else ()
    return (slots, ) if isinstance(slots, str) else slots


def _same(a, b):
    """Whether two values are one; numbers and words are where they are written alike: 1, 1.0 and True are three."""
    return a is b or type(a) is type(b) and isinstance(a, PLAIN) and repr(a) == repr(b)


def _differ(now, values):
    return len(now) != len(values) or not all(map(is_, now, values)) and not all(map(_same, now, values))


def _set_attribute(owner, name, value):
    """Sets it, or takes it away."""
    if value is not _MISSING:
        setattr(owner, name, value)
    elif hasattr(owner, name):
        delattr(owner, name)


def _is_own(module):
    """Whether a module is the program's, by its name."""
    return (module or "").split(".")[0] not in _FOREIGN


def _content(cell):
    try:
        return cell.cell_contents
    except ValueError:  # not assigned yet
        return _MISSING


@functools.lru_cache(maxsize=None)
def _read_by(code):
    """The globals, the attributes and the modules that code reads or writes, functions within it included."""
    variables, attributes, imported = set(), set(), set()
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME", "STORE_GLOBAL", "DELETE_GLOBAL"):
            variables.add(instruction.argval)
        elif instruction.opname in ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR", "IMPORT_FROM", "STORE_ATTR", "DELETE_ATTR"):
            attributes.add(instruction.argval)
        elif instruction.opname == "IMPORT_NAME":
            imported.add(instruction.argval)
    attributes |= variables & _EVERY
    if "hasattr" in variables:
        attributes |= {word for word in code.co_consts if isinstance(word, str)}
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            for known, more in zip((variables, attributes, imported), _read_by(part)):
                known |= more
    return variables, attributes, imported
