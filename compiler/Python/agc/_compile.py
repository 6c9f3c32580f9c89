"""agc.compile: a function of a program as one graph, compiled for the shapes that it is called with."""
import functools
import inspect

import agc
from agc import _agc, nn
from agc._export import _kind_of
from agc._names import Names, visible
from agc._tensor import Tensor


class _Entry:
    """A function compiled for its tensors' shapes, and for what it knew of the program."""

    def __init__(self, function, tensors, others):
        self._shape, self._names = None, Names([function])
        inputs = [(name, _kind_of(t, name)) for name, t in tensors.items()]
        code = inspect.unwrap(function).__code__
        traced = _agc.Export("compiled", self._names.of, True)

        def body(*given):
            versions = [t._version for t in given]
            result = function(**dict(zip(tensors, given)), **others)
            if [t._version for t in given] != versions:
                raise RuntimeError(f"{code.co_name}() writes to a tensor that it is given: what agc.compile compiles "
                                   "changes parameters and buffers only")
            self._shape, results = _flat(result)
            named = [(f"result{i}", t) for i, t in enumerate(results)]
            return named or [("nothing", agc.zeros(()))]  # a compiled function returns something

        traced.trace([("call", [(n, k.dtype._number, list(k.shape)) for n, k in inputs], body, code.co_filename,
                       code.co_firstlineno)])
        self._states, self._model = traced.states(), _agc.compile_model(traced)

    def __call__(self, tensors):
        for name, live, _, gradient, clears in self._states:
            if clears and live.grad is not None:
                raise RuntimeError(f"'{name}' has a gradient from before, and the function clears it only after it "
                                   "adds to it: call zero_grad() first")
            self._model.take(name, live)
        results = {r.name: r.tensor() for r in self._model.call("call", tensors, {})}
        with agc.no_grad():
            for name, live, is_written, gradient, clears in self._states:
                if is_written:
                    self._model.give(name, live)
                if gradient:
                    live.grad = results[gradient]
        return _shaped(self._shape, results)


def _flat(result):
    """How a result is made of tensors, and these."""
    if isinstance(result, Tensor):
        return None, [result]
    if isinstance(result, dict):
        return list(result), _only_tensors(result.values())
    if isinstance(result, (tuple, list)):
        return type(result), _only_tensors(result)
    return type(None), _only_tensors([] if result is None else [result])


def _only_tensors(values):
    for value in values:
        if not isinstance(value, Tensor):
            raise TypeError(f"what agc.compile compiles returns tensors, not {type(value).__name__}")
    return list(values)


def _shaped(shape, results):
    tensors = [results[f"result{i}"] for i in range(sum(name.startswith("result") for name in results))]
    if shape is None:
        return tensors[0]
    if isinstance(shape, list):
        return dict(zip(shape, tensors))
    return None if shape is type(None) else shape(tensors)


def _known(function):
    """The numbers that a function may take from the program: what is compiled holds them as they are."""
    from agc.optim import Optimizer
    plain = (bool, int, float, complex, str, type(None))
    for name, value in sorted(visible(function).items()):
        if isinstance(value, plain):
            yield name, value
        elif isinstance(value, nn.Module):
            yield name, tuple(module.training for module in value.modules())
        elif isinstance(value, Optimizer):
            yield name, tuple((key, number) for group in value.param_groups for key, number in group.items()
                              if isinstance(number, plain + (tuple,)))


def compile(function=None):
    """A function, its backward and its optimizer's step as one graph, compiled when it is first called with arguments of
    new shapes. Parameters and buffers that it changes are changed in the program, and gradients that it leaves are there.
    Where a number that it takes from the program has changed (a learning rate), it is compiled anew.

        @agc.compile
        def train_step(x, y): ...

    Its results have no history: backward belongs inside. What needs a tensor's numbers is an error at its line."""
    if function is None:
        return compile
    if isinstance(function, nn.Module):
        raise NotImplementedError("agc.compile takes a function with its backward inside, not a module")
    signature, entries = inspect.signature(function), {}

    @functools.wraps(function)
    def compiled(*args, **kwargs):
        if _agc.is_exporting():
            return function(*args, **kwargs)
        bound = signature.bind(*args, **kwargs).arguments
        tensors = {n: v for n, v in bound.items() if isinstance(v, Tensor)}
        others = {n: v for n, v in bound.items() if n not in tensors}
        for name, tensor in tensors.items():
            if tensor.requires_grad:
                raise NotImplementedError(f"{function.__name__}(): argument '{name}' requires grad: gradients of "
                                          "arguments are not in agc.compile yet")
        key = (tuple((n, t.dtype._name, tuple(t.shape)) for n, t in tensors.items()), repr(others),
               tuple(_known(function)), _agc.is_grad_enabled())
        if key not in entries:
            entries[key] = _Entry(function, tensors, others)
        return entries[key](tensors)

    compiled.entries = entries
    return compiled
