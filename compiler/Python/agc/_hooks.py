"""Hooks: functions that see a gradient while a backward computes it, and may give another.

Those of a result belong to the node that made it: an in-place op gives the tensor another node, and leaves them where they
are. `autograd/_engine.py` calls them.
"""
import weakref
from collections import OrderedDict

from agc import _agc
from agc._sizes import unlike
from agc._tensor import Node, Tensor, method
from agc.utils.hooks import RemovableHandle

_nodes = {}   # by id: the hooks at nodes, which these keep
_leaves = {}  # by id: tensors whose hooks act where they are leaves
_slots = {}   # of the backward that is running: by node, the hooks of leaves


class _Hooks:
    """What the program has put at a node."""

    def __init__(self, node, edges):
        self.node, self.edges = node, edges  # by output: a tensor that stays there
        self.seen = []  # outputs and the hooks of tensors that were there, in the order in which they came
        self.before, self.behind, self.accumulated = OrderedDict(), OrderedDict(), OrderedDict()
        self.tensors, self.is_freed = [], False
        self.came = None  # to a leaf, in the backward that is running

    def __bool__(self):
        return bool(self.before or self.behind or self.accumulated or any(hooks for _, hooks in self.seen))

    def retains(self):
        return any(tensor is not None and tensor.retains_grad for tensor in (held() for held in self.tensors))


def _at(tensor):
    """The hooks at the node of a result."""
    node, output = _agc.place_of(tensor)
    found = _nodes.get(node.id())
    if found is None:
        found = _nodes[node.id()] = _Hooks(node, {})
    if output not in found.edges:
        found.edges[output] = _agc.edge(tensor)
    found.tensors.append(weakref.ref(tensor))
    return found, output


def _require_gradient(tensor):
    if not tensor.requires_grad:
        _agc.refuse("hook-without-grad", tensor, "cannot register a hook on a tensor that doesn't require gradient")
        return False  # a check goes on
    return True


def _register(table, hook):
    handle = RemovableHandle(table)
    table[handle.id] = hook
    return handle


@method
def register_hook(self, hook):
    """hook(grad) is called with each gradient of this tensor; what it gives takes the gradient's place."""
    if not _require_gradient(self):
        return RemovableHandle({})
    held = self.__dict__
    _leaves[id(self)] = weakref.ref(self)
    if not self.is_leaf:
        found, output = _at(self)
        if held.get("_hooked_at") != (found.node.id(), output):
            held["_gradient_hooks"], held["_hooked_at"] = OrderedDict(), (found.node.id(), output)
            found.seen.append((output, held["_gradient_hooks"]))
    return _register(held.setdefault("_gradient_hooks", OrderedDict()), hook)


@method
def register_post_accumulate_grad_hook(self, hook):
    """hook(tensor) is called when a backward has accumulated into this leaf's grad."""
    if not _require_gradient(self):
        return RemovableHandle({})
    if not self.is_leaf:
        raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    _leaves[id(self)] = weakref.ref(self)
    return _register(self.__dict__.setdefault("_accumulated_hooks", OrderedDict()), hook)


def _register_prehook(self, hook):
    """hook(grad_outputs) is called before the node's backward; what it gives, a tuple, takes their place."""
    return _register(_of_node(self, "register_prehook").before, hook)


def _register_node_hook(self, hook):
    """hook(grad_inputs, grad_outputs) is called after the node's backward; what it gives takes the place of grad_inputs."""
    if self._handle.kept() is None and not self._handle.fills_slot():
        raise NotImplementedError(f"{type(self).__name__}.register_hook() is not in agc yet: of what a node gives, only what "
                                  "AccumulateGrad and the program's own functions do is seen (nearest: register_prehook, "
                                  "and register_hook of its inputs)")
    return _register(_of_node(self, "register_hook").behind, hook)


def _of_node(node, what):
    tensor, handle = node._tensor, node._handle
    if handle.fills_slot():
        tensor = _agc.leaf_of(handle)
    if tensor is None or _agc.place_of(tensor)[0].id() != handle.id():
        raise NotImplementedError(f"{type(node).__name__}.{what}() is not in agc yet where the node was not got as a "
                                  "tensor's grad_fn")
    if handle.outputs() > 1 and handle.kept() is None:
        raise NotImplementedError(f"{type(node).__name__}.{what}() is not in agc yet for a node with several outputs")
    return _at(tensor)[0]


Node.register_hook = _register_node_hook
Node.register_prehook = _register_prehook


# ---------------------------------------------------------------- for the engine

def prepare():
    """Whether there are hooks at all; finds those of leaves."""
    _slots.clear()
    for key, reference in list(_leaves.items()):
        tensor = reference()
        if tensor is None:
            del _leaves[key]
            continue
        seen, accumulated = (tensor.__dict__.get(name) for name in ("_gradient_hooks", "_accumulated_hooks"))
        if (seen or accumulated) and tensor.requires_grad and tensor.is_leaf:
            node = _agc.place_of(tensor)[0]
            found = _slots[node.id()] = _Hooks(node, {0: tensor})
            found.seen.append((0, seen or {}))
            found.accumulated = accumulated or {}
    for key, found in list(_nodes.items()):
        if found.is_freed and all(held() is None for held in found.tensors):
            del _nodes[key]
    return bool(_slots or _nodes)


def at(node):
    """The hooks at a node: of a leaf's, those of the tensor first."""
    return [found for table in (_slots, _nodes) if (found := table.get(node.id()))]


def of_call(call):
    """The hooks at the nodes of all results of a call of a function, which are one node of PyTorch's."""
    return [found for found in _nodes.values() if found.node.kept() is call]


def freed(node):
    """A backward has gone past a node: its hooks stay for as long as somebody holds its tensor."""
    if found := _nodes.get(node.id()):
        found.is_freed = True


def _name(hook):
    return getattr(hook, "__name__", "<unknown>")


def fitting(hook, gradient, other):
    """The gradient after a hook gave something for it."""
    if other is None:
        return gradient
    if gradient is None:
        raise RuntimeError("can't replace a None gradient with a non-None value")
    if not isinstance(other, Tensor):
        raise TypeError(f"expected Variable, but hook returned '{type(other).__name__}'")
    if other.dtype is not gradient.dtype:
        was, got = (f"torch.{x.dtype._title}Tensor" for x in (gradient, other))
        raise RuntimeError(f"hook '{_name(hook)}' has changed the type of value (was {was} got {got})")
    if unlike(other.shape, gradient.shape):
        raise RuntimeError(f"hook '{_name(hook)}' has changed the size of value")
    return other


def passed(hooks, gradients, *besides):
    """A node's gradients after its hooks have seen them, and what they are given besides."""
    for hook in list(hooks.values()):
        others = hook(gradients, *besides)
        if others is None:
            continue
        if not isinstance(others, tuple):
            raise TypeError(f"expected tuple, but hook returned '{type(others).__name__}'")
        if len(others) != len(gradients):
            raise RuntimeError(f"hook '{_name(hook)}' has returned an incorrect number of values (got {len(others)}, but "
                               f"expected {len(gradients)})")
        gradients = tuple(fitting(hook, g, o) for g, o in zip(gradients, others))
    return gradients
