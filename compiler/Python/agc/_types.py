"""torch.Tensor(...) with sizes or elements, and torch.FloatTensor and the others: a type for each dtype."""
from collections.abc import Sequence

from agc import _agc, _dtype, _factories, _numpy
from agc._sizes import Size
from agc._tensor import Tensor

_EXPECTED = """, but expected one of:
 * (*, torch.device device = None)
      didn't match because some of the {why}
 * (torch.Storage storage)
 * (Tensor other)
 * (tuple of ints size, *, torch.device device = None)
 * (object data, *, torch.device device = None)
"""


def _refused(arguments, named, why):
    types = ", ".join([type(x).__name__ for x in arguments] + [f"{name}={_type(x)}" for name, x in named.items()])
    return TypeError(f"new() received an invalid combination of arguments - got ({types})" + _EXPECTED.format(why=why))


def _type(value):
    return "torch.dtype" if isinstance(value, _dtype.dtype) else type(value).__name__


def _is_size(value):
    """Whether a value counts as an extent: an int, or a tensor of one."""
    if isinstance(value, Tensor):
        return value.dim() == 0 and not (value.is_floating_point() or value.is_complex() or value.dtype is _dtype.bool)
    if isinstance(value, int):
        return not isinstance(value, bool)
    return _numpy.is_number(value) and hasattr(value, "__index__")


def _options(kind):
    return (f"TensorOptions(dtype={_agc.cpp_name_of(kind._number)}, device=cpu, layout=Strided, "
            "requires_grad=false (default), pinned_memory=false (default), memory_format=(nullopt))")


def _of_data(data, kind):
    if _numpy.is_array(data):
        return _factories.tensor(data, dtype=kind)
    if isinstance(data, Sequence) and not isinstance(data, (list, tuple, str)):
        data = list(data)
    if not isinstance(data, (list, tuple, str)):
        raise TypeError(f"new(): data must be a sequence (got {type(data).__name__})")
    return _agc.from_lists(data, kind._number, False)


def made(kind, *args, device=None, **named):
    """A tensor of a dtype: of sizes, of nested lists, or another one of that dtype."""
    _dtype.check_device(device)
    if len(named) == 1 and not args and next(iter(named)) in ("size", "data", "other"):
        name, value = named.popitem()
        args = (Size(value),) if name == "size" else (value,)
    if named:
        raise _refused(args, named, "keywords were incorrect: " + ", ".join(named))
    if len(args) == 1 and isinstance(args[0], Size):
        args = tuple(args[0])
    elif len(args) == 1 and isinstance(args[0], Tensor):
        if args[0].dtype is not kind:
            raise TypeError(f"expected {_options(kind)} (got {_options(args[0].dtype)})")
        return args[0][...] if args[0].requires_grad else _agc.detach(args[0])
    elif len(args) == 1 and not _is_size(args[0]):
        return _of_data(args[0], kind)
    elif not all(map(_is_size, args)):
        invalid = ", ".join(f"!{type(x).__name__}!" for x in args)
        raise _refused(args, {}, f"arguments have invalid types: ({invalid})")
    return _factories.empty([int(extent) for extent in args] if args else [0], dtype=kind)


def of_default(*args, **named):
    """What torch.Tensor(...) makes: a tensor of the default dtype."""
    return made(_dtype.get_default_dtype(), *args, **named)


class tensortype(type):
    """The type of torch.FloatTensor and the others: its instances are the tensors of a dtype."""

    __module__ = "torch"
    is_cuda = False

    def __new__(cls, kind):
        name = kind._title + "Tensor"
        return super().__new__(cls, name, (), {"__module__": "torch", "__doc__": f"The type of {kind} tensors"})

    def __init__(cls, kind):
        cls.dtype = kind

    def __call__(cls, *args, device=None, **named):
        return made(cls.dtype, *args, device=device, **named)

    def __instancecheck__(cls, instance):
        return isinstance(instance, Tensor) and instance.dtype is cls.dtype

    def __getattr__(cls, name):
        if hasattr(Tensor, name):
            return getattr(Tensor, name)
        raise AttributeError(f"type object 'torch.{cls.__name__}' has no attribute {name!r}")


FloatTensor, DoubleTensor = tensortype(_dtype.float32), tensortype(_dtype.float64)
HalfTensor, BFloat16Tensor = tensortype(_dtype.float16), tensortype(_dtype.bfloat16)
LongTensor, IntTensor, ShortTensor = map(tensortype, (_dtype.int64, _dtype.int32, _dtype.int16))
CharTensor, ByteTensor, BoolTensor = map(tensortype, (_dtype.int8, _dtype.uint8, _dtype.bool))

__all__ = ["FloatTensor", "DoubleTensor", "HalfTensor", "BFloat16Tensor", "LongTensor", "IntTensor", "ShortTensor",
           "CharTensor", "ByteTensor", "BoolTensor"]

_BY_NAME = {f"torch.{name}": globals()[name] for name in __all__}


def dtype_of(given):
    """The dtype that Tensor.type() is asked for: itself, a type of tensors, or its name."""
    if isinstance(given, _dtype.dtype):
        return given
    if isinstance(given, str):
        if given not in _BY_NAME:
            raise ValueError(f"invalid type: '{given}'")
        given = _BY_NAME[given]
    if not isinstance(given, tensortype):
        raise TypeError("dtype must be a type, str, or dtype object")
    return given.dtype
