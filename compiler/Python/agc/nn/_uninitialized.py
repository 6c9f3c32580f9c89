"""Parameters and buffers without a shape yet."""
import functools
import importlib

import agc
from agc._guard import is_function
from agc._tensor import Tensor
from agc.nn.parameter import Buffer, Parameter


class _Shapeless:
    """A tensor without a shape yet: what asks for one is an error."""

    def materialize(self, shape, device=None, dtype=None):
        """Gives it its shape, and elements that are for the program to set."""
        cls = type(self).__bases__[1]
        self.__class__ = cls
        self.data = agc.empty(shape, dtype=dtype or self.dtype)

    @property
    def shape(self):
        raise RuntimeError("Can't access the shape of an uninitialized parameter or buffer. This error usually happens in "
                           "`load_state_dict` when trying to load an uninitialized parameter into an initialized one. Call "
                           "`forward` to initialize the parameters before accessing their attributes.")

    def size(self, dim=None):
        return agc.Size([0]) if dim is None else agc.Size([0])[dim]

    def __repr__(self):
        return f"<{type(self).__name__}>"

    def __deepcopy__(self, memo):
        made = memo[id(self)] = type(self)(self.requires_grad, dtype=self.dtype)
        return made

    def __reduce_ex__(self, protocol):
        raise NotImplementedError(f"torch.save() of {type(self).__name__} is not in agc yet: call the module once before, to "
                                  "give it a shape")


def _refused(used):
    return ValueError(f"Attempted to use an uninitialized parameter in <{used}>. This error happens when you are using a `LazyModule` "
                      "or explicitly manipulating `torch.nn.parameter.UninitializedParameter` objects. When using LazyModules Call "
                      "`forward` with a dummy batch to initialize the parameters before calling torch functions")


def _refusal(name):
    def refuse(self, *args, **kwargs):
        raise _refused(f"method '{name if name[0] != '_' else name.strip('_')}' of 'torch._C.TensorBase' objects")
    return refuse


def _refusing(function, used):
    """The function, which no tensor without a shape may be given."""
    def called(*args, **kwargs):
        for value in (*args, *kwargs.values()):
            if is_lazy(value) or isinstance(value, (tuple, list)) and any(map(is_lazy, value)):
                raise _refused(used)
        return function(*args, **kwargs)
    return functools.wraps(function)(called)


@functools.cache
def _refuse_in_functions():
    """From the first such tensor on; a program that has none pays nothing."""
    words = {"agc": f"built-in method {{}} of type object at {id(agc.Tensor):#x}", "agc.nn.functional": "built-in function {}",
             "agc.linalg": "built-in function linalg_{}", "agc.special": "built-in function special_{}"}
    for space, used in words.items():
        found = vars(importlib.import_module(space))
        for name, value in list(found.items()):
            if name[0] != "_" and name[:3] != "is_" and name not in _MADE and is_function(value):
                found[name] = _refusing(value, used.format(name))


_MADE = {"save", "manual_seed", "typename"}  # what is no operation on a tensor
_KEPT = {"size", "char", "short", "int", "long", "byte", "bfloat16", "cpu", "double", "float", "half", "is_complex", "is_floating_point", "register_hook",
         "requires_grad_", "to"}
_ASKED = {"add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow", "matmul", "rmatmul", "neg", "getitem", "setitem",
          "iadd", "isub", "imul", "itruediv", "len", "iter", "abs", "bool", "float", "int", "eq", "ne", "lt", "le", "gt", "ge"}
for _name, _value in list(vars(Tensor).items()):
    if callable(_value) and (_name not in _KEPT if _name[0] != "_" else _name.strip("_") in _ASKED):
        setattr(_Shapeless, _name, _refusal(_name))


class UninitializedParameter(_Shapeless, Parameter):
    """A parameter without a shape yet."""

    def __init__(self, requires_grad=True, device=None, dtype=None):
        _refuse_in_functions()
        super().__init__(agc.empty(0, device=device, dtype=dtype), requires_grad)


class UninitializedBuffer(_Shapeless, Buffer):
    """A buffer without a shape yet."""

    def __init__(self, requires_grad=False, device=None, dtype=None, persistent=True):
        _refuse_in_functions()
        super().__init__(agc.empty(0, device=device, dtype=dtype), persistent=persistent)


def is_lazy(tensor):
    """Whether a tensor has no shape yet."""
    return isinstance(tensor, _Shapeless)
