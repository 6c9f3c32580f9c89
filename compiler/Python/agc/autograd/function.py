"""torch.autograd.Function: an op whose backward is the program's.

Its backward is Python in the middle of one event of the trace. So its results are leaves to the trace, each behind a
copy whose node carries the function's name and keeps what belongs to it (`_Call`). A backward that comes to such a node
is taken apart (`_engine.py`): what arrives at the leaves is asked for as a gradient, the function's own backward makes of
it what its inputs get, and from there on they are roots beside the others.
"""
import contextlib
import functools
import itertools
import re
import threading
import weakref

from agc import _agc
from agc._modes import enable_grad, no_grad
from agc._sizes import unlike
from agc._tensor import Tensor
from agc._warnings import warn

_FREED = ("Trying to backward through the graph a second time (or directly access saved tensors after they have already "
          "been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). "
          "Specify retain_graph=True if you need to backward through the graph a second time or if you need to access "
          "saved tensors after calling backward.")


class _Transforms(threading.local):
    count = 0


_transforms = _Transforms()


@contextlib.contextmanager
def transformed():
    """What torch.func's transforms call the program's function in: a Function has to be written for it there."""
    _transforms.count += 1
    try:
        yield
    finally:
        _transforms.count -= 1


class FunctionCtx:
    """What forward leaves for backward."""

    needs_input_grad = ()

    def __init__(self):
        self._saved, self._dirty, self._constant, self._materializes = (), (), (), True
        self._call = lambda: None  # a weak reference: who holds this does not hold the graph

    def save_for_backward(self, *tensors):
        """Keeps inputs and outputs of forward, and what it made besides."""
        for i, tensor in enumerate(tensors):
            if tensor is not None and not isinstance(tensor, Tensor):
                raise TypeError("save_for_backward can only save variables, but argument "
                                f"{i} is of type {type(tensor).__name__}")
        self._saved = tensors

    def save_for_forward(self, *tensors):
        raise NotImplementedError("save_for_forward(): forward mode is not in agc yet")

    def mark_dirty(self, *tensors):
        """Says that forward changed these inputs in place; they have to be outputs."""
        if not all(isinstance(x, Tensor) for x in tensors):  # torch's sentence ends there
            raise RuntimeError("mark_dirty can only accept variables, but argument ")
        self._dirty = tensors

    def mark_non_differentiable(self, *tensors):
        """Says that these outputs have no gradient."""
        if not all(isinstance(x, Tensor) for x in tensors):
            raise RuntimeError("mark_non_differentiable only accepts variable arguments, but got ")
        self._constant = tensors

    def set_materialize_grads(self, value):
        """Whether backward gets zeros, or None, for outputs that nothing uses."""
        self._materializes = bool(value)

    @property
    def saved_tensors(self):
        call = self._call()
        if call is None:
            return self._saved
        if call.freed:
            call.refuse("backward-twice", next(iter(call.leaves.values())), _FREED,
                        [(call.freed, "freed by this backward"), (call.place, "saved by this op")])
        return tuple(None if saved is None else saved.unpack(call) for saved in call.saved)


class _Saved:
    """A tensor kept for backward, which must not have been written since."""

    def __init__(self, tensor):
        self._tensor, self._version = tensor, tensor._version

    def unpack(self, call):
        _check_unwritten(call, self._tensor, self._version)
        return self._tensor


class _SavedResult:
    """A result kept for backward, without its history: that holds what holds this."""

    def __init__(self, output):
        self._output, self._given = output, lambda: None

    def given(self, tensor):
        """What the program got; an alias of it knows whether it is written."""
        self._given, self._alias, self._version = weakref.ref(tensor), _agc.detach(tensor), tensor._version

    def unpack(self, call):
        _check_unwritten(call, self._alias, self._version, call.name())
        tensor = self._given()
        return call.result(self._output) if tensor is None else tensor


def _check_unwritten(call, tensor, version, node=None):
    if tensor._version == version:
        return
    if node is None and tensor.grad_fn is not None:
        node = tensor.grad_fn.name()
    maker = f", which is output 0 of {re.sub('Backward[0-9]*$', '', node)}," if node else ""
    call.refuse("saved-overwritten", tensor,
                "one of the variables needed for gradient computation has been modified by an inplace operation: "
                f"[torch.{tensor.dtype._title}Tensor {list(tensor.shape)}]{maker} is at version "
                f"{tensor._version}; expected version {version} instead. Hint: enable anomaly detection to find the "
                "operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, "
                "check_nan=False).", [(call.place, "saved for backward by this op")], version)


class _Call:
    """One application of a function: what its inputs get is asked of it."""

    count = itertools.count()
    alive = False  # whether there was one: a backward looks for them

    def __init__(self, function, ctx, inputs):
        _Call.alive = True
        self.number, self.saved = next(_Call.count), ()
        self.place, self.asked, self.freed = _agc.here(), None, None  # where it is, and a backward that comes, and frees it
        self.function, self.ctx = function, ctx
        # An input may be written afterwards: its history now is that of a copy that nobody writes.
        self.inputs = [x.clone() if isinstance(x, Tensor) and x.requires_grad else None for x in inputs]
        self.tensors = [isinstance(x, Tensor) for x in inputs]
        # A function of ours stands for one of torch's, whose backward may have kept other values than ours computes from.
        self.sources = [x for x in inputs if isinstance(x, Tensor)] if hasattr(function, "_node") else []
        self.leaves, self.kinds = {}, []  # by the number of the output; shape and dtype of each
        self.views = {}  # by its number, an output that looks at others' elements

    def name(self):
        return getattr(self.function, "_node", self.function.__name__ + "Backward")

    def refuse(self, rule, subject, text, notes, version=None):
        """An error of what was saved; a check goes on after it."""
        notes = notes + ([(_agc.here(), "read here")] if self.asked else [])
        _agc.refuse(rule, subject, text, self.asked, notes, version)

    def free(self, place):
        """A backward has passed that keeps no graph."""
        self.freed, self.saved, self.sources = place, (), ()

    def result(self, i):
        """A result with its history."""
        with enable_grad():
            made = self.leaves[i].clone()
        _agc.keep_in_node(made, self.name(), self)
        if self.sources:
            _agc.add_sources(made, [*self.sources, made])
        if i in self.views:
            _agc.mark_view(made, self.views[i], len(self.leaves) > 1)
        return made

    def next_functions(self):
        return tuple((None, 0) if x is None else x.grad_fn.next_functions[0]
                     for x, is_tensor in zip(self.inputs, self.tensors) if is_tensor)

    def backward(self, gradients, create):
        """The inputs that are tensors (None where they require no grad), and their gradients of those that arrive at the
        outputs (None where none does)."""
        if self.ctx._materializes:
            gradients = [_zeros(kind) if gradient is None else gradient for kind, gradient in zip(self.kinds, gradients)]
        with (enable_grad if create else no_grad)():
            results = self.function._backward_of()(self.ctx, *gradients)
        results = results if isinstance(results, tuple) else (results,)
        extra = results[len(self.inputs):]
        if len(results) < len(self.inputs) or any(x is not None for x in extra):
            raise RuntimeError(f"function {self.name()} returned an incorrect number of gradients (expected "
                               f"{len(self.inputs)}, got {len(results)})")
        return [(x, None if x is None or gradient is None else self._fitting(i, x, gradient))
                for i, (x, gradient) in enumerate(zip(self.inputs, results)) if self.tensors[i]]

    def _fitting(self, i, x, gradient):
        if not isinstance(gradient, Tensor):
            raise RuntimeError(f"expected Variable or None (got {type(gradient).__name__})")
        if unlike(gradient.shape, x.shape):
            import agc
            try:
                fits = agc.broadcast_shapes(x.shape, gradient.shape) == gradient.shape
            except RuntimeError:
                fits = False
            if not fits:
                raise RuntimeError(f"Function {self.name()} returned an invalid gradient at index {i} - got "
                                   f"{list(gradient.shape)} but expected shape compatible with {list(x.shape)}")
            gradient = gradient.sum_to_size(x.shape)
        return gradient if gradient.dtype is x.dtype else gradient.to(x.dtype)


def _zeros(kind):
    from agc._factories import zeros
    return None if kind is None else zeros(kind[0], dtype=kind[1])


class Function(FunctionCtx):
    """An op with a backward of its own: static methods `forward` and `backward`, called by `apply`."""

    def __init__(self, *args, **kwargs):
        warn(f"{type(self)} should not be instantiated. Methods on autograd functions are all static, so you should invoke them on "
             "the class itself. Instantiating an autograd function will raise an error in a future version of PyTorch.",
             DeprecationWarning)

    @staticmethod
    def forward(*args, **kwargs):
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx, inputs, output):
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx, *grad_outputs):
        raise NotImplementedError("You must implement either the backward or vjp method for your custom "
                                  "autograd.Function to use it with backward mode AD.")

    vjp = backward

    @classmethod
    def _backward_of(cls):
        return cls.vjp if cls.backward is Function.backward else cls.backward

    @classmethod
    def apply(cls, *args, **kwargs):
        if kwargs:
            raise TypeError("apply() takes no keyword arguments")
        if _transforms.count and cls.setup_context is Function.setup_context and not cls.__module__.startswith("agc."):
            raise RuntimeError("In order to use an autograd.Function with functorch transforms (vmap, grad, jvp, jacrev, "
                               "...), it must override the setup_context staticmethod. For more details, please see "
                               "https://pytorch.org/docs/main/notes/extending.func.html")
        ctx = _context(cls)()
        needed = tuple(isinstance(x, Tensor) and x.requires_grad for x in args)
        ctx.needs_input_grad = needed
        call = _Call(cls, ctx, args) if _agc.is_grad_enabled() and any(needed) else None
        with no_grad():
            if cls.setup_context is Function.setup_context:
                given = cls.forward(ctx, *args)
            else:
                given = cls.forward(*args)
                cls.setup_context(ctx, args, given)
        outputs = list(given) if isinstance(given, tuple) else [given]
        if call is not None:
            ctx._call = weakref.ref(call)
            outputs = _with_history(call, args, outputs)
        else:  # an input is given back as another object
            for tensor in ctx._dirty:
                _agc.count_write(tensor)
            outputs = [x.view_as(x).detach() if isinstance(x, Tensor) and _is_among(x, args) and
                       not _is_among(x, ctx._dirty) else x for x in outputs]
        return tuple(outputs) if isinstance(given, tuple) else outputs[0]


def _context(cls):
    """The class of what forward and backward get, named as the node is."""
    if "_backward_cls" not in cls.__dict__:
        cls._backward_cls = type(cls.__name__ + "Backward", (FunctionCtx,), {})
    return cls._backward_cls


def _is_among(tensor, tensors):
    return any(tensor is one for one in tensors)


def _with_history(call, given, outputs):
    """The outputs as results of the function."""
    ctx, results = call.ctx, list(outputs)
    for tensor in ctx._dirty:
        if not tensor._is_view() and tensor.requires_grad and tensor.is_leaf:
            _agc.count_write(tensor)
            call.refuse("leaf-written", tensor,
                        "a leaf Variable that requires grad has been used in an in-place operation.", [])
    for i, output in enumerate(outputs):
        if not isinstance(output, Tensor) or _is_among(output, ctx._constant):
            continue
        if not (output.dtype.is_floating_point or output.dtype.is_complex):
            continue
        call.leaves[i] = output.detach().requires_grad_()
        is_input = _is_among(output, given)
        if output._is_view() and not is_input or is_input and not _is_among(output, ctx._dirty):
            call.views[i] = output
    call.kinds = [(x.shape, x.dtype) if isinstance(x, Tensor) else None for x in outputs]
    saved_results = {i: _SavedResult(i) for i in call.leaves}
    call.saved = [None if tensor is None else _saved(tensor, outputs, saved_results) for tensor in ctx._saved]
    ctx._saved = ()
    for i in call.leaves:
        results[i] = call.result(i)
        if _is_among(outputs[i], ctx._dirty):
            results[i] = outputs[i].copy_(results[i])  # the object that the program has
            if not results[i]._is_view():
                _agc.keep_in_node(results[i], call.name(), call)
        if saved_results[i] in call.saved:
            saved_results[i].given(results[i])
    for tensor in ctx._dirty:
        if not _is_among(tensor, outputs):
            raise RuntimeError("Some elements marked as dirty during the forward method were not returned as output. The "
                               "inputs that are modified inplace must all be outputs of the Function.")
    return results


def _saved(tensor, outputs, saved_results):
    return next((saved for i, saved in saved_results.items() if outputs[i] is tensor), None) or _Saved(tensor)


def following(node):
    """The nodes that a cotangent goes to from one."""
    call = node.kept()
    return [n for n, _ in node.next()] + [_agc.grad_fn(x) for x in (call.inputs if call else ()) if x is not None]


class _Once(Function):
    """What once_differentiable gives where someone may differentiate it again."""

    @staticmethod
    def forward(ctx, result, *others):
        return result.clone()

    @staticmethod
    def backward(ctx, *gradients):
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


def once_differentiable(fn):
    """A backward that cannot be differentiated itself: to do so is an error."""

    @functools.wraps(fn)
    def wrapper(ctx, *args):
        with no_grad():
            outputs = fn(ctx, *args)
        smooth = [x for x in args if isinstance(x, Tensor) and x.requires_grad]
        if not _agc.is_grad_enabled() or not smooth:
            return outputs
        many = isinstance(outputs, tuple)
        made = tuple(_Once.apply(x, *smooth) if isinstance(x, Tensor) else x for x in (outputs if many else (outputs,)))
        return made if many else made[0]

    return wrapper
