"""A function of a program compiled for the kinds of its arguments, and its calls as nodes of the program's graph."""
import contextlib
import inspect
import re

import agc
from agc import _agc
from agc._names import Names
from agc._numpy import arrays_as_constants
from agc._random_exported import engines
from agc._structure import NotExportable
from agc._tensor import Tensor
from agc._trees import parts_of, rebuilt
from agc.autograd.function import Function


def name_of(function):
    """A function's name; of a module's call, its class's."""
    owner = getattr(function, "__self__", None)
    return type(owner).__name__ if hasattr(owner, "forward") else getattr(function, "__name__", type(function).__name__)


def _place_of(function):
    """The file and line of a function, or of a module's forward; of one without, nobody's."""
    function = getattr(getattr(function, "__self__", None), "forward", function)
    code = getattr(inspect.unwrap(function), "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code else ("<unknown>", 0)


@contextlib.contextmanager
def _told_at_its_line(function):
    """An error that its traceback does not show in the program says where it is."""
    try:
        yield
    except Exception as error:
        place = getattr(error, "agc_line", _place_of(function) if isinstance(error, NotExportable) else None)
        traceback, shown = error.__traceback__, set()
        while traceback:
            shown.add((traceback.tb_frame.f_code.co_filename, traceback.tb_lineno))
            traceback = traceback.tb_next
        text = f"{place[0]}:{place[1]}: {error}" if place and place not in shown else str(error)
        if isinstance(error, NotExportable):
            raise TypeError(text) from None
        error.args = (text, *error.args[1:])
        raise


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
        self._name = re.sub(r"\W+", "_", name_of(function)).strip("_") or "call"
        inputs = [(n, k.dtype._number, list(k.shape)) for n, k in kinds.items()]
        traced = _agc.Export("compiled", Names([function]).of, True)

        def outputs(*given):
            with arrays_as_constants(self._name) as self.arrays:
                return body(traced, *given)
        with _told_at_its_line(function):
            traced.trace([(self._name, inputs, outputs, *_place_of(function))])
            self.states, self._model = [_State(*state) for state in traced.states()], _agc.compile_model(traced)
        (_, _, _, described, _, _), = self._model.functions()
        self.types = {name: type for name, _, type in described}

    def __call__(self, tensors, before={}, gives=True):
        for state in self.states:
            state.take(self._model, before)
        results = {r.name: r.tensor() for r in self._model.call(self._name, tensors, {})}
        if gives:
            with agc.no_grad():
                for state in self.states:
                    state.give(self._model, results)
        return results


class Entry:
    """A function compiled for its tensors' shapes, and for what it knew of the program. An extent of a shape may be a name,
    for any number from 2 on."""

    def __init__(self, function, tensors, shapes, others):
        self._function, self._others = function, others
        self._tree, self._aliases = None, {}
        self._kinds = {name: t.dtype[shape] for (name, t), shape in zip(tensors.items(), shapes)}
        self.shapes = shapes
        self._smooth, self._backward = [], None
        self._needs = {name: t.is_leaf for name, t in tensors.items() if t.requires_grad}
        self._forward = _Traced(function, self._kinds, self._body)
        states = self._forward.states
        trains = any(s.gradient or s.clears or s.is_gradient for s in states)
        self._parameters = [s.live for s in states if s.live.requires_grad and not s.is_gradient and not s.is_flag]
        if trains or not _agc.is_grad_enabled():
            self._smooth = []  # its backward is inside

    @property
    def is_static(self):
        return all(isinstance(extent, int) for shape in self.shapes for extent in shape)

    def fits(self, shapes):
        """Whether it is compiled for these shapes, and arrays of the program are what they were."""
        named = {}
        for own, shape in zip(self.shapes, shapes):
            for extent, number in zip(own, shape):
                if number != extent if isinstance(extent, int) else number < 2 or named.setdefault(extent, number) != number:
                    return False
        return all(array.tobytes() == data for _, array, data in self._forward.arrays)

    def _results(self, given):
        """What the function gives, what it was given, and the leaves that gradients of its arguments are taken by."""
        given, leaves = dict(zip(self._kinds, given)), {}
        for name, is_leaf in self._needs.items():
            leaves[name] = given[name].requires_grad_()
            given[name] = leaves[name] if is_leaf else leaves[name].clone()
        versions = [t._version for t in given.values()]
        result = self._function(**given, **self._others)
        if [t._version for t in given.values()] != versions:
            raise RuntimeError(f"{self._at()}{name_of(self._function)}() writes to a tensor that it is given: what "
                               "agc.compile compiles changes parameters and buffers only")
        for name, leaf in leaves.items():
            if leaf.grad is not None:
                raise NotImplementedError(f"{self._at()}{name_of(self._function)}(): a backward inside gives argument "
                                          f"'{name}' a gradient, which is not in agc.compile yet: return the loss, or use "
                                          "torch.autograd.grad")
        return result, given, leaves

    def _at(self):
        return "{}:{}: ".format(*_place_of(self._function))

    def _body(self, traced, *given):
        result, given, _ = self._results(given)
        self._tree, results = _flat(result)
        sources = [*given.values(), *(live for _, live, _, _, _, is_gradient, is_flag in traced.states()
                                      if not is_gradient and not is_flag)]
        self._aliases = {}
        for i, tensor in enumerate(results):
            for source, other in [*enumerate(sources), *((-1 - j, results[j]) for j in range(i))]:
                way = _agc.way(other, tensor)
                if way is not None and i not in self._aliases:
                    if not way.is_static:
                        raise NotExportable("a view of extents that only a call tells is returned")
                    self._aliases[i] = source, way
        computed = self._computed(results)
        self._smooth = [i for i, t in enumerate(computed) if t.requires_grad]
        return [(f"result{i}", t) for i, t in enumerate(computed)] or [("nothing", agc.zeros(()))]

    def _computed(self, results):
        """Those that are no views of arguments, states or other results."""
        return [t for i, t in enumerate(results) if i not in self._aliases]

    def __call__(self, tensors):
        if self._smooth:
            computed = CompiledFunction.apply(self, *tensors.values(), *self._parameters)
        else:
            results = self._forward(tensors)
            computed = [results[name] for name in self._forward.types if name in results and name.startswith("result")]
        computed, made = iter(computed), []
        sources = [*tensors.values(), *(s.live for s in self._forward.states if not s.is_gradient and not s.is_flag)]
        for i in range(_count(self._tree)):
            source, way = self._aliases.get(i, (0, None))
            made.append(next(computed) if way is None else _taken(way, sources[source] if source >= 0 else made[-1 - source]))
        return _shaped(self._tree, made)

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
        names = [*self._kinds, *(f"cotangent{i}" for i in self._smooth)]
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
        results = self._computed(_flat(result)[1])
        found = iter(agc.autograd.grad([results[i] for i in self._smooth], wanted, cotangents, create_graph=True,
                                       allow_unused=True))
        return [next(found) if x.requires_grad else None for x in sources]

    def _compile_backward(self, cotangents):
        count = len(self._kinds)
        kinds = {f"cotangent{i}": self._kind_of_result(i, t) for i, t in zip(self._smooth, cotangents)}

        def body(_, *given):
            result, _, leaves = self._results(given[:count])
            results = self._computed(_flat(result)[1])
            sources = [leaves.get(name) for name in self._kinds] + self._parameters
            wanted = [x for x in sources if x is not None]
            found = iter(agc.autograd.grad([results[i] for i in self._smooth], wanted, given[count:],
                                           allow_unused=True))
            found = [(f"gradient{i}", next(found)) for i, x in enumerate(sources) if x is not None]
            return [(name, gradient) for name, gradient in found if gradient is not None]

        self._backward = _Traced(self._function, {**self._kinds, **kinds}, body)

    def _kind_of_result(self, i, cotangent):
        """What a result's cotangent is: of extents that only a call tells, too."""
        extents = self._forward.types[f"result{i}"].partition("[")[2][:-1].split(", ")
        named = {extent for shape in self.shapes for extent in shape}
        return cotangent.dtype[tuple(number if extent.isdigit() else extent if extent in named else f"extent{i}_{dim}"
                                     for dim, (extent, number) in enumerate(zip(extents, cotangent.shape)))]


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


def _flat(result):
    """How a result is made of tensors, with numbers for them, and these."""
    tensors = []

    def numbered(part):
        if isinstance(part, Tensor):
            tensors.append(part)
            return len(tensors) - 1
        if part is None:
            return None
        if (parts := parts_of(part)) is None:
            raise NotExportable(f"what agc.compile compiles returns tensors, not {type(part).__name__}")
        return rebuilt(part, [numbered(each) for each in parts])
    return numbered(result), tensors


def _taken(way, source):
    """What a way leads to: the tensor itself where it has no steps."""
    made = way(source)
    return source if _agc.object_id(made) == _agc.object_id(source) else made


def _shaped(tree, tensors):
    if tree is None or isinstance(tree, int):
        return None if tree is None else tensors[tree]
    return rebuilt(tree, [_shaped(part, tensors) for part in parts_of(tree)])


def _count(tree):
    """How many tensors are in it."""
    if tree is None or isinstance(tree, int):
        return tree is not None
    return sum(map(_count, parts_of(tree)))
