"""Hooks on tensors: functions that see a gradient while a backward computes it, and may give another.

A hook is Python's and a backward is one event of the trace. So the gradient of a hooked tensor is asked for before that
event, and where a hook gives another one, the event starts at that tensor. That is the same where every way from the
roots to a leaf leads through it; where one does not, it is refused.
"""
import weakref
from collections import OrderedDict

from agc import _agc
from agc.autograd import function
from agc._modes import enable_grad, no_grad
from agc._tensor import Tensor, method, unlike
from agc.utils.hooks import RemovableHandle

_hooked = {}  # by id: a leaf by a weak reference, a result as it is until its graph is freed


def _table(tensor, name):
    table = tensor.__dict__.setdefault(name, OrderedDict())
    _hooked.pop(id(tensor), None)
    _hooked[id(tensor)] = weakref.ref(tensor) if tensor.is_leaf else lambda: tensor
    return table


def _register(tensor, name, hook):
    table = _table(tensor, name)
    handle = RemovableHandle(table)
    table[handle.id] = hook
    return handle


@method
def register_hook(self, hook):
    """hook(grad) is called with each gradient of this tensor; what it gives takes the gradient's place."""
    if not self.requires_grad:
        _agc.refuse("hook-without-grad", self, "cannot register a hook on a tensor that doesn't require gradient")
    return _register(self, "_gradient_hooks", hook)


@method
def register_post_accumulate_grad_hook(self, hook):
    """hook(tensor) is called when a backward has accumulated into this leaf's grad."""
    if not self.requires_grad:
        _agc.refuse("hook-without-grad", self, "cannot register a hook on a tensor that doesn't require gradient")
    if not self.is_leaf:
        raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    return _register(self, "_accumulated_hooks", hook)


def _of(tensor, name="_gradient_hooks"):
    return list(tensor.__dict__.get(name, {}).values())


def _alive():
    """Hooked tensors, the last one first: a backward comes to results in the opposite order."""
    tensors = [(key, reference()) for key, reference in reversed(_hooked.items())]
    for key, tensor in tensors:
        if tensor is None or not (_of(tensor) or _of(tensor, "_accumulated_hooks")):
            _hooked.pop(key, None)
    return [tensor for _, tensor in tensors if tensor is not None]


def _called(tensor, gradient, create):
    """The gradient after a tensor's hooks have seen it."""
    with (enable_grad if create else no_grad)():
        for hook in _of(tensor):
            other = hook(gradient)
            if other is None:
                continue
            if not isinstance(other, Tensor):
                raise TypeError(f"expected Variable, but hook returned '{type(other).__name__}'")
            if unlike(other.shape, gradient.shape):
                raise RuntimeError("hook has changed the size of value")
            gradient = other
    return gradient


def _leads_around(roots, tensor):
    """Whether a leaf is reached from the roots without the node that made a tensor."""
    stack, seen = [_agc.grad_fn(root) for root in roots], {_agc.grad_fn(tensor).id()}
    while stack:
        node = stack.pop()
        if node is None or node.id() in seen:
            continue
        seen.add(node.id())
        if node.name() == "AccumulateGrad":
            return True
        stack += function.following(node)
    return False


def _retain_between(tensors, seeds, tensor, create):
    """Fills the slots of what retains its gradient on the way to a tensor; its own gets what its hooks gave."""
    old = tensor.grad if tensor.retains_grad else None
    function.grad(tensors, [tensor], seeds, create, True, True)
    if tensor.retains_grad:
        tensor.grad = old


def _start(tensors, seeds, create, besides=()):
    """Calls the hooks of results; where a backward starts afterwards."""
    for tensor in _alive():
        if tensor.is_leaf or any(tensor is one for one in besides) or not _of(tensor):
            continue
        gradient = function.grad(tensors, [tensor], seeds, create, True, True, inner=True)[0]
        if gradient is None:
            continue
        other = _called(tensor, gradient, create)
        if other is gradient:
            continue
        if _leads_around(tensors, tensor):
            raise NotImplementedError("a hook that replaces the gradient of a result is not in agc yet where the leaves "
                                      "are reached without that result, too")
        _retain_between(tensors, seeds, tensor, create)
        tensors, seeds = [tensor], [other]
    return tensors, seeds


def _forget_results():
    for key, reference in list(_hooked.items()):
        tensor = reference()
        if tensor is None or not tensor.is_leaf:
            del _hooked[key]


def _accumulate(leaf, old, create):
    """What a backward has put into an empty slot, after the hooks, added to what was there."""
    if leaf.grad is None:
        leaf.grad = old
        return
    gradient = _called(leaf, leaf.grad, create)
    if old is None:
        leaf.grad = gradient
    elif create:
        leaf.grad = old + gradient
    else:
        with no_grad():
            old.add_(gradient)
        leaf.grad = old
    for hook in _of(leaf, "_accumulated_hooks"):
        hook(leaf)


def backward(tensors, seeds, retain, create, inputs):
    """function.backward, and the hooks."""
    leaves = [tensor for tensor in _alive() if tensor.is_leaf and tensor.requires_grad] if _hooked else []
    if not _hooked:
        return function.backward(tensors, seeds, retain, create, inputs)
    tensors, seeds = _start(tensors, seeds, create)
    before = [leaf.grad for leaf in leaves]
    for leaf in leaves:
        leaf.grad = None
    try:
        function.backward(tensors, seeds, retain, create, inputs)
    except BaseException:
        for leaf, old in zip(leaves, before):
            leaf.grad = old
        raise
    for leaf, old in zip(leaves, before):
        _accumulate(leaf, old, create)
    if not retain:
        _forget_results()


def grad(outputs, inputs, seeds, create, retain, unused):
    """function.grad, and the hooks."""
    if not _hooked:
        return function.grad(outputs, inputs, seeds, create, retain, unused)
    outputs, seeds = _start(outputs, seeds, create, inputs)
    passed = [tensor for tensor in inputs if _passes_on(tensor, inputs)]
    results = function.grad(outputs, inputs, seeds, create, retain, unused)
    return tuple(result if result is None else _captured(tensor, result, create, passed)
                 for tensor, result in zip(inputs, results))


def _passes_on(tensor, inputs):
    """Whether another input is reached through a hooked result."""
    others = [one for one in inputs if one is not tensor]
    if tensor.is_leaf or not others or not _of(tensor):
        return False
    seed = tensor.detach().new_ones(tensor.shape)
    return any(found is not None for found in function.grad([tensor], others, [seed], False, True, True, inner=True))


def _captured(tensor, gradient, create, passed):
    """What grad() gives for an input, after the hooks have seen it."""
    other = _called(tensor, gradient, create)
    if other is not gradient and any(tensor is one for one in passed):
        raise NotImplementedError("a hook that replaces the gradient of an input of grad() is not in agc yet where "
                                  "another input is reached through it")
    return other
