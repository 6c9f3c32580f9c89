"""Tensor: the methods and properties that users know, over the C++ class."""
import gc
import operator

from agc import _agc, _dtype, _ops
from agc._agc import Tensor
from agc._sizes import Size, unlike
from agc._warnings import warn


def method(function, name=None):
    """Makes a function a method of Tensor."""
    setattr(Tensor, name or function.__name__, function)
    return function


# ---------------------------------------------------------------- what it is

Tensor.dtype = property(lambda self: _dtype.of(self._dtype))
Tensor.shape = property(lambda self: Size(self._sizes))
Tensor.device = property(lambda self: _dtype.cpu)
Tensor.ndim = property(lambda self: self.dim())
Tensor.itemsize = property(lambda self: self.dtype.itemsize)
Tensor.nbytes = property(lambda self: self.numel() * self.dtype.itemsize)
Tensor.is_sparse = property(lambda self: False)
Tensor.is_cuda = property(lambda self: False)
Tensor.layout = property(lambda self: _dtype.strided)


def wrapped(dim, rank):
    """A dim counted from the front."""
    if not -rank <= dim < rank:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-rank}, {rank - 1}], but got {dim})"
                         if rank else f"Dimension specified as {dim} but tensor has no dimensions")
    return dim % rank


def wrapped_along(input, dim):
    """A dim of a tensor counted from the front; one of no dims counts as a row of one element."""
    return wrapped(dim, max(input.dim(), 1))


@method
def size(self, dim=None):
    return self.shape if dim is None else self._sizes[wrapped(dim, self.dim())]


@method
def stride(self, dim=None):
    return tuple(self._strides) if dim is None else self._strides[wrapped(dim, self.dim())]


@method
def numel(self):
    return self.shape.numel()


Tensor.nelement = numel
Tensor.ndimension = lambda self: self.dim()
Tensor.element_size = lambda self: self.dtype.itemsize
Tensor.storage_offset = lambda self: self._offset
Tensor.data_ptr = lambda self: (_agc.address_of(self) or
                                ((self._storage + 1) << 32) + self._offset * self.dtype.itemsize)
Tensor.is_floating_point = lambda self: self.dtype.is_floating_point
Tensor.is_complex = lambda self: self.dtype.is_complex
Tensor.is_inference = lambda self: _agc.is_inference(self)
Tensor.get_device = lambda self: -1


@method
def is_contiguous(self, *, memory_format=None):
    return self._is_contiguous


@method
def __len__(self):
    if self.dim() == 0:
        raise TypeError("len() of a 0-d tensor")
    return self._sizes[0]


@method
def __iter__(self):
    if self.dim() == 0:
        raise TypeError("iteration over a 0-d tensor")
    return iter(self._unbind(0))


Tensor.__hash__ = lambda self: id(self)


# ---------------------------------------------------------------- autograd

def _set_requires_grad(self, value):
    if not isinstance(value, bool):
        raise RuntimeError("requires_grad must be a bool")
    _agc.set_requires_grad(self, value)


Tensor.requires_grad = property(lambda self: self._requires_grad, _set_requires_grad)


class Node:
    """A node of the autograd graph."""

    _types = {}

    @classmethod
    def of(cls, handle, tensor=None):
        if handle is None:
            return None
        name = handle.name()
        if name not in cls._types:
            # What a program's own Function made has no number behind its name.
            module = "torch.autograd.function" if name.endswith("Backward") else "builtins"
            cls._types[name] = type(name, (cls,), {"__module__": module})
        node = object.__new__(cls._types[name])
        node._handle, node._tensor = handle, tensor  # of which it is the grad_fn
        return node

    def name(self):
        name = self._handle.name()
        return f"torch::autograd::{name}" if name in ("AccumulateGrad", "CopySlices", "CopyBackwards", "NotImplemented") else name

    @property
    def next_functions(self):
        call = self._handle.kept()
        if call is not None:
            return call.next_functions()
        return tuple((Node.of(handle), index) for handle, index in self._handle.next())

    def __eq__(self, other):
        return isinstance(other, Node) and self._handle.id() == other._handle.id()

    def __hash__(self):
        return hash(self._handle.id())


def _is_known_leaf(self):
    """Whether it is a leaf, or a view of which autograd cannot tell."""
    try:
        return self.is_leaf
    except RuntimeError:
        return True


def _get_grad(self):
    """The same Python object as long as the slot holds the same tensor."""
    slot = _agc.grad_id(self)
    if slot == 0:
        self.__dict__.pop("_grad", None)
        if not self.retains_grad and not _is_known_leaf(self):
            warn("The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad "
                 "attribute won't be populated during autograd.backward(). If you indeed want the .grad field "
                 "to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you "
                 "access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead.")
        return None
    held = self.__dict__.get("_grad")
    if held is None or _agc.object_id(held) != slot:
        held = self._grad = _agc.grad_of(self)
    return held


def _why_no_gradient(self, value):
    """Why a tensor cannot be this one's gradient; None where it can."""
    if value is self:
        return "can't assign Variable as its own grad"
    if value.dtype is not self.dtype:
        return (f"attempting to assign a gradient with dtype '{_agc.cpp_name_of(value._dtype)}' to a tensor "
                f"with grad_dtype '{self.dtype._title}'. The gradient must match the tensor's "
                "grad_dtype (defaults to the tensor's dtype). You can set the tensor's grad_dtype attribute "
                "with a specific dtype, or None to allow any dtype. Set grad_dtype with caution. Diverging "
                "the dtypes of a tensor and its gradient may break downstream systems that assume they match.")
    if unlike(value.shape, self.shape):
        return (f"attempting to assign a gradient of size '{list(value.shape)}' to a tensor of size "
                f"'{list(self.shape)}'. Please ensure that the gradient and the tensor are the same size")
    return None


def _set_grad(self, value):
    if value is not None and not isinstance(value, Tensor):
        raise TypeError("assigned grad expected to be a Tensor or None but got grad of type "
                        + type(value).__name__)
    wrong = None if value is None else _why_no_gradient(self, value)
    if wrong:
        _agc.refuse("bad-gradient", self, wrong)
        return  # a check goes on
    _agc.set_grad(self, value)
    if value is None:
        self.__dict__.pop("_grad", None)
    else:
        self._grad = value


def _del_grad(self):
    _set_grad(self, None)


Tensor.grad = property(_get_grad, _set_grad, _del_grad)
Tensor.grad_fn = property(lambda self: Node.of(_agc.grad_fn(self), self))
Tensor.output_nr = property(lambda self: _agc.place_of(self)[1] if self.requires_grad else 0)
def _set_data(self, other):
    if not isinstance(other, Tensor):
        raise TypeError(f"Variable data has to be a tensor, but got {type(other).__name__}")
    if self.requires_grad and not (other.is_floating_point() or other.is_complex()):
        raise RuntimeError("data set to a tensor that requires gradients must be floating point or complex dtype")
    _agc.set_data(self, other)


Tensor.data = property(lambda self: _agc.data(self), _set_data)
Tensor.detach = lambda self: _agc.detach(self)


@method
def detach_(self):
    _agc.detach_(self)
    return self


@method
def requires_grad_(self, requires_grad=True):
    _agc.requires_grad_(self, requires_grad)
    return self


Tensor.retain_grad = lambda self: _agc.retain_grad(self)


def _base(self):
    """The tensor that this one is a view of: the program's own object, where there is one still."""
    number = _agc.base_id(self)
    if not number:
        return None
    for held in gc.get_objects():
        if isinstance(held, Tensor) and _agc.object_id(held) == number:
            return held
    return _agc.base_of(self)


Tensor._base = property(_base)


_init = Tensor.__init__


@method
def as_subclass(self, cls):
    """The same elements and history as an object of a subclass."""
    if not (isinstance(cls, type) and issubclass(cls, Tensor)):
        raise TypeError(f"cls must be a type that inherits from Tensor, not {cls!r}")
    made = Tensor.__new__(cls)
    _init(made, self._alias())
    return made


def _init_subclass(cls, **named):
    if "__torch_function__" in cls.__dict__:
        raise NotImplementedError(f"{cls.__name__}: a tensor class with a __torch_function__ of its own is not in agc yet")
    super(Tensor, cls).__init_subclass__(**named)
    if not cls.__module__.startswith("agc."):
        from agc._subclass import keep_classes
        keep_classes()


Tensor.__init_subclass__ = classmethod(_init_subclass)


@method
def backward(self, gradient=None, retain_graph=None, create_graph=False, inputs=None):
    """Accumulates the gradients of this tensor into the leaves that it depends on."""
    retain = operator.index(create_graph if retain_graph is None else retain_graph) != 0
    if gradient is not None and not isinstance(gradient, Tensor):
        raise TypeError("gradients can be either Tensors or None, but got " + type(gradient).__name__)
    if inputs is not None:
        inputs = [inputs] if isinstance(inputs, Tensor) else list(inputs)
        if not inputs:
            raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    from agc.autograd import _engine
    _engine.backward([self], [gradient], retain, create_graph, inputs)


# ---------------------------------------------------------------- out of the trace

Tensor.tolist = lambda self: _agc.to_list(self)


Tensor.item = lambda self: _agc.item(self)


def holds(condition):
    """Whether a tensor of one bool is true; not, where a check does not know."""
    return condition.item() is True


def forbid(condition, text, kind=RuntimeError):
    """Refuses what makes a tensor of one bool true, with a text or what makes one; where a function is traced to be
    compiled, its call fails then."""
    if _agc.is_exporting():
        _agc.check(_ops.logical_not(condition), text() if callable(text) else text)
    elif holds(condition):
        raise kind(text() if callable(text) else text)


@method
def __bool__(self):
    if self.numel() != 1:
        raise RuntimeError("Boolean value of Tensor with " +
                           ("no values" if self.numel() == 0 else "more than one value") + " is ambiguous")
    return bool(self.item())


@method
def __index__(self):
    if self.numel() != 1 or self.dtype.is_floating_point or self.dtype.is_complex:
        raise TypeError("only integer tensors of a single element can be converted to an index")
    return int(self.item())


def _warn_of_history(self):
    if self.requires_grad and _agc.is_grad_enabled():
        warn("Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.\n"
             "Consider using tensor.detach() first.", once=True)


def _real_item(self, kind):
    """The one element as a real number."""
    _warn_of_history(self)
    if unlike([self.numel()], [1]):
        raise ValueError("only one element tensors can be converted to Python scalars")
    item = self.item()
    if isinstance(item, complex):
        if item.imag != 0:
            raise RuntimeError(f"value cannot be converted to type {kind} without overflow")
        return item.real
    return item


Tensor.__float__ = lambda self: float(_real_item(self, "double"))
Tensor.__int__ = lambda self: int(_real_item(self, "int64_t"))


@method
def __complex__(self):
    _warn_of_history(self)
    if unlike([self.numel()], [1]):
        raise ValueError("only one element tensors can be converted to Python scalars")
    return complex(self.item())


@method
def __format__(self, spec):
    if self.dim() == 0 and type(self) is Tensor:
        return self.item().__format__(spec)
    return object.__format__(self, spec)


@method
def __repr__(self, *, tensor_contents=None):
    from agc._print import text
    return text(self)


# ---------------------------------------------------------------- extents that a call tells

def _define_with_tensors(name, function):
    own, swapped = (getattr(_agc.Extent, f"__{r}{name}__", lambda self, other: NotImplemented) for r in ("", "r"))

    def left(self, other):
        return function(_agc.number_of(self), other) if isinstance(other, Tensor) else own(self, other)

    def right(self, other):
        return function(other, _agc.number_of(self)) if isinstance(other, Tensor) else swapped(self, other)

    setattr(_agc.Extent, f"__{name}__", left)
    setattr(_agc.Extent, f"__r{name}__", right)


for _name in ("add", "sub", "mul", "truediv", "lt", "le", "gt", "ge"):
    _define_with_tensors(_name, getattr(operator, _name))


# ---------------------------------------------------------------- a method for each record

for _name in _ops.METHODS:
    setattr(Tensor, _name, getattr(_ops, _name))
del _name
