"""What tensors do differently in a check: numbers that are not known, in and out."""
import copy
import math
import os

import agc
from agc import _agc, _factories, _print, _random, serialization
from agc import _numpy as _numpy_module
from agc._check import lifted, package
from agc._check.unknown import Unknown, UnknownItems, ends, is_unknown, taking_of
from agc._numpy import NEEDS_DETACH
from agc._tensor import Tensor
from agc.autograd import function
from agc.nn import Module
from agc.optim import Optimizer, optimizer

modules, optimizers = [], []  # all that the program made
_stepped = set()  # the numbers of those optimizers that made a step


def _unknown_of(tensor):
    kind = tensor.dtype
    return Unknown(bool if kind is agc.bool else complex if kind.is_complex else
                   float if kind.is_floating_point else int, _agc.take_numbers(tensor))


def _item(self):
    if _agc.is_known(self):
        return _agc.item(self)
    if not is_unknown(self.numel()) and self.numel() != 1:
        raise RuntimeError(f"a Tensor with {self.numel()} elements cannot be converted to Scalar")
    return vars(self).get("_taken", _unknown_of(self))


def _tolist(self):
    if _agc.is_known(self):
        return _agc.to_list(self)

    if _has_unknown_size(self):
        return UnknownItems(_unknown_of(self)) if self.dim() == 1 else ends("the program needs a value as a count")

    def nested(shape):
        return [nested(shape[1:]) for _ in range(shape[0])] if shape else _unknown_of(self)
    return nested(self.shape)


def _numpy(self, *, force=False, shared=Tensor.numpy):
    if self.requires_grad and not force:
        _agc.refuse("numpy-of-grad", self, NEEDS_DETACH)
    if _agc.is_known(self):
        return shared(self, force=True)
    return lifted.array_of(self.tolist(), tuple(self.shape), self.dtype._name)


def _text(tensor, known=_print.text):
    if _agc.is_known(tensor) or 0 in map(_plain_size, tensor.shape):
        return known(tensor)
    size = [f"size={tuple(tensor.shape)}"] if tensor.dim() else []
    rest = [suffix for suffix in _print._suffixes(tensor) if not suffix.startswith("size=")]
    return "tensor(" + ", ".join(["?"] + size + rest) + ")"


def _plain_size(size):
    return 1 if is_unknown(size) else size


def _has_unknown_size(tensor):
    return any(map(is_unknown, tensor.shape))


def _iterated(self, each=Tensor.__iter__):
    if self.dim() and is_unknown(self.size(0)):
        ends("the program takes as many turns as a tensor has elements")
    return each(self)


def _grad(self, slot=Tensor.grad):
    _agc.reads_grad(self)
    return slot.fget(self)


def _stand_ins(data, made=_agc.from_lists):
    """Nested lists with numbers in the place of unknowns, and these."""
    if isinstance(data, (list, tuple)):
        parts = [_stand_ins(part) for part in data]
        return [part for part, _ in parts], [unknown for _, found in parts for unknown in found]
    if isinstance(data, Tensor) and not _agc.is_known(data):
        return made([1] * data.numel(), data._dtype, False), [_unknown_of(data)]
    return (data.stand_in(), [data]) if is_unknown(data) else (data, [])


def _of_objects(known):
    """Takes an array of numbers that are not known, too."""
    def made(array):
        if array.dtype != object or not any(map(is_unknown, array.flat)):
            return known(array)
        kind = lifted.number_type(array)
        if kind is None:
            import numpy
            kind = numpy.array(_stand_ins(array.tolist())[0]).dtype
        return agc.tensor(array.tolist(), dtype=getattr(agc, kind.name)).reshape(array.shape)
    return made


def _from_lists(data, dtype, requires_grad, made=_agc.from_lists):
    data, unknowns = _stand_ins(data)
    tensor = made(data, dtype, requires_grad)
    if unknowns:
        _agc.forget_numbers(tensor)
    if (taking := taking_of(unknowns)) is not None:
        _agc.make_of_numbers(tensor, taking)
    return tensor


def _arange(start=None, end=None, step=1, made=_factories.arange, **options):
    first, last = (0, start) if end is None else (start or 0, end)
    if all(type(number) is int for number in (first, last, step)) and step and options.get("out") is None:
        numbers = list(range(first, last, step))
        if numbers:
            options.pop("layout", None)
            return agc.tensor(numbers, **options)
    return made(start, end, step, **options)


def _drawn(draw):
    """Draws with probabilities that are not known: some numbers, which are then forgotten."""
    def drawn(input, *arguments, **named):
        if _agc.is_known(input):
            return draw(input, *arguments, **named)
        sizes = list(input.shape)
        made = draw(_agc.from_bytes(bytes([0, 0, 0, 63]) * math.prod(sizes), agc.float32._number, sizes, False),
                    *arguments, **named)  # a half each
        _agc.forget_numbers(made)
        return made
    return drawn


def _drawn_like(input, draw, memory_format=None, drawn=_random.drawn_like):
    """Draws one number where it is not known how many, which is then forgotten."""
    if not _has_unknown_size(input):
        return drawn(input, draw, memory_format)
    one = draw([1] * input.dim(), True)
    return agc.zeros_like(input, dtype=one.dtype) + one


def _place(self, draw, node, placed=_random._place):
    return self.copy_(draw([1] * self.dim())) if _has_unknown_size(self) else placed(self, draw, node)


_saved = {}
_TO_FILE = "to a file"  #: beside the ids of a deepcopy's memo


def _copied(self, memo, copied=Tensor.__deepcopy__):
    """A copy; in a file a result is a leaf."""
    if self.is_leaf or _TO_FILE not in memo:
        return copied(self, memo)
    if id(self) not in memo:
        memo[id(self)] = copy.deepcopy(_agc.detach(self), memo).requires_grad_()
    return memo[id(self)]


def _name_of(file):
    return os.path.abspath(os.fspath(file)) if isinstance(file, (str, os.PathLike)) else id(file)


def _save(obj, f, *arguments, **named):
    """A check writes no file; what the program reads from it again is what it saved."""
    _saved[_name_of(f)] = (copy.deepcopy(obj, {_TO_FILE: True}), f)


def _load(f, *arguments, loaded=serialization.load, **named):
    if _name_of(f) in _saved:
        return copy.deepcopy(_saved[_name_of(f)][0])
    return loaded(f, *arguments, **named)


def _noted(kind, found):
    made = kind.__init__

    def __init__(self, *arguments, **named):
        found.append(self)
        made(self, *arguments, **named)
    kind.__init__ = __init__


def _freed(self, place):
    """A check goes on after the error of a second backward: what was saved stays."""
    self.freed = place


def _itself(method, taken):
    """A comparison, of which it is taken for granted that no number differs from itself."""
    def compared(self, other):
        made = method(self, other)
        if self is other and not _agc.is_known(self):
            made._taken = taken
        return made
    return compared


def install():
    Tensor.__ne__, Tensor.__eq__ = _itself(Tensor.__ne__, False), _itself(Tensor.__eq__, True)
    Tensor.item, Tensor.tolist, Tensor.numpy = _item, _tolist, _numpy
    Tensor.__iter__, _random.drawn_like, _random._place = _iterated, _drawn_like, _place
    Tensor.grad = property(_grad, Tensor.grad.fset, Tensor.grad.fdel)
    _numpy_module.copied, _numpy_module._shared = map(_of_objects, (_numpy_module.copied, _numpy_module._shared))
    _print.text, _agc.from_lists = _text, _from_lists
    agc.arange = _factories.arange = _arange
    agc.multinomial = Tensor.multinomial = _drawn(agc.multinomial)
    _random.drawn_of = _drawn(_random.drawn_of)
    function._Call.free = _freed
    lifted.install()
    package.install()
    Tensor.__deepcopy__ = _copied
    agc.save, agc.load = serialization.save, serialization.load = _save, _load
    optimizer._end_turn = lambda one: _stepped.add(id(one))  # a check has no segments
    _noted(Module, modules)
    _noted(Optimizer, optimizers)


def _names_of(names):
    """What the program calls its tensors and modules, by id: variables, and attributes and items on the way there."""
    found, seen, waiting = {}, set(), [(name, value) for name, value in names.items() if not name.startswith("__")]
    for name, value in waiting:  # shortest ways first
        if isinstance(value, Tensor):
            found.setdefault(id(value), name)
        elif isinstance(value, (Module, list, tuple, dict)) or type(value).__module__ == "__main__":
            if id(value) in seen:
                continue
            seen.add(id(value))
            waiting += parts(name, value)
        if isinstance(value, Module):
            found[id(value)] = name
    return found


def parts(name, value):
    """Names and values of what a value holds itself."""
    if isinstance(value, (list, tuple)):
        return [(f"{name}[{i}]", part) for i, part in enumerate(value)]
    if isinstance(value, dict):
        return [(f"{name}[{key!r}]", part) for key, part in value.items() if isinstance(key, (str, int))]
    return [(f"{name}.{key}", part) for key, part in getattr(value, "__dict__", {}).items() if not key.startswith("_")]


def parameters(names, is_whole):
    """Groups of parameters that belong together, by name: each root module's, and each optimizer's, with whether they are
    to be trained: by one that made a step, in a program that the check followed to its end."""
    inner = {id(child) for module in modules for child in vars(module).get("_modules", {}).values()}
    groups, known = [], _names_of(names)
    for module in modules:
        if id(module) not in inner and "_parameters" in vars(module):
            prefix = known.get(id(module), f"{type(module).__name__}()") + "."
            group = [(prefix + name, tensor) for name, tensor in module.named_parameters()]
            groups.append((group, False))
            known.update((id(tensor), name) for name, tensor in group)
    for one in optimizers:
        tensors = [tensor for group in vars(one).get("param_groups", ()) for tensor in group["params"]]
        groups.append(([(known.get(id(tensor), f"number {i}"), tensor) for i, tensor in enumerate(tensors)],
                       is_whole and id(one) in _stepped))
    return groups
