"""The names of a program's tensors, as they are the state of what is compiled."""
import inspect
import re

from agc import _agc
from agc._tensor import Tensor


class Names:
    """Finds tensors through what functions can see: a module's by their names in its state_dict, an optimizer's as
    `optimizer.<parameter>.<what>`, others by the variable or attribute that holds them."""

    def __init__(self, functions):
        self._functions = list(functions)
        self._given = {}  # by the tensor object

    def of(self, tensor):
        """The name of a tensor; two never have the same."""
        number = _agc.object_id(tensor)
        if number not in self._given:
            self._look()
        if number not in self._given:
            self._name(number, "state")
        return self._given[number]

    def _name(self, number, name):
        name = re.sub(r"[^A-Za-z0-9_.]", "_", name)
        if number in self._given:
            return
        taken, unique, count = set(self._given.values()), name, 1
        while unique in taken:
            count += 1
            unique = f"{name}_{count}"
        self._given[number] = unique

    def _look(self):
        """Names all that there is now: an optimizer's tensors come with its first step."""
        from agc.nn import Module
        from agc.optim import Optimizer
        from agc._random_exported import engines
        roots = {}
        for number, (_, name) in engines.items():
            self._name(number, name)
        for function in self._functions:
            roots.update(visible(function))
        modules, optimizers, others, seen = {}, {}, [], set()

        def sort(name, value):
            if isinstance(value, Module):
                modules.setdefault(id(value), (name, value))
            elif isinstance(value, Optimizer):
                optimizers.setdefault(id(value), (name, value))
            elif isinstance(value, Tensor):
                others.append((name, value))
            elif id(value) not in seen:
                seen.add(id(value))
                for key, part in _parts(value):
                    sort(f"{name}.{key}", part)

        for name, value in roots.items():
            sort(name, value)
        inner = {id(child) for _, module in modules.values() for child in module.modules() if child is not module}
        outer = [(name, module) for number, (name, module) in modules.items() if number not in inner and
                 (any(True for _ in module.parameters()) or any(True for _ in module.buffers()))]  # a loss has none
        for name, module in outer:
            self._module(module, "" if len(outer) == 1 else name + ".")
        for name, value in others:
            self._name(_agc.object_id(value), name)
        for name, optimizer in optimizers.values():
            self._optimizer(optimizer, "optimizer." if len(optimizers) == 1 else name + ".")

    def _module(self, module, prefix):
        for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
            self._name(_agc.object_id(tensor), prefix + name)
        for name, child in module.named_modules():
            for attribute, value in vars(child).items():
                if isinstance(value, Tensor):
                    self._name(_agc.object_id(value), prefix + (f"{name}." if name else "") + attribute)

    def _optimizer(self, optimizer, prefix):
        for i, (param, state) in enumerate(optimizer.state.items()):
            owner = self._given.get(_agc.object_id(param), str(i)) if isinstance(param, Tensor) else str(i)
            for key, value in state.items():
                if isinstance(value, Tensor):
                    self._name(_agc.object_id(value), f"{prefix}{owner}.{key}")
        for i, group in enumerate(optimizer.param_groups):
            for key, value in group.items():
                if isinstance(value, Tensor):
                    self._name(_agc.object_id(value), f"{prefix}{key}" + (f".{i}" if i else ""))


def visible(function):
    """The variables that a function may use, by name."""
    outer = inspect.unwrap(function)
    function = getattr(outer, "__func__", outer)
    found = dict(getattr(function, "__globals__", {}))
    if hasattr(outer, "__self__"):
        found["self"] = outer.__self__
    if hasattr(function, "__code__"):
        found.update(_cells(function))
        for name, parameter in inspect.signature(function).parameters.items():
            if parameter.default is not parameter.empty:
                found.setdefault(name, parameter.default)
    return {name: value for name, value in found.items() if not name.startswith("__")}


def _parts(value):
    """What a container or an object of the program holds."""
    if isinstance(value, dict):
        return [(key, part) for key, part in value.items() if isinstance(key, (str, int))]
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    own = type(value).__module__.split(".")[0] not in ("agc", "builtins", "torch", "numpy")
    if own and hasattr(value, "__dict__") and not isinstance(value, type) and not inspect.ismodule(value):
        return list(vars(value).items())
    return _cells(value) if inspect.isfunction(value) else []


def _cells(function):
    """The variables of outer functions that a function uses."""
    found = []
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        try:
            found.append((name, cell.cell_contents))
        except ValueError:  # not assigned yet
            pass
    return found
