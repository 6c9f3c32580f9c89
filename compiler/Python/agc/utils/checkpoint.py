"""torch.utils.checkpoint: functions that PyTorch calls again in backward. What agc keeps for backward is decided when a
segment is compiled: without `use_reentrant` a function is called once, and its results are the same. With it the second
call is part of what a program sees, and is made."""

from agc import _agc
from agc._missing import missing
from agc._modes import enable_grad, no_grad
from agc._tensor import Tensor
from agc._warnings import warn
from agc.autograd import Function, _engine, backward
from agc.random import default_generator, fork_rng, get_rng_state, set_rng_state


def check_backward_validity(inputs):
    """Warns where no input requires grad."""
    if not any(x.requires_grad for x in inputs if isinstance(x, Tensor)):
        warn("None of the inputs have requires_grad=True. Gradients will be None")


def detach_variable(inputs):
    """The same inputs; of each tensor a leaf that requires grad where it does."""
    return tuple(x.detach().requires_grad_(x.requires_grad) if isinstance(x, Tensor) else x for x in inputs)


class CheckpointFunction(Function):
    """A call without its graph, which backward makes again."""

    @staticmethod
    def forward(ctx, run_function, preserve_rng_state, *args):
        check_backward_validity(args)
        ctx.run_function = run_function
        ctx.random = get_rng_state() if preserve_rng_state and not _agc.is_exporting() else None
        drawn = default_generator._drawn_exported()
        ctx.inputs = [None if isinstance(x, Tensor) else x for x in args]
        ctx.places = [i for i, x in enumerate(args) if isinstance(x, Tensor)]
        ctx.save_for_backward(*(args[i] for i in ctx.places))
        with no_grad():
            outputs = run_function(*args)
        if preserve_rng_state and default_generator._drawn_exported() != drawn:
            raise NotImplementedError("random numbers in a checkpoint with use_reentrant=True in an exported function are not "
                                      "in agc yet: backward draws them again")
        return outputs

    @staticmethod
    def backward(ctx, *cotangents):
        if not _engine.may_checkpoint():
            raise RuntimeError("When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an "
                               "`inputs` parameter to .backward(). To resolve this error, you can either set "
                               "use_reentrant=False, or call .backward() without passing the `inputs` argument.")
        inputs = list(ctx.inputs)
        for i, tensor in zip(ctx.places, ctx.saved_tensors):
            inputs[i] = tensor
        inputs = detach_variable(inputs)
        with enable_grad(), fork_rng(enabled=ctx.random is not None):
            if ctx.random is not None:
                set_rng_state(ctx.random)
            outputs = ctx.run_function(*inputs)
        outputs = (outputs,) if isinstance(outputs, Tensor) else outputs
        roots = [(x, cotangent) for x, cotangent in zip(outputs, cotangents) if isinstance(x, Tensor) and x.requires_grad]
        if not roots:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        backward(*zip(*roots))
        return (None, None, *(x.grad if isinstance(x, Tensor) else None for x in inputs))


def checkpoint(function, *args, use_reentrant=None, context_fn=None, determinism_check="default", debug=False,
               early_stop=True, preserve_rng_state=True, **kwargs):
    """function(*args, **kwargs)"""
    from agc._missing import refuse
    refuse("checkpoint", context_fn=context_fn, debug=debug)
    if use_reentrant is None:
        warn("torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. Starting in "
             "PyTorch 2.9, calling checkpoint without use_reentrant will raise an exception. use_reentrant=False "
             "is recommended, but if you need to preserve the current default behavior, you can pass "
             "use_reentrant=True. Refer to docs for more details on the differences between the two variants.")
        use_reentrant = True
    if not use_reentrant:
        return function(*args, **kwargs)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    return CheckpointFunction.apply(function, preserve_rng_state, *args)


def checkpoint_sequential(functions, segments, input, use_reentrant=None, **kwargs):
    """Functions one after the other."""
    functions = list(functions.children()) if hasattr(functions, "children") else list(functions)

    def part(start, end):
        def run(input):
            for function in functions[start:end]:
                input = function(input)
            return input
        return run
    size, start = len(functions) // segments, 0
    for i in range(segments - 1):
        input = checkpoint(part(start, start + size), input, use_reentrant=use_reentrant, **kwargs)
        start += size
    return part(start, len(functions))(input)


def __getattr__(name):
    raise missing("torch.utils.checkpoint", name, globals())
