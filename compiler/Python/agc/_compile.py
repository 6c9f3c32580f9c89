"""agc.compile: a function of a program as one graph, compiled for the shapes that it is called with."""
import contextlib
import functools
import inspect
import random
import sys

from agc import _agc, _dtype, nn
from agc import random as _random
from agc._entries import Entry, name_of, told_at_its_line
from agc._held import Held
from agc._structure import NotExportable
from agc._trees import form_of, parted

_MOST = 32  #: kinds of calls that one function is compiled for; further ones are called as they are


class NotCompiled(Exception):
    """What keeps a call from being compiled is its cause; nothing has been changed."""


class OptimizedModule(nn.Module):
    """A module whose calls are compiled; all else is the module's own."""

    def __init__(self, module, is_whole=False):
        super().__init__()
        self._orig_mod = module
        object.__setattr__(self, "_compiled", _compiled(module.__call__, inspect.signature(module.forward), is_whole))

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
    and buffers that it changes are changed in the program, and gradients that it leaves are there. Where what it reads in
    the program has changed (a learning rate, a list, which tensor a name stands for), it is compiled anew.

        @agc.compile
        def train_step(x, y): ...

    A backward inside is compiled with it, and its results have no history then; those of others have one, whose backward
    is compiled when it is first asked for. What cannot be one graph (it needs a tensor's numbers, changes a list, writes to
    its arguments, prints) is called as it is; with `fullgraph=True` that is an error at its line. PyTorch's other options
    (`mode`, `dynamic` …) choose among compilers that are not here, and are taken."""
    if model is None:
        return lambda model: compile(model, **options)
    unknown = set(options) - {"fullgraph", "dynamic", "backend", "mode", "options", "disable"}
    if unknown:
        raise TypeError(f"compile() got an unexpected keyword argument '{sorted(unknown)[0]}'")
    if options.get("disable"):
        return model
    is_whole = bool(options.get("fullgraph"))
    if isinstance(model, nn.Module):
        return OptimizedModule(model, is_whole)
    return functools.wraps(model)(_compiled(model, inspect.signature(model), is_whole))


class _Family:
    """What a function is compiled to for all shapes of its tensors, else for the same arguments and program. Of three kinds
    of shapes two are compiled as they are: extents in which they differ are names from then on."""

    def __init__(self, function, entries, objects):
        self._function, self._entries, self._every, self._is_static = function, [], entries, False
        self._objects, self._held, self._refusal, self._unfit = objects, None, None, {}

    @property
    def is_refused(self):
        """Whether it cannot be compiled."""
        return self._refusal is not None

    @property
    def stands(self):
        """Whether the program is as it was when this was compiled."""
        return self._held is None or self._held.stands()

    def __call__(self, tensors, args):
        if self._refusal:
            raise NotCompiled from self._refusal
        shapes = [tuple(t.shape) for t in tensors.values()]
        entry = next((entry for entry in self._entries if entry.fits(shapes)), None) or self._widened(tensors, shapes, args)
        if not entry:
            try:
                entry = self._add(tensors, shapes, args)
            except Exception as error:
                self._refusal = error
                raise NotCompiled from error
        try:
            return entry(tensors)
        except RuntimeError as error:  # before anything is written
            if entry.is_static or "[AGC_ERROR_EXTENT]" not in str(error):
                raise NotCompiled from error
        return self._narrowed(tensors, shapes, args)

    def _narrowed(self, tensors, shapes, args):
        """A call of shapes that what is compiled for any does not fit."""
        key = tuple(shapes)
        if key not in self._unfit:
            try:
                return self._add(tensors, shapes, args)(tensors)
            except Exception as error:
                self._unfit[key] = error
        raise NotCompiled from self._unfit[key]

    def _add(self, tensors, shapes, args):
        roots = [self._function, *self._objects]
        before = Held(roots, remembered=False)
        with told_at_its_line(self._function), _undone(roots):
            if before.does:
                raise NotExportable(f"{name_of(self._function)}() does more than to compute, as to print or to draw Python's "
                                    "random numbers")
            if before.reads("grad") and any(t.is_leaf and t.grad is not None for t in tensors.values()):
                raise NotExportable(f"{name_of(self._function)}() reads a gradient, and is given a tensor that has one")
            made = Entry(self._function, tensors, shapes, args)
            if (changed := before.changed()) is not None:
                raise NotExportable(f"{name_of(self._function)}() changes {changed}: what agc.compile compiles changes "
                                    "tensors, and leaves all else in Python as it is")
        self._held = self._held or Held(roots)
        self._entries.insert(0, made)
        self._every.append(made)
        return made

    def _widened(self, tensors, shapes, args):
        """An entry for extents that are known only in a call, where there are shapes that differ in some; None where the
        function asks for their numbers."""
        for other in self._entries if not self._is_static else ():
            pairs = {}
            wide = [tuple(new if old == new else pairs.setdefault((old, new), f"{name}_{dim}")
                          for dim, (old, new) in enumerate(zip(own, shape)))
                    for name, own, shape in zip(tensors, other.shapes, shapes)]
            if all(isinstance(old, int) and min(old, new) > 1 for old, new in pairs):
                try:
                    return self._add(tensors, wide, args)
                except Exception:  # which a call of these shapes tells, if it is one
                    self._is_static = True
        return None


@contextlib.contextmanager
def _undone(roots):
    """Where a function that is only traced fails, the program is as it was before; what it drew of Python's and numpy's
    random numbers makes it fail."""
    before, state, generator = Held(roots, whole=True), random.getstate(), _random.get_rng_state()
    numpys = sys.modules.get("numpy.random")
    drawn = numpys and numpys.get_state()
    try:
        yield
        if random.getstate() != state or numpys and repr(numpys.get_state()) != repr(drawn):
            raise NotExportable("random numbers of Python or numpy are drawn, which each call would do anew")
    except BaseException:
        before.restore()
        random.setstate(state)
        _random.set_rng_state(generator)
        if numpys:
            numpys.set_state(drawn)
        raise


def _compiled(function, signature, is_whole):
    families, entries = {}, []

    def compiled(*args, **kwargs):
        if _agc.is_exporting():
            return function(*args, **kwargs)
        try:
            return whole(*args, **kwargs)
        except NotCompiled as error:
            refusal = error.__cause__
        if is_whole:
            raise refusal
        return function(*args, **kwargs)

    def whole(*args, **kwargs):
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise NotCompiled from error
        bound.apply_defaults()
        bound, tensors = _by_name(function, signature, bound.arguments), {}
        tree = {name: parted(name, value, tensors) for name, value in bound.items()}
        key = (form_of(tree), tuple((n, t.dtype._name, t.dim(), t.requires_grad and (t.is_leaf, )) for n, t in tensors.items()),
               _agc.is_grad_enabled(), _dtype.get_default_dtype()._name)
        alike = families.setdefault(key, [])
        family = next((family for family in alike if not family.is_refused and family.stands), None) or \
            next((family for family in alike if family.is_refused), None)
        if family is None:
            if len(entries) >= _MOST and not is_whole:
                return function(*args, **kwargs)
            family = _Family(function, entries, list(tree.values()))
            alike.insert(0, family)
        return family(tensors, tree)

    compiled.entries = entries
    return compiled


def _by_name(function, signature, arguments):
    """Arguments by their names; what takes any number of them has none."""
    for name, parameter in signature.parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            if arguments.pop(name):
                raise NotCompiled from TypeError(f"{name_of(function)}() takes any arguments: what agc.compile compiles "
                                                 "names its inputs")
    return arguments
