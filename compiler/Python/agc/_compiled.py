"""Models that were compiled, called from Python: agc.load("model.so")."""
import json
import os
import struct
from collections import OrderedDict
from collections.abc import Mapping

from agc import _agc, _dtype
from agc._structure import flat, rebuilt
from agc._tensor import Tensor


class _Array:
    """A result's memory as numpy sees it."""

    def __init__(self, result):
        import numpy
        self._result = result
        dtype = numpy.dtype(_dtype.of(result.dtype)._name)
        self.__array_interface__ = {"version": 3, "shape": tuple(result.shape), "typestr": dtype.str,
                                    "data": (result.address, False)}


class Function:
    """A function of a compiled model. It takes numpy arrays, tensors and numbers, by position or by name, and extents
    that no input tells by name; it returns arrays, or tensors where one was given, in the structure that the program's
    function returned."""

    def __init__(self, model, name, location, inputs, outputs, extents, structure):
        self._model, self.__name__, self.location = model, name, location
        self.inputs, self.outputs = {n: kind for n, _, kind in inputs}, {n: kind for n, _, kind in outputs}
        self._dtypes, self._extents = {n: dtype for n, dtype, _ in inputs}, extents
        self._structure = json.loads(structure) if structure else flat(name, list(self.outputs))

    def __repr__(self):
        kinds = [", ".join(f"{n}: {kind}" for n, kind in part.items()) for part in (self.inputs, self.outputs)]
        return f"{self.__name__}({kinds[0]}) -> ({kinds[1]})"

    def __call__(self, *args, **kwargs):
        if len(args) > len(self.inputs):
            raise TypeError(f"{self.__name__}() takes {len(self.inputs)} inputs, got {len(args)}")
        given = dict(zip(self.inputs, args))
        extents = {}
        for name, value in kwargs.items():
            if name in given or name not in self.inputs and name not in self._extents:
                raise TypeError(f"{self.__name__}() " + (f"got input '{name}' twice" if name in given
                                                         else f"has no input '{name}'"))
            (extents if name in self._extents and name not in self.inputs else given)[name] = value
        wants_tensors = any(isinstance(value, Tensor) for value in given.values())
        results = self._model.call(self.__name__, {n: self._elements(n, v) for n, v in given.items()}, extents)
        return rebuilt(self._structure, {r.name: r.tensor() if wants_tensors else self._array(r) for r in results})

    def _elements(self, name, value):
        """What the call reads: memory in row-major order."""
        if isinstance(value, Tensor):
            return value
        try:
            if hasattr(value, "__array_interface__"):
                import numpy
                return numpy.asarray(value, order="C")
            if isinstance(value, (bool, int, float, complex, list, tuple)):
                return self._numbers(name, value)
        except (TypeError, ValueError, RuntimeError) as error:
            raise self._refused(name, value, f": {error}") from None
        try:
            memoryview(value)
        except TypeError:
            raise self._refused(name, value) from None
        return value

    def _refused(self, name, value, why=""):
        return TypeError(f"input '{name}' of '{self.__name__}' is {self.inputs[name]}: expected a tensor, an array or numbers, "
                         f"got {type(value).__name__}{why}")

    def _numbers(self, name, value):
        import agc
        made = agc.tensor(value, dtype=_dtype.of(self._dtypes[name]))
        if not (made.is_floating_point() or made.is_complex()) and agc.tensor(value).is_floating_point() and \
                not bool((made == agc.tensor(value, dtype=agc.float64)).all()):
            raise ValueError(f"{value!r} is not whole")
        return made

    def _array(self, result):
        import numpy
        if _dtype.of(result.dtype) is _dtype.bfloat16:
            raise TypeError(f"{self.__name__}() returns bfloat16, which numpy has not: give it tensors")
        return numpy.asarray(_Array(result))


class Model:
    """A compiled model: each of its functions is an attribute; the state that they share is this object's own."""

    def __init__(self, model):
        self._model = model
        for parts in model.functions():
            setattr(self, parts[0], Function(model, *parts))

    def __repr__(self):
        functions = [f"  {value!r}" for value in vars(self).values() if isinstance(value, Function)]
        return "\n".join([f"compiled model '{self._model.name}'", *functions])

    def state_dict(self):
        """The state by name, copied."""
        return OrderedDict((name, _agc.from_bytes(data, dtype, list(shape), False))
                           for name, dtype, shape, data in self._model.states())

    def load_state_dict(self, state_dict, strict=True):
        """Takes tensors or arrays by name; all or nothing. Without `strict`, names that the state has not are left out,
        and what is not given stays. Returns the names that were missing and unexpected, as modules do."""
        from agc.nn.modules._state import _IncompatibleKeys
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        given, own = OrderedDict(state_dict), self.state_dict()
        keys = _IncompatibleKeys([name for name in own if name not in given],
                                 [name for name in given if name not in own])
        if not strict:
            given = OrderedDict((name, given.get(name, value)) for name, value in own.items())
        self._model.load_bytes(safetensors(given))
        return keys

    def save(self, path):
        """Writes the state as safetensors."""
        self._model.save(os.fspath(path))

    def load(self, path):
        """Takes the state that a safetensors file has; all or nothing."""
        self._model.load(os.fspath(path))


def safetensors(tensors):
    """Tensors or arrays by name, as the bytes of a file."""
    import agc
    header, parts, at = {}, [], 0
    for name, value in tensors.items():
        try:
            tensor = agc.as_tensor(value).detach()
        except (TypeError, ValueError, RuntimeError) as error:
            raise TypeError(f"'{name}' is no tensor and no array of numbers: {error}") from None
        if tensor.dtype is _dtype.complex128:
            raise NotImplementedError(f"'{name}' is complex128, which safetensors has not")
        kind = {"bool": "BOOL", "bfloat16": "BF16"}.get(tensor.dtype._name) or \
            tensor.dtype._kind[0].upper() + str(8 * tensor.dtype.itemsize)
        data = _agc.to_bytes(tensor)
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [at, at + len(data)]}
        parts.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def is_library(f):
    """Whether a file is a shared object."""
    if not isinstance(f, (str, os.PathLike)):
        return False
    with open(f, "rb") as file:
        return file.read(4) == b"\x7fELF"


def load(path, model="", threads=1):
    """A model of a shared object that `agc --shared` wrote; `model` names it where there are several."""
    return Model(_agc.load_model(os.fspath(path), model, threads))
