"""Full backward hooks of a module: functions of what passes between its outputs and its inputs in a backward."""

from agc import _agc
from agc._tensor import Tensor
from agc._warnings import warn
from agc.autograd.function import Function


class BackwardHookFunction(Function):
    """Passes tensors on, and shows their gradients to somebody."""

    @staticmethod
    def forward(ctx, seen, *tensors):
        ctx.seen = seen
        ctx.set_materialize_grads(False)
        return tuple(tensor.view_as(tensor) for tensor in tensors)

    @staticmethod
    def backward(ctx, *gradients):
        return None, *ctx.seen(gradients)


class BackwardHooks:
    """One call of a module that has such hooks."""

    def __init__(self, module, hooks, before):
        self._module, self._hooks, self._before = module, hooks, before
        self._at = {True: None, False: None}  # where tensors stand among inputs (True) and outputs
        self._count, self._outputs = {}, None

    def passed(self, values, are_inputs):
        """Inputs or outputs whose gradients are seen here."""
        at = [i for i, x in enumerate(values) if isinstance(x, Tensor)]
        self._count[are_inputs] = len(values)
        if not _agc.is_grad_enabled() or not any(values[i].requires_grad for i in at):
            return values
        self._at[are_inputs] = at
        values = list(values)
        seen = self._inputs_seen if are_inputs else self._outputs_seen
        for i, tensor in zip(at, BackwardHookFunction.apply(seen, *[values[i] for i in at])):
            values[i] = tensor
        return tuple(values)

    def _all(self, gradients, are_inputs):
        made = [None] * self._count[are_inputs]
        for i, gradient in zip(self._at[are_inputs], gradients):
            made[i] = gradient
        return tuple(made)

    def _outputs_seen(self, gradients):
        self._outputs = self._all(gradients, False)
        for hook in self._before:
            self._outputs = self._replaced(hook(self._module, self._outputs), self._outputs, "Backward pre hook")
        if self._at[True] is None:
            warn("Full backward hook is firing when gradients are computed with respect to module outputs since "
                 "no inputs require gradients. See https://docs.pytorch.org/docs/main/generated/"
                 "torch.nn.Module.html#torch.nn.Module.register_full_backward_hook for more details.")
            nothing = (None,) * self._count[True]
            for hook in self._hooks:
                other = hook(self._module, nothing, self._outputs)
                if other is not None and any(x is not None for x in other):
                    raise RuntimeError("Backward hook for Modules where no input requires gradient should always return "
                                       "None or None for all gradients.")
        return [self._outputs[i] for i in self._at[False]]

    def _inputs_seen(self, gradients):
        inputs = self._all(gradients, True)
        for hook in self._hooks:
            inputs = self._replaced(hook(self._module, inputs, self._outputs), inputs, "Backward hook")
        self._outputs = None
        return [inputs[i] for i in self._at[True]]

    @staticmethod
    def _replaced(other, own, what):
        if other is None:
            return own
        other = other if isinstance(other, tuple) else (other,)
        if len(other) != len(own):
            raise RuntimeError(f"{what} returned an invalid number of grad_{'output' if 'pre' in what else 'input'}, got "
                               f"{len(other)}, but expected {len(own)}")
        return other


def called(module, call, args, hooks, before):
    """A call whose inputs and outputs are seen in a backward."""
    watched = BackwardHooks(module, hooks, before)
    result = call(*watched.passed(args, True))
    if isinstance(result, Tensor):
        return watched.passed((result,), False)[0]
    return watched.passed(result, False) if isinstance(result, tuple) else result
