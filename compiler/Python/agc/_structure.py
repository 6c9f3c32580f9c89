"""What a function returns: tensors, in tuples, lists and dicts, as named outputs and what they are parts of.

The structure goes into the description of what is compiled, as JSON (`agc_function_info`, runtime/include/agc/agc.h).
"""
from collections import namedtuple
from functools import lru_cache

from agc._tensor import Tensor


class NotExportable(TypeError):
    """Why a function cannot be compiled, which is told at its line."""


class BadResult(NotExportable):
    """What it returns is why."""


class Described:
    """A result's structure, and pairs of a name and a tensor, its outputs."""

    def __init__(self, function, result, names, taken):
        """`function` is its name, `names` those of its parts, `taken` what no output may be called."""
        self._function, self._taken, self.outputs = function, taken, []
        self.structure = self._of(result, names)

    def _of(self, part, names):
        """The structure of a part; `names` is its name, or those of its own parts."""
        if part is None:
            return None
        if isinstance(part, Tensor):
            return self._output(_one(names), part)
        if isinstance(part, dict):
            wrong = [key for key in part if not isinstance(key, str)]
            if wrong:
                raise BadResult(f"{self._function}() returns a dict with the key {wrong[0]!r}: the keys name the outputs, "
                                "and are strings")
            return {"dict": self._parts(part, names)}
        if hasattr(part, "_fields"):
            return {"tuple": self._parts(part._asdict(), names), "name": type(part).__name__}
        if isinstance(part, (tuple, list)):
            return self._sequence(part, names)
        raise BadResult(f"{self._function}() returns {type(part).__name__} for '{_one(names)}': an exported function "
                        "returns tensors")

    def _output(self, name, tensor):
        name = name + "_out" if name in self._taken else name
        self.outputs.append((name, tensor))
        return name

    def _parts(self, parts, names):
        prefix = names + "_" if isinstance(names, str) else ""
        return {key: self._of(part, prefix + key) for key, part in parts.items()}

    def _sequence(self, parts, names):
        own = names if isinstance(names, list) else [f"{names}_{i}" for i in range(len(parts))]
        made = [self._of(part, name) for part, name in zip(parts, own)]
        if isinstance(parts, list):
            return {"list": made}
        if isinstance(names, str):
            return {"tuple": made}
        fields = [known if isinstance(known, str) else name for known, name in zip(made, own)]
        return {"tuple": dict(zip(fields, made)), "name": self._function}


def _one(names):
    return names if isinstance(names, str) else names[0]


@lru_cache(maxsize=None)
def _tuple_type(name, fields):
    return namedtuple(name, fields, rename=True)


def rebuilt(structure, outputs):
    """What has that structure, of outputs by their names."""
    if structure is None:
        return None
    if isinstance(structure, str):
        return outputs[structure]
    if "list" in structure:
        return [rebuilt(part, outputs) for part in structure["list"]]
    if "dict" in structure:
        return {key: rebuilt(part, outputs) for key, part in structure["dict"].items()}
    parts = structure["tuple"]
    if isinstance(parts, list):
        return tuple(rebuilt(part, outputs) for part in parts)
    return _tuple_type(structure["name"], tuple(parts))(*(rebuilt(part, outputs) for part in parts.values()))


def flat(function, names):
    """The structure of what returns these outputs, where nothing else is known: one, or a tuple."""
    return names[0] if len(names) == 1 else {"tuple": {name: name for name in names}, "name": function} if names else None
