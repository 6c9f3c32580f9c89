"""A function of a program compiled for the kinds of its arguments, and its calls as nodes of the program's graph."""
import contextlib
import functools
import inspect
import re

import agc
from agc import _agc, _dtype
from agc._names import Names
from agc._numpy import arrays_as_constants
from agc._random_exported import engines
from agc._structure import NotExportable
from agc._tensor import Tensor
from agc._trees import filled, form_of, parts_of, rebuilt
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
def told_at_its_line(function):
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
    """A body traced for the kinds of its arguments, and compiled when it is first called; it returns pairs of a name and a
    tensor."""

    def __init__(self, function, kinds, body):
        self._name = re.sub(r"\W+", "_", name_of(function)).strip("_") or "call"
        inputs = [(n, k.dtype._number, list(k.shape)) for n, k in kinds.items()]
        traced = _agc.Export("compiled", Names([function]).of, True)

        def outputs(*given):
            with arrays_as_constants(self._name) as self.arrays:
                return body(traced, *given)
        with told_at_its_line(function):
            traced.trace([(self._name, inputs, outputs, *_place_of(function))])
        self.states, self._traced, self._function = [_State(*state) for state in traced.states()], traced, function

    @functools.cached_property
    def _model(self):
        with told_at_its_line(self._function):
            return _agc.compile_model(self._traced)

    @functools.cached_property
    def results(self):
        """The dtypes and types of its results, by name."""
        (_, _, _, described, _, _), = self._model.functions()
        return {name: (_dtype.of(dtype), type) for name, dtype, type in described}

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

    def __init__(self, function, tensors, shapes, args):
        self._function, self._args = function, args
        self._tree, self._aliases = None, {}
        self._kinds = {name: t.dtype[shape] for (name, t), shape in zip(tensors.items(), shapes)}
        self.shapes = shapes
        self._smooth, self._is_smooth = [], _agc.is_grad_enabled()
        self._needs = {name: t.is_leaf for name, t in tensors.items() if t.requires_grad}
        self._forward = _Traced(function, self._kinds, self._body)
        states = self._forward.states
        trains = any(s.gradient or s.clears or s.is_gradient for s in states)
        self._parameters = [s.live for s in states if s.live.requires_grad and not s.is_gradient and not s.is_flag]
        self._kept = [s.live for s in states if not (s.live.requires_grad or s.is_written or s.is_gradient or s.is_flag)]
        if trains or not self._is_smooth:
            self._smooth = []  # its backward is inside
        self._backward = self._traced_backward() if self._smooth else None

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
        versions, args = [t._version for t in given.values()], filled(self._args, given)
        flags = [t.requires_grad for t in given.values()]
        form = form_of(args)
        with agc.set_grad_enabled(self._is_smooth):
            result = self._function(**args)
        if form_of(args) != form:
            raise NotExportable(f"{name_of(self._function)}() changes a list or a dict that it is given: what agc.compile "
                                "compiles changes parameters and buffers only")
        if [t._version for t in given.values()] != versions:
            raise RuntimeError(f"{self._at()}{name_of(self._function)}() writes to a tensor that it is given: what "
                               "agc.compile compiles changes parameters and buffers only")
        if [t.requires_grad for t in given.values()] != flags:
            raise NotExportable(f"{name_of(self._function)}() changes whether a tensor that it is given requires grad")
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
            computed = CompiledFunction.apply(self, *tensors.values(), *self._parameters, *self._kept)
        else:
            results = self._forward(tensors)
            computed = [results[name] for name in self._forward.results if name in results and name.startswith("result")]
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
        if isinstance(self._backward, Exception):
            raise self._backward
        names = [*self._kinds, *(f"cotangent{i}" for i in self._smooth)]
        found = self._backward(dict(zip(names, [*given, *cotangents])), before, gives=False)
        return [found.get(f"gradient{i}") for i in range(len(self._kinds) + len(self._parameters))]

    def traced_gradients(self, saved, cotangents):
        """The same with a history, for create_graph: the function itself is called again, and not compiled."""
        if any(s.is_written for s in self._forward.states):
            raise RuntimeError("torch.compile with aot_autograd does not currently support double backward (of a function "
                               "that changes buffers or draws random numbers)")
        result = self._function(**filled(self._args, dict(zip(self._kinds, saved))))
        sources = [*saved[:len(self._kinds)], *self._parameters]
        wanted = [x for x in sources if x.requires_grad]
        results = self._computed(_flat(result)[1])
        found = iter(agc.autograd.grad([results[i] for i in self._smooth], wanted, cotangents, create_graph=True,
                                       allow_unused=True))
        return [next(found) if x.requires_grad else None for x in sources]

    def _traced_backward(self):
        """It is traced with the forward, while the program is the same; what keeps it from that is told when it is asked
        for."""
        count = len(self._kinds)
        kinds = {f"cotangent{i}": self._kind_of_result(i) for i in self._smooth}

        def body(_, *given):
            result, _, leaves = self._results(given[:count])
            results = self._computed(_flat(result)[1])
            sources = [leaves.get(name) for name in self._kinds] + self._parameters
            wanted = [x for x in sources if x is not None]
            found = iter(agc.autograd.grad([results[i] for i in self._smooth], wanted, given[count:],
                                           allow_unused=True))
            found = [(f"gradient{i}", next(found)) for i, x in enumerate(sources) if x is not None]
            return [(name, gradient) for name, gradient in found if gradient is not None]

        try:
            return _Traced(self._function, {**self._kinds, **kinds}, body)
        except Exception as error:
            return error

    def _kind_of_result(self, i):
        """What a result's cotangent is: of extents that only a call tells, too."""
        dtype, type = self._forward.results[f"result{i}"]
        extents = re.findall(r"[^\[\], ]+", type.partition("[")[2])
        named = {extent for shape in self.shapes for extent in shape}
        return dtype[tuple(int(extent) if extent.isdigit() else extent if extent in named else f"extent{i}_{dim}"
                           for dim, extent in enumerate(extents))]


class CompiledFunction(Function):
    """A call of a compiled function, as a node of the program's graph."""

    @staticmethod
    def forward(ctx, entry, *tensors):
        results, ctx.before = entry.forward([t.detach() for t in tensors[:len(entry._kinds)]])
        ctx.entry = entry
        ctx.save_for_backward(*tensors)  # what it keeps, too: an error if it is written
        ctx.mark_non_differentiable(*(t for i, t in enumerate(results) if i not in entry._smooth))
        return tuple(results)

    @staticmethod
    def backward(ctx, *cotangents):
        entry, saved = ctx.entry, ctx.saved_tensors
        cotangents = [cotangents[i] for i in entry._smooth]
        found = entry.traced_gradients(saved, cotangents) if _agc.is_grad_enabled() else \
            entry.gradients(saved[:len(entry._kinds)], ctx.before, cotangents)
        return None, *found, *(None for _ in entry._kept)


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
