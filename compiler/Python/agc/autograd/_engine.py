"""A backward past what the program has in the graph: hooks, and functions with a backward of their own.

A backward is one event of the trace; these are Python in its middle. So the engine's order is followed here: what has come
to such a place is asked for as a gradient and given to the program, and what that makes of it stands for it from then on:
a root of its own behind a cut, at which nothing else arrives. The event itself comes last, from all roots.
"""
import contextlib
import threading

from agc import _agc, _hooks
from agc._modes import enable_grad, no_grad
from agc._warnings import warn
from agc.autograd.function import _Call


class _Innermost(threading.local):
    fills_all = True  # the leaves that it comes to, as do those that it is part of


_innermost = _Innermost()


def may_checkpoint():
    """Whether the backwards on their way are for all leaves: of another, a backward in it is no part."""
    return _innermost.fills_all


@contextlib.contextmanager
def _within(inputs):
    before = _innermost.fills_all
    _innermost.fills_all = before and inputs is None
    try:
        yield
    finally:
        _innermost.fills_all = before


class _Vertex:
    """A node of the graph; of a call of a function, the nodes of all its results."""

    __slots__ = ("nodes", "call", "next", "waits", "wanted", "captured")

    def __init__(self, call):
        self.nodes, self.call, self.next, self.waits = [], call, [], 0
        self.wanted = self.captured = False

    def rank(self):
        node = self.nodes[0]
        return node.fills_slot(), node.sequence() * (not node.fills_slot())


class _Ready:
    """Vertices by their rank: of equal ones, which leaves are, libstdc++'s heap decides in PyTorch, and so here."""

    def __init__(self):
        self._heap = []

    def __bool__(self):
        return bool(self._heap)

    def push(self, vertex):
        self._heap.append(None)
        self._rise(len(self._heap) - 1, (vertex.rank(), vertex))

    def _rise(self, hole, entry):
        while hole and self._heap[(hole - 1) // 2][0] < entry[0]:
            self._heap[hole] = self._heap[(hole - 1) // 2]
            hole = (hole - 1) // 2
        self._heap[hole] = entry

    def pop(self):
        heap, last = self._heap, self._heap.pop()
        if not heap:
            return last[1]
        first, hole = heap[0], 0
        while 2 * hole + 1 < len(heap):
            child = min(2 * hole + 2, len(heap) - 1)
            if child == 2 * hole + 2 and heap[child][0] < heap[child - 1][0]:
                child -= 1
            heap[hole] = heap[child]
            hole = child
        self._rise(hole, last)
        return first[1]


class _Graph:
    """What a backward from some tensors comes to."""

    def __init__(self, roots):
        self.vertices, self._new = {}, []
        self.roots = [vertex for root in roots if (vertex := self._reach(_agc.place_of(root)[0]))]
        while self._new:
            node, vertex = self._new.pop()
            following = [n for n, _ in node.next()] if vertex.call is None else \
                [_agc.place_of(x)[0] for x in vertex.call.inputs if x is not None] if node is vertex.nodes[0] else []
            vertex.next += [n for n in map(self._reach, following) if n]

    def _reach(self, node):
        if node is None:
            return None
        call = node.kept()
        vertex = self.vertices.setdefault(node.id() if call is None else call, None)
        if vertex is None:
            vertex = self.vertices[node.id() if call is None else call] = _Vertex(call)
        if all(node.id() != one.id() for one in vertex.nodes):
            vertex.nodes.append(node)
            self._new.append((node, vertex))
        vertex.waits += 1
        return vertex

    def order(self, inputs, accumulates):
        """The vertices that are come to, as PyTorch's engine takes them: leaves at once, else the latest op."""
        for tensor in inputs or ():
            node = _agc.place_of(tensor)[0]
            vertex = node and self.vertices.get(node.kept() or node.id())
            if vertex:
                vertex.wanted, vertex.captured = accumulates, not accumulates
        ready, order = _Ready(), []

        def arrive(vertex):
            vertex.waits -= 1
            if not vertex.waits:
                ready.push(vertex)

        for vertex in self.roots:
            arrive(vertex)
        while ready:
            order.append(ready.pop())
            for vertex in order[-1].next:
                arrive(vertex)
        for vertex in reversed(order):
            vertex.wanted |= inputs is None or any(n.wanted or n.captured for n in vertex.next)
        return [vertex for vertex in order if vertex.wanted or vertex.captured]


class _Run:
    """A backward on its way."""

    def __init__(self, roots, seeds, create):
        self._roots, self._seeds = list(roots), [None] * len(roots) if seeds is None else list(seeds)
        self._create, self.place = create, _agc.here()
        self._put = {}       # by node and output: what stands there, and for what has come
        self.captured = {}   # the same: what grad() gives, where hooks of the node have replaced it
        self._accumulated = []  # leaves whose hooks wait until their gradient is there
        self.ends = []  # where ways to calls end: asked for beside inputs, so that results of calls retain what comes

    def start(self):
        """Roots, their seeds, and cuts: what stands somewhere took the place of a root there, too."""
        put = [(tensor, value) for tensor, value in self._put.values() if value is not None]
        own = [(root, seed) for root, seed in zip(self._roots, self._seeds) if not self._stands_at(root)]
        roots, seeds = zip(*own, *put) if own or put else ((), ())
        return list(roots), list(seeds), [tensor for tensor, _ in self._put.values()]

    def _stands_at(self, tensor):
        node, output = _agc.place_of(tensor)
        return node is not None and (node.id(), output) in self._put

    def _arrived(self, tensors):
        roots, seeds, cut = self.start()
        return list(_agc.grad(roots, tensors, seeds, self._create, True, True, True, cut=cut))

    def _mode(self):
        return (enable_grad if self._create else no_grad)()

    def follow(self, order):
        for vertex in order:
            hooks = [found for node in vertex.nodes for found in _hooks.at(node)]
            if self._accumulated and (hooks or vertex.call):
                self.accumulate()
            for found in hooks:
                self._see(found, vertex.captured and vertex.wanted)
            if not vertex.wanted:
                continue
            if vertex.call is not None:
                self._call(vertex.call, _hooks.of_call(vertex.call))
            for found in hooks:
                if vertex.call is None and found.before:
                    self._before(found, vertex.captured)
                if vertex.call is None and (found.behind or found.accumulated):
                    found.came, = self._arrived([found.edges[0]]) if found.behind else [None]
                    self._accumulated.append(found)

    def _see(self, found, keeps):
        """Calls the hooks of tensors with what has come to them, which with `keeps` is what grad() gives."""
        outputs = sorted({output for output, hooks in found.seen if hooks})
        if not outputs:
            return
        values = dict(zip(outputs, self._arrived([found.edges[output] for output in outputs])))
        before = {output: (value, value is not None and value._version) for output, value in values.items()}
        with self._mode():
            for output, hooks in found.seen:
                for hook in list(hooks.values()):
                    values[output] = _hooks.fitting(hook, values[output], hook(values[output]))
        for output, (value, version) in before.items():
            if values[output] is not value or (value is not None and value._version != version):
                self._put[found.node.id(), output] = found.edges[output], values[output]
                if keeps:
                    self.captured[found.node.id(), output] = value

    def _before(self, found, captured):
        """Calls the hooks that come between what has come to a node and its backward."""
        place = found.node.id(), 0
        value, = self._arrived([found.edges[0]])
        with self._mode():
            other, = _hooks.passed(found.before, (value,))
        if other is value:
            return
        if captured:
            self.captured.setdefault(place, value)
        elif found.retains():
            raise NotImplementedError("a prehook that replaces the gradient of a tensor which retains it is not in agc yet")
        self._put[place] = found.edges[0], other

    def _call(self, call, hooks):
        """Calls a function's own backward; what its inputs get are roots beside the others."""
        arrived = dict(zip(call.leaves, self._arrived(list(call.leaves.values()))))
        if all(gradient is None for gradient in arrived.values()):
            return
        self.ends += [leaf for i, leaf in call.leaves.items() if arrived[i] is not None]
        gradients = tuple(arrived.get(i) for i in range(len(call.kinds)))
        with self._mode():
            for found in hooks:
                gradients = _hooks.passed(found.before, gradients)
        call.asked = self.place
        results = call.backward(gradients, self._create)
        call.asked = None
        given = tuple(gradient for _, gradient in results)
        with self._mode():
            for found in hooks:
                given = _hooks.passed(found.behind, given, gradients)
        seeds = [seed for seed in self._seeds if seed is not None]
        for (x, _), gradient in zip(results, given):
            if x is not None and gradient is not None:
                if self._create and seeds:  # in torch what came to the function may be one of them
                    _agc.add_sources(gradient, seeds)
                self._roots.append(x)
                self._seeds.append(gradient)

    def accumulate(self):
        """Fills the slots of leaves whose hooks wait for it, and calls these."""
        roots, seeds, cut = self.start()
        leaves = [found.edges[0] for found in self._accumulated]
        _agc.backward(roots, seeds, True, self._create, leaves, cut=cut)
        for found in self._accumulated:
            self._put[found.node.id(), 0] = found.edges[0], None
        self.finish()

    def finish(self):
        """Calls the hooks of leaves whose slots are filled."""
        waiting, self._accumulated = self._accumulated, []
        with self._mode():
            for found in waiting:
                for hook in list(found.accumulated.values()):
                    hook(found.edges[0])
                _hooks.passed(found.behind, (), (found.came,))
                found.came = None


def _is_refused(roots, seeds, inputs, accumulates):
    """Whether a backward is an error before anything of it is done."""
    return any(seed is None and root.numel() != 1 or not root.requires_grad
               for root, seed in zip(roots, seeds or [None] * len(roots))) or \
        not (accumulates or all(tensor.requires_grad for tensor in inputs))


def _follow(roots, seeds, create, inputs, accumulates):
    """The run up to its event, and the vertices that it came to; None where there is nothing of the program's."""
    if not (_hooks.prepare() or _Call.alive) or _is_refused(roots, seeds, inputs, accumulates):
        return None, ()
    order = _Graph(roots).order(inputs, accumulates)
    if not any(vertex.call is not None or any(map(_hooks.at, vertex.nodes)) for vertex in order):
        return None, ()
    run = _Run(roots, seeds, create)
    with _within(inputs):
        run.follow(order)
    return run, order


def _free(order, retain, place):
    for vertex in order:
        if vertex.call is not None:
            for leaf in vertex.call.leaves.values():
                leaf.grad = None
            if not retain:
                vertex.call.free(place)
        if not retain and vertex.wanted:
            for node in vertex.nodes:
                _hooks.freed(node)


def backward(roots, seeds, retain, create, inputs):
    """_agc.backward, past the program's hooks and functions."""
    if create:
        warn("Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient "
             "which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you "
             "have to use this function, make sure to reset the .grad fields of your parameters to None after use to break "
             "the cycle and avoid the leak.", once=True)
    run, order = _follow(roots, seeds, create, inputs, True)
    if run is None:
        return _agc.backward(roots, seeds, retain, create, inputs)
    roots, seeds, cut = run.start()
    _agc.backward(roots, seeds, retain, create, inputs and [*inputs, *run.ends], cut=cut)
    run.finish()
    _free(order, retain, run.place)


def grad(outputs, inputs, seeds, create, retain, unused):
    """_agc.grad, past the program's hooks and functions."""
    run, order = _follow(outputs, seeds, create, inputs, False)
    if run is None:
        return _agc.grad(outputs, inputs, seeds, create, retain, unused)
    outputs, seeds, cut = run.start()
    results = tuple(_agc.grad(outputs, [*inputs, *run.ends], seeds, create, retain, unused, cut=cut))[:len(inputs)]
    _free(order, retain, run.place)
    if run.captured:
        places = [(node.id() if node else None, output) for node, output in map(_agc.place_of, inputs)]
        results = tuple(run.captured.get(place, result) for place, result in zip(places, results))
    return results
