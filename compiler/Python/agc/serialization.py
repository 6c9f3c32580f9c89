"""torch.save and torch.load: PyTorch's zip files.

Loading builds tensors, containers and numbers and executes nothing: a file that names anything else is refused.
"""
import collections
import io
import os
import pickle
import zipfile

from agc import _agc, _dtype, _storage
from agc._compiled import is_library
from agc._compiled import load as load_model
from agc._missing import refuse
from agc._sizes import Size
from agc._tensor import Tensor

__all__ = ["load", "save"]

_STORAGES = {"BoolStorage": "bool", "ByteStorage": "uint8", "CharStorage": "int8", "ShortStorage": "int16",
             "IntStorage": "int32", "LongStorage": "int64", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
             "FloatStorage": "float32", "DoubleStorage": "float64", "ComplexFloatStorage": "complex64",
             "ComplexDoubleStorage": "complex128"}
_STORAGE_OF = {name: storage for storage, name in _STORAGES.items()}
_ALIGNMENT = 64


class _Name:
    """A name of torch's in a pickle."""

    def __init__(self, module, name):
        self.module, self.name = module, name

    def __call__(self, *arguments):
        raise TypeError("it only stands for a name")


_TENSOR, _PARAMETER = _Name("torch._utils", "_rebuild_tensor_v2"), _Name("torch._utils", "_rebuild_parameter")
_SIZE, _DEVICE = _Name("torch", "Size"), _Name("torch", "device")
_TYPES = {storage: _Name("torch", storage) for storage in _STORAGES}


# ---------------------------------------------------------------- save

class _Storage:
    """Stands for a storage: its number in the file, and its elements."""

    def __init__(self, number, tensor):
        self.number, self.dtype, self.data = number, tensor.dtype, _agc.storage_bytes(tensor)


class _Pickler(pickle._Pickler):
    """Writes tensors as torch does, under torch's names."""

    def __init__(self, file, protocol):
        super().__init__(file, protocol=protocol)
        from agc.nn import Parameter
        self.storages, self.parameter = {}, Parameter

    def _storage(self, tensor):
        name = _storage.key(tensor)
        if name not in self.storages:
            self.storages[name] = _Storage(len(self.storages), tensor)
        found = self.storages[name]
        if found.dtype is not tensor.dtype:
            raise RuntimeError("Cannot save multiple tensors or storages that view the same data as different types")
        return found

    def persistent_id(self, value):
        if not isinstance(value, _Storage):
            return None
        kind = _TYPES[_STORAGE_OF[value.dtype._name]]
        return ("storage", kind, str(value.number), "cpu", len(value.data) // value.dtype.itemsize)

    def reducer_override(self, value):
        if hasattr(value, "materialize"):  # without a shape yet
            return NotImplemented
        if isinstance(value, self.parameter):
            return _PARAMETER, (_agc.detach(value), value.requires_grad, collections.OrderedDict())
        if isinstance(value, Tensor):
            return _TENSOR, (self._storage(value), value.storage_offset(), tuple(value.shape), value.stride(),
                             value.requires_grad, collections.OrderedDict())
        if isinstance(value, Size):
            return _SIZE, (tuple(value),)
        if isinstance(value, _dtype.device):
            return _DEVICE, (str(value),)
        return NotImplemented

    def save_global(self, value, name=None):
        if isinstance(value, _dtype.dtype):
            value = _Name("torch", value._name)
        module = value.module if isinstance(value, _Name) else getattr(value, "__module__", None) or ""
        if isinstance(value, _Name):
            self.write(pickle.GLOBAL + f"{module}\n{value.name}\n".encode())
            self.memoize(value)
        elif module.partition(".")[0] in ("agc", "torch"):
            raise NotImplementedError(f"torch.save() of {getattr(value, '__qualname__', value)} is not in agc yet: "
                                      "save its state_dict()")
        else:
            super().save_global(value, name)

    dispatch = {**pickle._Pickler.dispatch, _Name: save_global, type: save_global}


def _add(archive, name, data):
    """Adds a file whose data start at a multiple of 64 bytes."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    start = archive.fp.tell() + 30 + len(name.encode()) + 4
    padding = -start % _ALIGNMENT
    entry.extra = b"FB" + padding.to_bytes(2, "little") + b"Z" * padding
    archive.writestr(entry, data)


def save(obj, f, pickle_module=pickle, pickle_protocol=2, _use_new_zipfile_serialization=True, **unknown):
    """Writes an object to a file that torch.load reads: tensors, parameters, and containers of them."""
    if not _use_new_zipfile_serialization:
        refuse("save", _use_new_zipfile_serialization="False")
    refuse("save", pickle_module=None if pickle_module is pickle else pickle_module, **unknown)
    if isinstance(f, (str, os.PathLike)):
        folder = os.path.dirname(os.fspath(f))
        if folder and not os.path.isdir(folder):
            raise RuntimeError(f"Parent directory {folder} does not exist.")
    elif not hasattr(f, "write"):
        raise AttributeError("expected 'f' to be string, path, or a file-like object with a 'write' attribute")
    text = io.BytesIO()
    pickler = _Pickler(text, pickle_protocol)
    pickler.dump(obj)
    is_path = isinstance(f, (str, os.PathLike))
    top = os.path.splitext(os.path.basename(os.fspath(f)))[0] if is_path else "archive"
    target = f if is_path else io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, f"{top}/data.pkl", text.getvalue())
        _add(archive, f"{top}/.format_version", b"1")
        _add(archive, f"{top}/.storage_alignment", str(_ALIGNMENT).encode())
        _add(archive, f"{top}/byteorder", b"little")
        for storage in pickler.storages.values():
            _add(archive, f"{top}/data/{storage.number}", storage.data)
        _add(archive, f"{top}/version", b"3\n")
    if not is_path:
        f.write(target.getbuffer())


# ---------------------------------------------------------------- load

def _parameter(data, requires_grad, hooks):
    from agc.nn import Parameter
    return Parameter(data, requires_grad)


def _tensor(storage, offset, sizes, strides, requires_grad, hooks, metadata=None):
    if not isinstance(storage, _storage.Storage):
        raise pickle.UnpicklingError("a tensor is made of a storage")
    made = storage.tensor(sizes, strides, offset)
    flags = {} if metadata is None else metadata
    if not isinstance(flags, dict) or not set(flags) <= {"conj", "neg"}:
        raise pickle.UnpicklingError(f"a tensor's metadata {flags!r} is not supported")
    if flags.get("conj"):
        made = made.conj().resolve_conj().detach()
    if flags.get("neg"):
        made = (-made).detach()
    return made.requires_grad_() if requires_grad else made


def _encoded(text, encoding):
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"an encoding {encoding!r} is not allowed")
    return text.encode("latin1")


class _StorageType:
    def __init__(self, dtype):
        self.dtype = dtype


_ALLOWED = {
    ("collections", "OrderedDict"): collections.OrderedDict, ("torch", "Size"): Size,
    ("torch", "device"): _dtype.device,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor, ("torch._utils", "_rebuild_parameter"): _parameter,
    ("_codecs", "encode"): _encoded, ("builtins", "set"): set, ("builtins", "complex"): complex,
    ("builtins", "bytearray"): bytearray,
    **{("__builtin__", name): kind for name, kind in (("set", set), ("complex", complex), ("bytearray", bytearray))},
    **{("torch", name): _StorageType(vars(_dtype)[kind]) for name, kind in _STORAGES.items()},
    **{("torch", kind._name): kind for kind in _dtype._ALL}}
_CALLED = (collections.OrderedDict, Size, _dtype.device, _tensor, _parameter, _encoded, set, complex, bytearray)


def _unsupported(opcode):
    def load(self):
        raise pickle.UnpicklingError(f"Unsupported operand {opcode}")
    return load


class _Unpickler(pickle._Unpickler):
    """Reads what _ALLOWED names, and calls what _CALLED does."""

    def __init__(self, text, storage):
        super().__init__(io.BytesIO(text), encoding="utf-8")
        self.persistent_load = storage

    def find_class(self, module, name):
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"Unsupported global: GLOBAL {module}.{name} was not an allowed global by default. "
                "agc loads tensors, parameters, containers and numbers, and executes nothing else.") from None

    def load_reduce(self):
        arguments, function = self.stack.pop(), self.stack[-1]
        if not any(function is called for called in _CALLED):
            raise pickle.UnpicklingError(f"Trying to call reduce for unrecognized function {function!r}")
        if function is bytearray and not all(isinstance(argument, (bytes, str)) for argument in arguments):
            raise pickle.UnpicklingError("a bytearray is made of bytes")
        self.stack[-1] = function(*arguments)

    def load_build(self):
        state = self.stack.pop()
        if type(self.stack[-1]) is not collections.OrderedDict or not isinstance(state, dict):
            raise pickle.UnpicklingError(f"Can only build OrderedDict, but got {type(self.stack[-1]).__name__}")
        self.stack[-1].__dict__.update(state)

    _LOADS = ("PROTO FRAME STOP MARK POP POP_MARK DUP NONE NEWTRUE NEWFALSE BININT BININT1 BININT2 LONG1 LONG4 "
              "BINFLOAT BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES BINBYTES8 SHORT_BINSTRING "
              "BINSTRING TUPLE EMPTY_TUPLE TUPLE1 TUPLE2 TUPLE3 LIST EMPTY_LIST DICT EMPTY_DICT EMPTY_SET ADDITEMS "
              "APPEND APPENDS "
              "SETITEM SETITEMS PUT BINPUT LONG_BINPUT GET BINGET LONG_BINGET MEMOIZE GLOBAL STACK_GLOBAL BINPERSID "
              "FROZENSET BYTEARRAY8").split()
    dispatch = {code: _unsupported(code) for code in range(256)}
    dispatch.update({getattr(pickle, name)[0]: pickle._Unpickler.dispatch[getattr(pickle, name)[0]] for name in _LOADS})
    dispatch[pickle.REDUCE[0]] = load_reduce
    dispatch[pickle.BUILD[0]] = load_build


class _Archive:
    """The files of a zip that torch.save wrote."""

    def __init__(self, file):
        self.zip = zipfile.ZipFile(file)
        names = [name for name in self.zip.namelist() if name.endswith("/data.pkl") and name.count("/") == 1]
        if len(names) != 1:
            raise RuntimeError("PytorchStreamReader failed locating file data.pkl: file not found")
        self.top = names[0][:-len("data.pkl")]
        self.storages = {}
        order = self.read("byteorder") if self.top + "byteorder" in self.zip.namelist() else b"little"
        if order != b"little":
            raise RuntimeError(f"a file of byte order {order.decode('latin1')!r} is not supported")

    def read(self, name):
        try:
            entry = self.zip.getinfo(self.top + name)
        except KeyError:
            raise RuntimeError(f"PytorchStreamReader failed locating file {name}: file not found") from None
        if entry.compress_type != zipfile.ZIP_STORED:
            raise RuntimeError(f"file {name} is compressed, which torch.save never does")
        return self.zip.read(entry)

    def storage(self, saved, device_of):
        """The storage that a pickle refers to."""
        if not (isinstance(saved, tuple) and len(saved) == 5 and saved[0] == "storage"
                and isinstance(saved[1], _StorageType) and all(type(part) is str for part in saved[2:4])
                and type(saved[4]) is int):
            raise pickle.UnpicklingError("Only persistent_load of storage is allowed")
        kind, number, location, count = saved[1:]
        dtype = kind.dtype
        if number in self.storages:
            if self.storages[number].dtype is not dtype:
                raise RuntimeError(f"storage {number} is referred to with two dtypes")
            return self.storages[number]
        device_of(location)
        data = self.read("data/" + number)
        if count < 0 or len(data) != count * dtype.itemsize:
            raise RuntimeError(f"storage {number} has {len(data)} bytes, expected {count} elements of {dtype}")
        self.storages[number] = _storage.Storage.of_bytes(data, dtype)
        return self.storages[number]


def _placer(map_location):
    """Checks that a storage saved from a device may come to the CPU."""
    def check(location):
        target = location
        if isinstance(map_location, dict):
            target = map_location.get(location, location)
        elif map_location is not None and not callable(map_location):
            target = map_location
        elif callable(map_location):
            target = "cpu"
        if str(target).split(":")[0] != "cpu":
            raise RuntimeError(f"Attempting to deserialize object on device '{target}', but agc computes on the CPU. "
                               "Use torch.load with map_location=torch.device('cpu') to map the storages to the CPU.")
    return check


def load(f, map_location=None, pickle_module=None, *, weights_only=None, mmap=None, **unknown):
    """Reads what torch.save wrote. Whatever weights_only says, nothing of the file is executed: it may hold tensors,
    parameters, containers, numbers, sizes, dtypes and devices. Of a shared object that `agc --shared` wrote it gives the
    compiled model, which is code."""
    if is_library(f):
        return load_model(f, **unknown)
    refuse("load", pickle_module=pickle_module, **unknown)
    is_path = isinstance(f, (str, os.PathLike))
    if not is_path and not hasattr(f, "seek"):
        raise AttributeError(f"'{type(f).__name__}' object has no attribute 'seek'. You can only torch.load from a file that is "
                             "seekable. Please pre-load the data into a buffer like io.BytesIO and try to load from it instead.")
    file = open(f, "rb") if is_path else f
    try:
        return _load(file, _placer(map_location))
    finally:
        if is_path:
            file.close()


def _load(file, device_of):
    if not file.read(1):
        raise EOFError
    file.seek(-1, os.SEEK_CUR)
    if file.tell():
        file = io.BytesIO(file.read())
    try:
        archive = _Archive(file)
        text = archive.read("data.pkl")
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, OverflowError) as error:
        raise RuntimeError(f"PytorchStreamReader failed reading zip archive: {error}. Only the zip files of torch.save "
                           "and the libraries of agc --shared are read, and this is neither, or it is damaged.") from None
    try:
        return _Unpickler(text, lambda saved: archive.storage(saved, device_of)).load()
    except zipfile.BadZipFile as error:
        raise RuntimeError(f"PytorchStreamReader failed reading file: {error}") from None
    except pickle.UnpicklingError as error:
        raise pickle.UnpicklingError(f"Weights only load failed. WeightsUnpickler error: {error}") from None
    except (RuntimeError, NotImplementedError):
        raise
    except Exception as error:  # whatever a pickle that no one wrote comes to
        raise pickle.UnpicklingError("Weights only load failed. WeightsUnpickler error: "
                                     f"{type(error).__name__}: {error}") from None
