"""What messages call an object."""
from agc._tensor import Tensor


def typename(value):
    """The class of a value as torch.typename says it."""
    if isinstance(value, Tensor):
        name = value.dtype._name
        titles = {"float32": "Float", "float64": "Double", "float16": "Half", "bfloat16": "BFloat16", "int64": "Long",
                  "int32": "Int", "int16": "Short", "int8": "Char", "uint8": "Byte", "bool": "Bool",
                  "complex64": "ComplexFloat", "complex128": "ComplexDouble"}
        return f"torch.{titles[name]}Tensor"
    cls = value if isinstance(value, type) else type(value)
    module = cls.__module__.replace("agc", "torch", 1) if cls.__module__.startswith("agc.") else cls.__module__
    return cls.__qualname__ if module in ("builtins", "__builtin__", None) else f"{module}.{cls.__qualname__}"
