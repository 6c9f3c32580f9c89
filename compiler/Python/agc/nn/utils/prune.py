"""torch.nn.utils.prune: masks of zeros and ones that modules multiply parameters by before each forward."""
from abc import ABC, abstractmethod
from collections.abc import Iterable
from numbers import Integral, Real

import agc
from agc._missing import missing
from agc.nn import utils


def _check_amount(amount):
    if not isinstance(amount, Real):
        raise TypeError(f"Invalid type for amount: {amount}. Must be int or float.")
    if amount < 0 or not isinstance(amount, Integral) and float(amount) > 1.0:
        raise ValueError(f"amount={amount} should either be a float in the range [0, 1] or a non-negative integer")


def _count(amount, size):
    """How many of so many go."""
    if isinstance(amount, Integral) and amount > size:
        raise ValueError(f"amount={amount} should be smaller than the number of parameters to prune={size}")
    return amount if isinstance(amount, Integral) else round(amount * size)


def _check_structured(t, dim):
    if len(t.shape) <= 1:
        raise ValueError("Structured pruning can only be applied to multidimensional tensors. Found tensor of shape "
                         f"{t.shape} with {len(t.shape)} dims")
    if dim >= t.dim():
        raise IndexError(f"Invalid index {dim} for tensor of size {t.shape}")


def _hooks(module, name=None):
    """A module's masks of a parameter, or of any, by their keys among its hooks."""
    return {key: hook for key, hook in module._forward_pre_hooks.items()
            if isinstance(hook, BasePruningMethod) and name in (None, hook._tensor_name)}


class BasePruningMethod(ABC):
    """A hook that computes a parameter from what is left of it."""

    @abstractmethod
    def compute_mask(self, t, default_mask):
        """The mask of a tensor that has one already."""

    def __call__(self, module, inputs):
        setattr(module, self._tensor_name, self.apply_mask(module))

    def apply_mask(self, module):
        """The parameter, masked."""
        if self._tensor_name is None:
            raise AssertionError(f"Module {module} has to be pruned")
        original = getattr(module, self._tensor_name + "_orig")
        return getattr(module, self._tensor_name + "_mask").to(dtype=original.dtype) * original

    @classmethod
    def apply(cls, module, name, *args, importance_scores=None, **kwargs):
        """Prunes a module's parameter, which may be pruned already."""
        found = _hooks(module, name)
        if len(found) > 1:
            raise AssertionError(f"Avoid adding multiple pruning hooks to the same tensor {name} of module {module}. Use a "
                                 "PruningContainer.")
        method = cls(*args, **kwargs)
        method._tensor_name = name
        for key, before in found.items():
            del module._forward_pre_hooks[key]
            container = before if isinstance(before, PruningContainer) else PruningContainer(before)
            container.add_pruning_method(method)
            method = container
        original = getattr(module, name)
        if importance_scores is not None and importance_scores.shape != original.shape:
            raise AssertionError(f"importance_scores should have the same shape as parameter {name} of {module}, got "
                                 f"{importance_scores.shape} vs {original.shape}")
        method._mask(module, name, original, original if importance_scores is None else importance_scores, bool(found))
        return method

    def _mask(self, module, name, original, scores, is_masked):
        if is_masked:
            before = getattr(module, name + "_mask").detach().clone()
        else:
            module.register_parameter(name + "_orig", original)
            del module._parameters[name]
            before = agc.ones_like(original)
        try:
            with agc.no_grad():
                mask = self.compute_mask(scores, default_mask=before)
            module.register_buffer(name + "_mask", mask)
            setattr(module, name, self.apply_mask(module))
            module.register_forward_pre_hook(self)
        except Exception:
            if not is_masked:
                module.register_parameter(name, original)
                del module._parameters[name + "_orig"]
            raise

    def prune(self, t, default_mask=None, importance_scores=None):
        """A tensor, masked, without a module."""
        if importance_scores is not None and importance_scores.shape != t.shape:
            raise AssertionError(f"importance_scores should have the same shape as tensor t, got {importance_scores.shape} vs "
                                 f"{t.shape}")
        scores = t if importance_scores is None else importance_scores
        return t * self.compute_mask(scores, default_mask=agc.ones_like(t) if default_mask is None else default_mask)

    def remove(self, module):
        """The masked numbers become the parameter's own."""
        name = self._tensor_name
        if name is None:
            raise AssertionError(f"Module {module} has to be pruned before pruning can be removed")
        weight, original = self.apply_mask(module), module._parameters.pop(name + "_orig")
        if hasattr(module, name):
            delattr(module, name)
        original.data = weight.data
        del module._buffers[name + "_mask"]
        setattr(module, name, original)


class PruningContainer(BasePruningMethod):
    """Several methods of one parameter, one after the other: each prunes what the ones before have left."""

    def __init__(self, *args):
        self._pruning_methods = ()
        methods = args[0] if args and isinstance(args[0], Iterable) else args
        self._tensor_name = next(iter(methods))._tensor_name if methods else None
        for method in methods:
            self.add_pruning_method(method)

    def add_pruning_method(self, method):
        if method is not None and not isinstance(method, BasePruningMethod):
            raise TypeError(f"{type(method)} is not a BasePruningMethod subclass")
        if method is not None and self._tensor_name != method._tensor_name:
            raise ValueError(f"Can only add pruning methods acting on the parameter named '{self._tensor_name}' to "
                             f"PruningContainer {self}. Found '{method._tensor_name}'")
        self._pruning_methods += (method, )

    def __len__(self):
        return len(self._pruning_methods)

    def __iter__(self):
        return iter(self._pruning_methods)

    def __getitem__(self, index):
        return self._pruning_methods[index]

    def compute_mask(self, t, default_mask):
        method, mask = self._pruning_methods[-1], default_mask.to(dtype=t.dtype)
        left = self._left(method, t, mask)
        made = mask.clone()
        made[left] = method.compute_mask(t[left], default_mask=mask[left]).to(dtype=mask.dtype)
        return made

    @staticmethod
    def _left(method, t, mask):
        """The index of what is not pruned yet."""
        if method.PRUNING_TYPE == "unstructured":
            return mask == 1
        if method.PRUNING_TYPE == "global":
            return (slice(None), ) * t.dim()
        if method.PRUNING_TYPE != "structured":
            raise ValueError(f"Unrecognized PRUNING_TYPE {method.PRUNING_TYPE}")
        if not hasattr(method, "dim"):
            raise AttributeError('Pruning methods of PRUNING_TYPE "structured" need to have the attribute `dim` defined.')
        if not -t.dim() <= method.dim < t.dim():
            raise IndexError(f"Index is out of bounds for tensor with dimensions {t.dim()}")
        dim = method.dim % t.dim()
        kept = mask.sum(dim=[d for d in range(t.dim()) if d != dim]) != 0
        return tuple(kept if d == dim else slice(None) for d in range(t.dim()))


class Identity(BasePruningMethod):
    """Nothing is pruned."""

    PRUNING_TYPE = "unstructured"

    def compute_mask(self, t, default_mask):
        return default_mask


class _Amount(BasePruningMethod):
    PRUNING_TYPE = "unstructured"

    def __init__(self, amount):
        _check_amount(amount)
        self.amount = amount

    def compute_mask(self, t, default_mask):
        count = _count(self.amount, t.nelement())
        mask = default_mask.clone()
        if count:
            mask.view(-1)[self._lowest(t, count)] = 0
        return mask


class RandomUnstructured(_Amount):
    """Elements at random go."""

    def _lowest(self, t, count):
        return agc.topk(agc.rand_like(t).view(-1), k=count).indices


class L1Unstructured(_Amount):
    """The smallest elements go."""

    def _lowest(self, t, count):
        return agc.topk(agc.abs(t).view(-1), k=count, largest=False).indices


class _Structured(BasePruningMethod):
    PRUNING_TYPE = "structured"

    def _keeping(self, t, default_mask, dim, channels):
        """The mask of these places along a dim alone."""
        mask = agc.zeros_like(t)
        mask[tuple(channels if d == dim % t.dim() else slice(None) for d in range(t.dim()))] = 1
        return mask * default_mask.to(dtype=mask.dtype)

    def compute_mask(self, t, default_mask):
        _check_structured(t, self.dim)
        size = t.shape[self.dim]
        count = _count(self.amount, size)
        if not count:
            return default_mask
        return self._keeping(t, default_mask, self.dim, self._kept(t, size, count))


class RandomStructured(_Structured):
    """Whole slices at random go."""

    def __init__(self, amount, dim=-1):
        _check_amount(amount)
        self.amount, self.dim = amount, dim

    def _kept(self, t, size, count):
        chances = agc.rand(size)
        return chances > agc.kthvalue(chances, k=count).values


class LnStructured(_Structured):
    """The slices of the smallest norm go."""

    def __init__(self, amount, n, dim=-1):
        _check_amount(amount)
        self.amount, self.n, self.dim = amount, n, dim

    def _kept(self, t, size, count):
        norms = agc.norm(t, p=self.n, dim=[d for d in range(t.dim()) if d != self.dim % t.dim()])
        return agc.topk(norms, k=size - count, largest=True).indices


class CustomFromMask(BasePruningMethod):
    """A mask of the program's."""

    PRUNING_TYPE = "global"

    def __init__(self, mask):
        self.mask = mask

    def compute_mask(self, t, default_mask):
        if default_mask.shape != self.mask.shape:
            raise AssertionError(f"default_mask shape {default_mask.shape} must match self.mask shape {self.mask.shape}")
        return default_mask * self.mask.to(dtype=default_mask.dtype)


def identity(module, name):
    Identity.apply(module, name)
    return module


def random_unstructured(module, name, amount):
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(module, name, amount, importance_scores=None):
    L1Unstructured.apply(module, name, amount=amount, importance_scores=importance_scores)
    return module


def random_structured(module, name, amount, dim):
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(module, name, amount, n, dim, importance_scores=None):
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module, name, mask):
    CustomFromMask.apply(module, name, mask)
    return module


def global_unstructured(parameters, pruning_method, importance_scores=None, **kwargs):
    """The same method over the elements of several parameters as one vector."""
    if not isinstance(parameters, Iterable):
        raise TypeError("global_unstructured(): parameters is not an Iterable")
    scores = {} if importance_scores is None else importance_scores
    if not isinstance(scores, dict):
        raise TypeError("global_unstructured(): importance_scores must be of type dict")
    parameters = list(parameters)
    own = [getattr(module, name) for module, name in parameters]
    given = utils.parameters_to_vector([scores.get((module, name), t) for (module, name), t in zip(parameters, own)])
    masks = utils.parameters_to_vector([getattr(module, name + "_mask", agc.ones_like(t))
                                        for (module, name), t in zip(parameters, own)])
    container, method = PruningContainer(), pruning_method(**kwargs)
    container._tensor_name = method._tensor_name = "temp"
    if method.PRUNING_TYPE != "unstructured":
        raise TypeError(f'Only "unstructured" PRUNING_TYPE supported for the `pruning_method`. Found method {pruning_method} of '
                        f"type {method.PRUNING_TYPE}")
    container.add_pruning_method(method)
    with agc.no_grad():
        mask = container.compute_mask(given, masks)
    start = 0
    for (module, name), t in zip(parameters, own):
        custom_from_mask(module, name, mask=mask[start:start + t.numel()].view_as(t))
        start += t.numel()


def is_pruned(module):
    """Whether a module, or one in it, has a parameter with a mask."""
    return any(map(_hooks, module.modules()))


def remove(module, name):
    """Makes a mask's zeros the parameter's own."""
    for key, hook in _hooks(module, name).items():
        hook.remove(module)
        del module._forward_pre_hooks[key]
        return module
    raise ValueError(f"Parameter '{name}' of module {module} has to be pruned before pruning can be removed")


def __getattr__(name):
    raise missing("torch.nn.utils.prune", name, globals())
