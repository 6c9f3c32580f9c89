"""Tensors and others' memory: numpy's arrays, and DLPack.

A tensor and an array share their elements as under torch: what memory holds is read when an operation is recorded, and
what is written goes to memory at once. (agc computes on a copy, which it compares with memory at each read: sharing
costs that comparison, and twice the memory, for as long as the array lives.)
"""
import contextlib
import sys

from agc import _agc, _dtype
from agc._missing import refuse
from agc._structure import NotExportable
from agc._tensor import Tensor, method
from agc._warnings import warn

__all__ = ["from_dlpack", "from_numpy", "frombuffer"]

_SUPPORTED = ("float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, "
              "uint16, uint8, and bool")
_LACKING = ("uint16", "uint32", "uint64")


def _kind(array):
    """The dtype of an array."""
    if not array.dtype.isnative:
        raise ValueError("given numpy array has byte order different from the native byte order. "
                         "Conversion between byte orders is currently not supported.")
    name = array.dtype.type.__name__.rstrip("_")
    if name in _LACKING:
        raise TypeError(f"can't convert np.ndarray of type numpy.{name}: torch.{name} is not in agc yet")
    made = vars(_dtype).get(array.dtype.name)
    if not isinstance(made, _dtype.dtype):
        raise TypeError(f"can't convert np.ndarray of type numpy.{array.dtype.type.__name__}. "
                        f"The only supported types are: {_SUPPORTED}.")
    return made


def _strides(array):
    """An array's strides in elements."""
    size = array.itemsize
    if any(stride % size for stride in array.strides):
        raise ValueError("given numpy array strides not a multiple of the element byte size. "
                         "Copy the numpy array to reallocate the memory.")
    if 0 in array.shape:
        return [0] * array.ndim
    if any(stride < 0 for stride in array.strides):
        raise ValueError("At least one stride in the given numpy array is negative, and tensors with negative strides "
                         "are not currently supported. (You can probably work around this by making a copy of your "
                         "array  with array.copy().) ")
    return [stride // size for stride in array.strides]


def _warn_not_writable(seen=[]):  # noqa: B006
    if not seen:
        seen.append(True)
        warn("The given NumPy array is not writable, and PyTorch does not support non-writable tensors. This "
             "means writing to this tensor will result in undefined behavior. You may want to copy the array "
             "to protect its data or make it writable before converting it to a tensor. This type of warning "
             "will be suppressed for the rest of this program.")


def is_array(value):
    """Whether a value is a numpy array; numpy is not imported for it."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def is_number(value):
    """Whether a value is one of numpy's numbers."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.generic)


_constants = []  #: of each function that is traced to be compiled: a tensor or None, its array, and the array's bytes


@contextlib.contextmanager
def arrays_as_constants(name):
    """While a function of that name is traced to be compiled, arrays are constants: an error where what shares one's memory
    is written, or the array. Gives what was taken of arrays."""
    taken = []
    _constants.append(taken)
    try:
        yield taken
    finally:
        _constants.pop()
    for tensor, array, data in taken:
        if tensor is not None and (tensor._version or array.tobytes() != data):
            raise NotExportable(f"{name}() writes to a numpy array, or to a tensor that shares its memory: in what is compiled an "
                            "array is a constant; torch.tensor() makes a tensor of its own")


def _taken(array, tensor=None):
    if _agc.is_exporting() and _constants:
        _constants[-1].append((tensor, array, array.tobytes()))


def _shared(array):
    kind, strides = _kind(array), _strides(array)
    if not array.flags.writeable:
        _warn_not_writable()
    if _agc.is_exporting():
        made = copied(array)
        _taken(array, made)
        return made
    owns = array.flags.owndata and array.base is None
    return _agc.from_memory(array.__array_interface__["data"][0], array, owns, kind._number, list(array.shape), strides,
                            array.flags.writeable)


def from_numpy(ndarray):
    """A tensor that shares its elements with a numpy array. Writing to a tensor of an array that is not writable is an
    error."""
    if not is_array(ndarray):
        raise TypeError(f"expected np.ndarray (got {type_name(ndarray)})")
    return _shared(ndarray)


def type_name(value):
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def copied(array):
    """A tensor with a copy of an array's elements, in the order of their strides; row-major where they overlap."""
    array = array.view(sys.modules["numpy"].ndarray)  # what a mask hides is there, as for PyTorch
    _taken(array)
    kind = _kind(array)
    strides = _strides(array)
    order = sorted(range(array.ndim), key=lambda dim: -strides[dim])
    if array.flags.c_contiguous or any(stride == 0 and size > 1 for stride, size in zip(strides, array.shape)):
        return _agc.from_bytes(array.tobytes(), kind._number, list(array.shape), False)
    ordered = array.transpose(order)
    made = _agc.from_bytes(ordered.tobytes(), kind._number, list(ordered.shape), False)
    return _agc.detach(made.permute([order.index(dim) for dim in range(array.ndim)]))._clone()


def frombuffer(buffer, *, dtype, count=-1, offset=0, requires_grad=False):
    """A tensor of one dim that shares its elements with an object's buffer."""
    import numpy
    if dtype is _dtype.bfloat16:
        raise NotImplementedError("frombuffer(): dtype torch.bfloat16 is not in agc yet")
    try:
        length = memoryview(buffer).nbytes
    except TypeError:
        raise ValueError("object does not implement Python buffer protocol.") from None
    size, rest = dtype.itemsize, length - offset
    if not length or not count:
        raise ValueError(f"both buffer length ({length}) and count ({count}) must not be 0")
    if not 0 <= offset < length:
        raise ValueError(f"offset ({offset} bytes) must be non-negative and no greater than buffer length ({length} bytes) minus 1")
    if count < 0 and rest % size:
        raise ValueError(f"buffer length ({rest} bytes) after offset ({offset} bytes) must be a multiple of element size ({size})")
    if count * size > rest:
        raise ValueError(f"requested buffer length ({count} * {size} bytes) after offset ({offset} bytes) must not be greater "
                         f"than actual buffer length ({length} bytes)")
    made = _shared(numpy.frombuffer(buffer, dtype=dtype._name, count=max(count, -1), offset=offset))
    return made.requires_grad_() if requires_grad else made


# ---------------------------------------------------------------- out of a tensor

class _Interface:
    """What numpy takes an array's memory from, and keeps for as long as the array lives."""

    def __init__(self, memory, tensor, kind):
        size = tensor.dtype.itemsize
        self._memory = memory
        self.__array_interface__ = {
            "version": 3, "typestr": kind.str, "shape": tuple(tensor.shape),
            "data": (memory.address, not memory.is_writable),
            "strides": tuple(stride * size for stride in memory.strides)}


NEEDS_DETACH = "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."


@method
def numpy(self, *, force=False):
    """An array that shares this tensor's elements."""
    import numpy
    if self.requires_grad and not force:
        raise RuntimeError(NEEDS_DETACH)
    if self.dtype is _dtype.bfloat16:
        raise TypeError("Got unsupported ScalarType BFloat16")
    return numpy.asarray(_Interface(_agc.share(self), self, numpy.dtype(self.dtype._name)))


@method
def __array__(self, dtype=None, copy=None):
    array = self.numpy()
    if dtype is not None and array.dtype != dtype:
        if copy is False:
            raise ValueError("Unable to avoid copy while creating an array as requested.")
        return array.astype(dtype)
    return array.copy() if copy else array


Tensor.__array_priority__ = 1000  # numpy's operators leave a tensor's to the tensor


@method
def __array_wrap__(self, array, context=None, return_scalar=False):
    import numpy
    return from_numpy(numpy.asarray(array).astype("uint8") if array.dtype == bool else numpy.asarray(array))


# ---------------------------------------------------------------- DLPack

@method
def __dlpack__(self, *, stream=-1, max_version=None, dl_device=None, copy=None):
    """This tensor's elements as a DLPack capsule."""
    if self.requires_grad:
        raise BufferError("Can't export tensors that require gradient, use tensor.detach()")
    assert stream is None or stream == -1, "stream should be None on cpu."
    if dl_device is not None and int(dl_device[0]) != 1:
        refuse("__dlpack__", dl_device=dl_device)
    versioned = max_version is not None and max_version[0] >= 1
    return _agc.to_dlpack(self.clone() if copy else self, versioned, bool(copy))


@method
def __dlpack_device__(self):
    from agc.utils.dlpack import DLDeviceType
    return (DLDeviceType.kDLCPU, 0)


def from_dlpack(ext_tensor, *, device=None, copy=None):
    """A tensor that shares its elements with whatever speaks DLPack."""
    _dtype.check_device(device)
    if hasattr(ext_tensor, "__dlpack__"):
        try:
            ext_tensor = ext_tensor.__dlpack__(max_version=(1, 0))
        except TypeError:  # one that knows no versions
            ext_tensor = ext_tensor.__dlpack__()
    made = _agc.from_dlpack(ext_tensor)
    return made.clone() if copy else made
