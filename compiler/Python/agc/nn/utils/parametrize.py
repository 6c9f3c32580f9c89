"""torch.nn.utils.parametrize: parameters that modules compute from others at each use."""
import contextlib
import copy

from agc._missing import missing
from agc._modes import no_grad
from agc._tensor import Tensor
from agc.nn.modules.container import ModuleDict, ModuleList
from agc.nn.parameter import Parameter

_cached, _depth = {}, 0


@contextlib.contextmanager
def cached():
    """Inside, each parametrized tensor is computed once."""
    global _depth
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1
        if not _depth:
            _cached.clear()


def _register(module, name, tensor):
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


def _check_same(what, before, after, shown):
    if not isinstance(after, Tensor):
        raise ValueError(f"A parametrization must return a tensor. Got {type(after).__name__}.")
    for kind, a, b in (("dtype", before.dtype, after.dtype), ("shape", before.shape, after.shape)):
        if a != b:
            old, new = shown(kind)
            raise ValueError(f"Registering a parametrization may not change the {kind} of the tensor, unless {what} flag is "
                             f"enabled.\n{old}: {a}\n{new}: {b}")


class ParametrizationList(ModuleList):
    """The modules that a tensor goes through, and what the first of them begins with: `original`, or several of them."""

    def __init__(self, modules, original, unsafe=False):
        if not modules:
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        shape_and_dtype = original.detach()
        with no_grad():
            new = self._inverted(original, NotImplementedError)
        self.is_tensor = isinstance(new, Tensor)
        self.ntensors = 1 if self.is_tensor else len(new)
        if self.is_tensor:
            if new.dtype != original.dtype:
                raise ValueError("When `right_inverse` outputs one tensor, it may not change the dtype.\n"
                                 f"original.dtype: {original.dtype}\nright_inverse(original).dtype: {new.dtype}")
            if new is not original:
                original.data = new.detach()
            _register(self, "original", original)
        else:
            for i, part in enumerate(new):
                part = Parameter(part, original.requires_grad) if isinstance(original, Parameter) else part
                _register(self, f"original{i}", part)
        if not unsafe:
            _check_same("`unsafe`", shape_and_dtype, self(), lambda kind: (f"unparametrized {kind}", f"parametrized {kind}"))

    def _inverted(self, value, passed=()):
        for module in reversed(self):
            if not hasattr(module, "right_inverse"):
                if passed:
                    continue
                raise RuntimeError(f"parametrization {type(module).__name__} does not implement right_inverse.")
            with contextlib.suppress(*([passed] if passed else [])):
                value = module.right_inverse(value)
        return value

    def right_inverse(self, value):
        """Sets what the tensor is computed from, so that it becomes a value."""
        with no_grad():
            value = self._inverted(value)
            for i, part in enumerate([value] if self.is_tensor else value):
                own = self.original if self.is_tensor else getattr(self, f"original{i}")
                if own.dtype != part.dtype:
                    raise ValueError(f"The tensor returned by `right_inverse` has dtype {part.dtype} while `original` has dtype "
                                     f"{own.dtype}")
                own.data = part.detach()

    def forward(self):
        first, *others = self
        made = first(*([self.original] if self.is_tensor else [getattr(self, f"original{i}") for i in range(self.ntensors)]))
        for module in others:
            made = module(made)
        return made


def _property(name):
    def get(self):
        if not _depth:
            return self.parametrizations[name]()
        key = id(self), name
        if key not in _cached:
            _cached[key] = self.parametrizations[name]()
        return _cached[key]

    def set_(self, value):
        self.parametrizations[name].right_inverse(value)
    return property(get, set_)


def _deepcopy(self, memo):
    made = memo[id(self)] = self.__new__(type(self))
    made.__dict__ = copy.deepcopy(self.__dict__, memo)
    return made


def _getstate(self):
    raise RuntimeError("Serialization of parametrized modules is only supported through state_dict(). See:\n"
                       "https://pytorch.org/tutorials/beginner/saving_loading_models.html"
                       "#saving-loading-a-general-checkpoint-for-inference-and-or-resuming-training")


def register_parametrization(module, tensor_name, parametrization, *, unsafe=False):
    """Lets a module's tensor be what another module computes of it."""
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        if not unsafe:
            before = getattr(module, tensor_name)
            _check_same("the `unsafe`", before, parametrization(before), lambda kind: (
                f"module.{tensor_name}.{kind}", f"parametrization(module.{tensor_name}).{kind}"))
        module.parametrizations[tensor_name].append(parametrization)
        module.parametrizations[tensor_name].unsafe |= unsafe
        return module
    if tensor_name not in module._buffers and tensor_name not in module._parameters:
        raise ValueError(f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name "
                         f"'{tensor_name}'")
    made = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe=unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        cls = type(module)
        module.__class__ = type(f"Parametrized{cls.__name__}", (cls,), {
            "__module__": "torch.nn.utils.parametrize", "__getstate__": _getstate, "__deepcopy__": _deepcopy})
        module.parametrizations = ModuleDict()
    setattr(type(module), tensor_name, _property(tensor_name))
    module.parametrizations[tensor_name] = made
    return module


def is_parametrized(module, tensor_name=None):
    """Whether a module, or one tensor of it, is parametrized."""
    found = getattr(module, "parametrizations", None)
    if not isinstance(found, ModuleDict):
        return False
    return tensor_name in found if tensor_name is not None else len(found) > 0


def remove_parametrizations(module, tensor_name, leave_parametrized=True):
    """Makes a tensor one of the module's own again: as it is computed, or as it was."""
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    found = module.parametrizations[tensor_name]
    if found.is_tensor:
        original = found.original
        if leave_parametrized:
            with no_grad():
                original.data = getattr(module, tensor_name).detach()
    else:
        if not leave_parametrized:
            raise ValueError("Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of "
                             "a sequence of tensors.")
        value = getattr(module, tensor_name)
        original = Parameter(value.detach()) if value.requires_grad else value
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    _register(module, tensor_name, original)
    if not is_parametrized(module):
        delattr(module, "parametrizations")
        module.__class__ = type_before_parametrizations(module, True)
    return module


def type_before_parametrizations(module, was=False):
    """A module's class but for its parametrizations."""
    return type(module).__bases__[0] if was or is_parametrized(module) else type(module)


def __getattr__(name):
    raise missing("torch.nn.utils.parametrize", name, globals())
