"""Element types, the device, and torch's promotion of them."""
import builtins
import re

from agc import _agc


class dtype:
    """An element type; one object for each, compared by identity."""

    def __init__(self, number, name, kind, bits):
        self._number, self._name, self._kind, self.itemsize = number, name, kind, bits // 8

    _title = property(lambda self: _agc.title_of(self._number))  #: in PyTorch's errors: Float
    is_floating_point = property(lambda self: self._kind == "float")
    is_complex = property(lambda self: self._kind == "complex")
    is_signed = property(lambda self: self._kind in ("int", "float", "complex"))

    def to_real(self):
        """The type of a complex type's parts; of others the type itself."""
        return {"complex64": float32, "complex128": float64}.get(self._name, self)

    def to_complex(self):
        """The complex type whose parts are of this type."""
        if self is float16:
            raise NotImplementedError("torch.complex32 is not in agc")
        if not (self.is_floating_point or self.is_complex):
            raise RuntimeError(f"Unknown Complex ScalarType for {self._title}")
        return complex128 if self in (float64, complex128) else complex64

    def __getitem__(self, shape):
        """The type of tensors: f32[64, "n"] has 64 rows, and as many columns as a call says."""
        return TensorType(self, shape if isinstance(shape, tuple) else (shape,))

    def __repr__(self):
        return "torch." + self._name

    def __reduce__(self):
        return self._name


class TensorType:
    """A dtype and a shape; an extent is a number, or the name of one that is known only in a call."""

    def __init__(self, dtype, shape):
        for extent in shape:
            if not isinstance(extent, (builtins.int, str)) or isinstance(extent, builtins.bool):
                raise TypeError(f"an extent is an int or a name, not {type(extent).__name__}")
        self.dtype, self.shape = dtype, shape

    def __repr__(self):
        return f"{self.dtype}[{', '.join(map(repr, self.shape))}]"


class memory_format:
    """How a result lies in memory: as its operand does, or row by row."""

    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return f"torch.{self._name}"


preserve_format, contiguous_format = memory_format("preserve_format"), memory_format("contiguous_format")

class layout:
    """How a tensor's elements are held: by strides."""

    def __repr__(self):
        return "torch.strided"


strided = layout()

_ALL = [dtype(i, *entry) for i, entry in enumerate([
    ("bool", "bool", 8), ("uint8", "unsigned", 8), ("int8", "int", 8), ("int16", "int", 16),
    ("int32", "int", 32), ("int64", "int", 64), ("float16", "float", 16), ("bfloat16", "float", 16),
    ("float32", "float", 32), ("float64", "float", 64), ("complex64", "complex", 64),
    ("complex128", "complex", 128)])]

(bool, uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64, complex64,
 complex128) = _ALL
half, float, double, short, int, long = float16, float32, float64, int16, int32, int64
cfloat, cdouble = complex64, complex128
u8, i8, i16, i32, i64, f16, bf16, f32, f64, c64, c128 = _ALL[1:]

__all__ = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64",
           "complex64", "complex128", "half", "float", "double", "short", "int", "long", "cfloat", "cdouble",
           "u8", "i8", "i16", "i32", "i64", "f16", "bf16", "f32", "f64", "c64", "c128", "promote_types", "can_cast", "finfo", "iinfo",
           "memory_format", "preserve_format", "contiguous_format", "layout",
           "strided"]


PYTHON = {builtins.bool: bool, builtins.int: int64, builtins.float: float64, builtins.complex: complex128}


def of_python(given):
    """The dtype that a type of Python's numbers stands for; what else is given as it is."""
    return PYTHON.get(given, given) if isinstance(given, type) else given


def get_default_dtype():
    return of(_agc.default_dtype())


def default_complex_dtype():
    """The dtype of Python's complex numbers, whose parts have the default dtype or a wider one."""
    return of(_agc.default_complex_dtype())


def set_default_dtype(d):
    if not isinstance(d, dtype):
        raise TypeError("invalid dtype object: only floating-point types are supported as the default type")
    if not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _agc.set_default_dtype(d._number)


def of(number):
    """The dtype of a number of the C++ enumeration."""
    return _ALL[number]


def is_differentiable(dtype):
    """Whether tensors of a dtype may require grad."""
    return dtype.is_floating_point or dtype.is_complex


def promote_types(type1, type2):
    """The smallest dtype that both convert to."""
    return _ALL[_agc.promote_types(type1._number, type2._number)]


def can_cast(from_, to):
    """Whether a result of one dtype may be stored into a tensor of another."""
    return _agc.can_cast(from_._number, to._number)


class finfo:
    """Limits of a floating point dtype, or of a complex one's parts."""

    def __init__(self, type=None):
        type = get_default_dtype() if type is None else type
        if not isinstance(type, dtype):
            raise TypeError(f"finfo(): argument 'type' (position 1) must be torch.dtype, not {type.__class__.__name__}")
        if not (type.is_floating_point or type.is_complex):
            raise TypeError("torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'")
        type = type.to_real()
        digits, low, high = {"float16": (10, -14, 15), "bfloat16": (7, -126, 127), "float32": (23, -126, 127),
                             "float64": (52, -1022, 1023)}[type._name]
        self.dtype, self.bits = type._name, 8 * type.itemsize
        self.eps, self.tiny = 2.0 ** -digits, 2.0 ** low
        self.smallest_normal, self.max = self.tiny, (2 - self.eps) * 2.0 ** high
        self.min = -self.max
        self.resolution = 10.0 ** -{10: 3, 7: 2, 23: 6, 52: 15}[digits]

    def __repr__(self):
        numbers = (f"{name}={getattr(self, name):g}"
                   for name in ("resolution", "min", "max", "eps", "smallest_normal", "tiny"))
        return f"finfo({', '.join(numbers)}, dtype={self.dtype})"


class iinfo:
    """Limits of an integer dtype."""

    def __init__(self, type):
        if not isinstance(type, dtype):
            raise TypeError(f"iinfo(): argument 'type' (position 1) must be torch.dtype, not {type.__class__.__name__}")
        if type.is_floating_point or type.is_complex:
            raise TypeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'")
        self.dtype, self.bits = type._name, 8 * type.itemsize
        self.max = (1 << self.bits - type.is_signed) - 1
        self.min = -(1 << self.bits - 1) if type.is_signed else 0

    def __repr__(self):
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"


_DEVICES = ("cpu", "cuda", "ipu", "xpu", "mkldnn", "opengl", "opencl", "ideep", "hip", "ve", "fpga", "maia", "xla", "lazy", "vulkan",
            "mps", "meta", "hpu", "mtia", "privateuseone")


class device:
    """Where a tensor lives: the CPU."""

    def __init__(self, type, index=None):
        name = str(type)
        if name.split(":")[0] == "cuda":
            from agc.cuda import refused
            refused()
        if not re.fullmatch(r"[a-z_0-9]+(:\d+)?", name) and name.split(":")[0] == "cpu":
            raise RuntimeError(f"Invalid device string: '{name}'")
        if isinstance(type, builtins.int):
            raise RuntimeError("Cannot access accelerator device when none is available.")
        if name.split(":")[0] not in _DEVICES:
            raise RuntimeError(f"Expected one of {', '.join(_DEVICES)} device type at start of device string: {name.split(':')[0]}")
        if name.split(":")[0] != "cpu":
            raise RuntimeError(f"agc computes on the CPU; there is no device '{name}'")
        self.type = "cpu"
        self.index = index if index is not None else (None if ":" not in name else 0)

    def __eq__(self, other):
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self):
        return hash((self.type, self.index))

    def __str__(self):
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self):
        return f"device(type='{self.type}'" + (")" if self.index is None else f", index={self.index})")


def check_kernel(name, input, takes):
    """Refuses elements that PyTorch's kernel of that name lacks; it takes the kinds "float complex int bool", or some."""
    kind = "bool" if input.dtype is bool else "int" if input.dtype._kind == "unsigned" else input.dtype._kind
    if kind not in takes.split():
        raise NotImplementedError(f"\"{name}\" not implemented for '{input.dtype._title}'")


def check_scalar_type(expected, other):
    """Refuses another dtype beside a first operand's, as kernels do that take both as they are."""
    if other.dtype is not expected:
        raise RuntimeError(f"expected scalar type {expected._title} but found {other.dtype._title}")


def check_device(given):
    """A device argument: None or the CPU."""
    if given is not None and not isinstance(given, device):
        device(given)


cpu = device("cpu")
_default_device = cpu


def get_default_device():
    """Where tensors are made that a program names no device for."""
    return _default_device


def set_default_device(device):
    """Says where tensors are made: on the CPU, or torch.device refuses it; None is the CPU, too."""
    global _default_device
    kind = type(cpu)
    _default_device = cpu if device is None else device if isinstance(device, kind) else kind(device)
