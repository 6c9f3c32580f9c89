"""torch.utils.checkpoint: functions whose parts PyTorch computes again in backward. What agc keeps for backward is decided
when a segment is compiled, so that here they are called, and their results are the same."""

from agc._missing import missing
from agc._modes import no_grad
from agc._tensor import Tensor
from agc._warnings import warn


def _needs_gradient(args):
    return any(isinstance(x, Tensor) and x.requires_grad for x in args)


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
    if _needs_gradient(args):
        return function(*args)
    warn("None of the inputs have requires_grad=True. Gradients will be None")
    with no_grad():
        return function(*args)


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
