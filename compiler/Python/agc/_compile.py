"""agc.compile: a function of a program as one graph, compiled for the shapes that it is called with."""
import functools
import inspect

import agc
from agc import _agc, nn
from agc._export import _kind_of
from agc._names import Names, visible
from agc._random_exported import engines
from agc._tensor import Tensor
from agc.autograd.function import Function


class _State:
    """A tensor of the program that is state of what is compiled, or its gradient, or whether it has one."""

    def __init__(self, name, live, is_written, gradient, clears, is_gradient, is_flag):
        self.name, self.live, self.is_written, self.gradient = name, live, is_written, gradient
        self.clears, self.is_gradient, self.is_flag = clears, is_gradient, is_flag
        self._engine, _ = engines.get(_agc.object_id(live), (None, None))

    def refresh(self):
        """Brings a generator's state to where the program's generator is."""
        if self._engine:
            self._engine.take()

    def take(self, model, before):
        """Copies what the program has into the model; `before` has what it had when the forward ran."""
        live = self.live
        if self.is_flag:
            model.take(self.name, agc.tensor(int(live.grad is not None)))
            return
        if self.is_gradient:
            model.take(self.name, agc.zeros_like(live) if live.grad is None else live.grad)
            return
        if self.clears and live.grad is not None:
            raise RuntimeError(f"'{self.name}' has a gradient from before, and the function clears it only after it "
                               "adds to it: call zero_grad() first")
        if self.name not in before:
            self.refresh()
        model.take(self.name, before.get(self.name, live))

    def give(self, model, results):
        """Copies what the model has back into the program."""
        live = self.live
        if self.is_flag:
            return
        if self.is_gradient:
            if self.is_written:
                live.grad = agc.zeros_like(live) if live.grad is None else live.grad
                model.give(self.name, live.grad)
            if self.clears:
                live.grad = None
            return
        if self.is_written:
            model.give(self.name, live)
            if self._engine:
                self._engine.give()
        if self.gradient:
            live.grad = results[self.gradient]


class _Traced:
    """A body compiled for the kinds of its arguments; it returns pairs of a name and a tensor."""

    def __init__(self, function, kinds, body):
        code = getattr(inspect.unwrap(function), "__code__", _Traced.__init__.__code__)
        traced = _agc.Export("compiled", Names([function]).of, True)
        traced.trace([("call", [(n, k.dtype._number, list(k.shape)) for n, k in kinds.items()], body, code.co_filename,
                       code.co_firstlineno)])
        self.states, self._model = [_State(*state) for state in traced.states()], _agc.compile_model(traced)

    def __call__(self, tensors, before={}, gives=True):
        for state in self.states:
            state.take(self._model, before)
        results = {r.name: r.tensor() for r in self._model.call("call", tensors, {})}
        if gives:
            with agc.no_grad():
                for state in self.states:
                    state.give(self._model, results)
        return results


class _Entry:
    """A function compiled for its tensors' shapes, and for what it knew of the program."""

    def __init__(self, function, tensors, others):
        self._function, self._others, self._shape = function, others, None
        self._kinds = {name: _kind_of(t, name) for name, t in tensors.items()}
        self._smooth, self._backward = [], None
        self._needs = {name: t.is_leaf for name, t in tensors.items() if t.requires_grad}
        self._forward = _Traced(function, self._kinds, self._body)
        states = self._forward.states
        trains = any(s.gradient or s.clears or s.is_gradient for s in states)
        self._parameters = [s.live for s in states if s.live.requires_grad and not s.is_gradient and not s.is_flag]
        if trains or not _agc.is_grad_enabled():
            self._smooth = []  # its backward is inside

    def _results(self, given):
        """What the function gives, and the leaves that gradients of its arguments are taken by."""
        given, leaves = dict(zip(self._kinds, given)), {}
        for name, is_leaf in self._needs.items():
            leaves[name] = given[name].requires_grad_()
            given[name] = leaves[name] if is_leaf else leaves[name].clone()
        versions = [t._version for t in given.values()]
        result = self._function(**given, **self._others)
        if [t._version for t in given.values()] != versions:
            raise RuntimeError(f"{_name(self._function)}() writes to a tensor that it is given: what agc.compile compiles "
                               "changes parameters and buffers only")
        for name, leaf in leaves.items():
            if leaf.grad is not None:
                raise NotImplementedError(f"{_name(self._function)}(): a backward inside gives argument '{name}' a "
                                          "gradient, which is not in agc.compile yet: return the loss, or use "
                                          "torch.autograd.grad")
        return result, leaves

    def _body(self, *given):
        result, _ = self._results(given)
        self._shape, results = _flat(result)
        self._smooth = [i for i, t in enumerate(results) if t.requires_grad]
        named = [(f"result{i}", t) for i, t in enumerate(results)]
        return named or [("nothing", agc.zeros(()))]  # a compiled function returns something

    def __call__(self, tensors):
        if not self._smooth:
            results = self._forward(tensors)
            return _shaped(self._shape, [results[f"result{i}"] for i in range(sum(n.startswith("result")
                                                                                for n in results))])
        return _shaped(self._shape, list(CompiledFunction.apply(self, *tensors.values(), *self._parameters)))

    # ------------------------------------------------------------ the backward of what it gave

    def forward(self, given):
        """The results, and what the function's own writes take the place of."""
        for state in self._forward.states:
            state.refresh()
        before = {s.name: s.live.detach().clone() for s in self._forward.states if s.is_written}
        results = self._forward(dict(zip(self._kinds, given)))
        return [results[f"result{i}"] for i in range(len(results))], before

    def gradients(self, given, before, cotangents):
        """Gradients of arguments and parameters; the forward is computed again, from what it was given."""
        if self._backward is None:
            self._compile_backward(cotangents)
        names = [*self._kinds, *(f"cotangent{i}" for i in range(len(cotangents)))]
        found = self._backward(dict(zip(names, [*given, *cotangents])), before, gives=False)
        return [found.get(f"gradient{i}") for i in range(len(self._kinds) + len(self._parameters))]

    def traced_gradients(self, saved, cotangents):
        """The same with a history, for create_graph: the function itself is called again, and not compiled."""
        if any(s.is_written for s in self._forward.states):
            raise RuntimeError("torch.compile with aot_autograd does not currently support double backward (of a function "
                               "that changes buffers or draws random numbers)")
        result = self._function(**dict(zip(self._kinds, saved)), **self._others)
        sources = [*saved[:len(self._kinds)], *self._parameters]
        wanted = [x for x in sources if x.requires_grad]
        found = iter(agc.autograd.grad([_flat(result)[1][i] for i in self._smooth], wanted, cotangents, create_graph=True,
                                       allow_unused=True))
        return [next(found) if x.requires_grad else None for x in sources]

    def _compile_backward(self, cotangents):
        count = len(self._kinds)
        kinds = {f"cotangent{i}": _kind_of(t, "") for i, t in enumerate(cotangents)}

        def body(*given):
            result, leaves = self._results(given[:count])
            results = _flat(result)[1]
            sources = [leaves.get(name) for name in self._kinds] + self._parameters
            wanted = [x for x in sources if x is not None]
            found = iter(agc.autograd.grad([results[i] for i in self._smooth], wanted, given[count:],
                                           allow_unused=True))
            found = [(f"gradient{i}", next(found)) for i, x in enumerate(sources) if x is not None]
            return [(name, gradient) for name, gradient in found if gradient is not None]

        self._backward = _Traced(self._function, {**self._kinds, **kinds}, body)


class CompiledFunction(Function):
    """A call of a compiled function, as a node of the program's graph."""

    @staticmethod
    def forward(ctx, entry, *tensors):
        results, ctx.before = entry.forward([t.detach() for t in tensors[:len(entry._kinds)]])
        ctx.entry = entry
        ctx.save_for_backward(*tensors)
        ctx.mark_non_differentiable(*(t for i, t in enumerate(results) if i not in entry._smooth))
        return tuple(results)

    @staticmethod
    def backward(ctx, *cotangents):
        entry, saved = ctx.entry, ctx.saved_tensors
        cotangents = [cotangents[i] for i in entry._smooth]
        if _agc.is_grad_enabled():
            return None, *entry.traced_gradients(saved, cotangents)
        return None, *entry.gradients(saved[:len(entry._kinds)], ctx.before, cotangents)


def _name(function):
    return getattr(function, "__name__", type(function).__name__)


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


def _shaped(shape, tensors):
    if shape is None:
        return tensors[0]
    if isinstance(shape, list):
        return dict(zip(shape, tensors))
    return None if shape is type(None) else shape(tensors)


_PLAIN = (bool, int, float, complex, str, type(None))


def _known(function):
    """What a function may take from the program beside numbers of tensors: what is compiled holds it as it is."""
    from agc.optim import Optimizer
    for name, value in sorted(visible(function).items()):
        if isinstance(value, _PLAIN):
            yield name, value
        elif isinstance(value, nn.Module):
            yield name, tuple(_facts(value))
        elif isinstance(value, Optimizer):
            yield name, tuple((key, number) for group in value.param_groups for key, number in group.items()
                              if isinstance(number, _PLAIN + (tuple,)))


def _facts(module):
    """A module's own numbers, and which tensors it has."""
    for part in module.modules():
        yield tuple((key, value) for key, value in vars(part).items() if isinstance(value, _PLAIN))
    for tensor in (*module.parameters(), *module.buffers()):
        yield id(tensor), _agc.object_id(tensor), tensor.requires_grad


class OptimizedModule(nn.Module):
    """A module whose calls are compiled; all else is the module's own."""

    def __init__(self, module):
        super().__init__()
        self._orig_mod = module
        object.__setattr__(self, "_compiled", _compiled(module.__call__, inspect.signature(module.forward)))

    def forward(self, *args, **kwargs):
        return self._compiled(*args, **kwargs)

    def __getattr__(self, name):
        if name == "_orig_mod":
            return self._modules["_orig_mod"]
        return getattr(self._modules["_orig_mod"], name)

    def train(self, mode=True):
        super().train(mode)
        return self


def compile(model=None, **options):
    """A function, or a module, as one graph, compiled when it is first called with arguments of new shapes. Parameters
    and buffers that it changes are changed in the program, and gradients that it leaves are there. Where a number that it
    takes from the program has changed (a learning rate), it is compiled anew.

        @agc.compile
        def train_step(x, y): ...

    A backward inside is compiled with it, and its results have no history then; those of others have one, whose backward
    is compiled when it is first asked for. What needs a tensor's numbers is an error at its line. PyTorch's options
    (`mode`, `dynamic` …) choose among compilers that are not here, and are taken."""
    if model is None:
        return lambda model: compile(model, **options)
    unknown = set(options) - {"fullgraph", "dynamic", "backend", "mode", "options", "disable"}
    if unknown:
        raise TypeError(f"compile() got an unexpected keyword argument '{sorted(unknown)[0]}'")
    if options.get("disable"):
        return model
    if isinstance(model, nn.Module):
        return OptimizedModule(model)
    return functools.wraps(model)(_compiled(model, inspect.signature(model)))


def _compiled(function, signature):
    entries = {}

    def compiled(*args, **kwargs):
        if _agc.is_exporting():
            return function(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        bound = _by_name(function, signature, bound.arguments)
        tensors = {n: v for n, v in bound.items() if isinstance(v, Tensor)}
        others = {n: v for n, v in bound.items() if n not in tensors}
        key = (tuple((n, t.dtype._name, tuple(t.shape), t.requires_grad and (t.is_leaf, ))
                     for n, t in tensors.items()), repr(others), tuple(_known(function)), _agc.is_grad_enabled())
        if key not in entries:
            entries[key] = _Entry(function, tensors, others)
        return entries[key](tensors)

    compiled.entries = entries
    return compiled


def _by_name(function, signature, arguments):
    """Arguments by their names; what takes any number of them has none."""
    for name, parameter in signature.parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            if arguments.pop(name):
                raise TypeError(f"{_name(function)}() takes any arguments: what agc.compile compiles names its inputs")
    return arguments
