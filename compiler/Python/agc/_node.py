"""The names that torch's own kernels have in the graph, and what they save, for what is composed here."""
import functools
from collections import namedtuple

from agc import _agc
from agc._callables import names_of
from agc._modes import is_grad_enabled
from agc._tensor import Tensor


def _tensors(given):
    return [tensor for tensor in given if isinstance(tensor, Tensor)]


def _is_tracked(result):
    """Whether it has a node. Nothing has got one without grad mode, where a view's history is not to be asked for."""
    return isinstance(result, Tensor) and is_grad_enabled() and result.requires_grad and not result.is_leaf


def named(result, name, *saved):
    """The result, whose node has the name that torch gives it and saves what torch's saves."""
    if _is_tracked(result):
        _agc.name_node(result, name)
    return saving(result, *saved) if saved else result


def saving(result, *saved, flat=False):
    """The result, whose node saves these for its backward, too; `flat` if that has a derivative by them, which is zero."""
    if _is_tracked(result):
        _agc.save_for_backward(result, _tensors(saved), False, flat)
    return result


def written(self, *saved):
    """A tensor that was just written; the write saved these."""
    if _is_tracked(self):
        _agc.save_for_backward(self, _tensors(saved), True, False)
    return self


def written_as(self, name):
    """A tensor that was just written by what torch gives this name."""
    if _is_tracked(self) and not self._is_view():
        _agc.name_node(self, name)
    return self


def replaced(self, made):
    """A tensor that takes what was made of a copy of it, and the name of that's node."""
    node = made.grad_fn
    self.copy_(made)
    return written_as(self, node.name()) if node is not None else self


def own(result):
    """A result that looks at nothing else's elements, as torch's does not, though its last step here is a view."""
    return result.clone() if result._is_view() else result


def counted(result, writes):
    """A result of which torch counts so many writes, where more or fewer made it here."""
    _agc.set_version(result, writes)
    return result


def unwritten(function):
    """A function that makes its result by writes, which torch counts none of."""
    @functools.wraps(function)
    def called(*args, **kwargs):
        return counted(function(*args, **kwargs), 0)
    return called


def saving_nothing(function):
    """A function whose nodes save no tensor, as torch's does: it is linear, by numbers and shapes alone."""
    @functools.wraps(function)
    def called(*args, **kwargs):
        since = _agc.next_sequence()
        result = function(*args, **kwargs)
        if _is_tracked(result):
            _agc.forget_saved(result, since)
        return result
    return called


def node(name, saves=""):
    """A function whose first result's node is named as torch names it and saves what torch's saves: of the arguments, and
    `result`, in the order in which torch looks for them."""
    def decorated(function):
        kept = saves.split()
        names = names_of(function) if kept else ()

        @functools.wraps(function)
        def called(*args, **kwargs):
            result = function(*args, **kwargs)
            first = result[0] if isinstance(result, tuple) and result else result
            given = {**dict(zip(names, args)), **kwargs, "result": first} if kept else {}
            named(first, name, *map(given.get, kept))
            return result
        return called
    return decorated


Refusal = namedtuple("Refusal", "kind words")  #: the exception of a derivative that torch does not take


@functools.cache
def _flat(name, refusal):
    """A Function whose result does not follow its inputs; its backward gives zeros, or is refused."""
    from agc.autograd.function import Function

    class Flat(Function):
        _node = name

        @staticmethod
        def forward(ctx, compute, *inputs):
            ctx.inputs = [x.detach() for x in inputs]
            return compute()

        @staticmethod
        def backward(ctx, gradient):
            if refusal:
                raise refusal.kind(refusal.words)
            from agc._factories import zeros_like
            return (None, *map(zeros_like, ctx.inputs))

    return Flat.apply


def flat(compute, inputs, name="NotImplemented", refusal=None):
    """What compute() gives: for backward no function of the inputs, so that their gradients are zeros under a name of
    torch's or, under that of what torch does not differentiate, an error."""
    inputs = _tensors(inputs)
    tracked = is_grad_enabled() and any(x.requires_grad for x in inputs)
    return _flat(name, refusal)(compute, *inputs) if tracked else compute()


def derived_once(tensor, refusal):
    """The tensor, of which torch takes a derivative, and none of that: it refuses it so."""
    tracked = isinstance(tensor, Tensor) and tensor.requires_grad and is_grad_enabled()
    return _agc.call("derived_once", tensor, refusal.words) if tracked else tensor


def not_implemented(function):
    """How torch refuses a function in its list of derivatives that has none."""
    return Refusal(NotImplementedError, f"the derivative for '{function}' is not implemented.")


def underived(function):
    """How torch refuses a function that is in no list of its derivatives."""
    return Refusal(RuntimeError, f"derivative for aten::{function} is not implemented")
