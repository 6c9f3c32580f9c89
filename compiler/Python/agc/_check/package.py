"""What functions of the package do in a check where they branch on numbers that are not known."""
import operator

import agc
from agc import _agc, _index, _modes, _storage, autograd
from agc._check import counts
from agc._check.unknown import TAKEN, Unknown, is_unknown
from agc._tensor import Tensor
from agc.optim import LBFGS
from agc.optim.lr_scheduler import ReduceLROnPlateau
from agc.utils.data.dataset import ConcatDataset


def _is_unknown(value):
    return is_unknown(value) or isinstance(value, Tensor) and not _agc.is_known(value)


def _plateau_step(self, metrics, epoch=None, known=ReduceLROnPlateau.step):
    """The learning rate stays where the quantity is not known."""
    if not _is_unknown(metrics) and not is_unknown(self.best):
        return known(self, metrics, epoch)
    self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
    self.best, self._last_lr = metrics, [group["lr"] for group in self.optimizer.param_groups]


def _lbfgs_step(self, closure):
    """Two evaluations, and a step along the gradient between them."""
    with _modes.no_grad():
        closure = _modes.enable_grad()(closure)
        first = closure()
        gradient, state = self._gradient(), self.state[self._params[0]]
        direction = gradient.neg()
        self._move(1.0, direction)
        state.update(func_evals=state.get("func_evals", 0) + 2, n_iter=state.get("n_iter", 0) + 2, old_dirs=[direction],
                     old_stps=[direction], ro=[1.0], al=[1.0], H_diag=1.0, d=direction, t=1.0, prev_loss=first.item(),
                     prev_flat_grad=gradient)
        if self.param_groups[0]["max_iter"] > 1:
            closure()
    return first


def _copied(self, memo, known=_storage._copied):
    """Elements that are not known, and do not lie side by side, are copied by themselves."""
    is_whole = self.is_contiguous() and self.numel() == _agc.storage_numel(self)
    return known(self, memo) if is_whole or _agc.is_known(self) else _agc.detach(_agc.detach(self)._clone())


def _masked_scatter_(self, mask, source, known=Tensor.masked_scatter_):
    """One element of the source where it is not known how many are taken."""
    if _agc.is_known(mask):
        return known(self, mask, source)
    self[mask.expand(self.shape)] = source.reshape(-1)[:1]
    return self


def _bincount(input, weights=None, minlength=0, known=agc.bincount):
    """As many counts as there are at least, where that is said."""
    if _agc.is_known(input):
        minlength = max([minlength, *(number + 1 for number in input.tolist())])
    elif input.dim() == 1 and _is_position(input[0]) and not minlength:
        minlength = Unknown(int)
    if not is_unknown(minlength) and not minlength:
        return known(input, weights, minlength)
    kind = agc.int64 if weights is None else weights.dtype if weights.is_floating_point() else agc.float64
    weights = agc.ones_like(input, dtype=kind) if weights is None else weights.to(kind)
    return agc.zeros(minlength, dtype=kind).index_add(0, input.long(), weights)


def _example(self, index, known=ConcatDataset.__getitem__):
    """The first one stands for one that is not known."""
    return known(self, 0 if _is_unknown(index) else index)


def _indices(index, normal=_index._normal):
    """The parts of an index; any element stands for one that is not known."""
    parts = normal(index)
    if any(isinstance(part, Tensor) and part.dim() for part in parts):
        return parts
    return [0 if _is_position(part) and _is_unknown(part) else part for part in parts]


def _is_position(part):
    if isinstance(part, Tensor):
        return part.dim() == 0 and part.dtype in (agc.int64, agc.int32)
    return isinstance(part, int) and not isinstance(part, bool)


# ---------------------------------------------------------------- what is taken for granted

def _taking(function, truth):
    """A test of each number, which is taken to have one outcome for those that are not known."""
    def taking(input, *arguments, **named):
        made = function(input, *arguments, **named)
        if not _agc.is_known(input):
            made._taken = truth
        return made
    return taking


def _keeping(function, computed):
    """A function of truths, that keeps what is taken for granted."""
    def keeping(*arguments, **named):
        made = function(*arguments, **named)
        tensors = [argument for argument in arguments if isinstance(argument, Tensor)]
        if isinstance(made, Tensor) and tensors and all("_taken" in vars(tensor) for tensor in tensors):
            made._taken = computed(*(tensor._taken for tensor in tensors))
        return made
    return keeping


def _both(name, wrapped):
    """Replaces a function and the method of that name."""
    for owner in (agc, Tensor):
        if hasattr(owner, name):
            setattr(owner, name, wrapped(getattr(owner, name)))


# ---------------------------------------------------------------- counting

def _counted(method, operation):
    """An operator of two whole numbers that are known, whose result is known as well."""
    def counted(self, other):
        numbers = [_whole(self), _whole(other)]
        if None in numbers or isinstance(other, Tensor) and other.dtype is not self.dtype or \
                self.dtype is not agc.int64 or numbers[1] == 0 and operation in (operator.floordiv, operator.mod):
            return method(self, other)
        return agc.tensor(operation(*numbers))
    return counted


def _whole(value):
    if isinstance(value, Tensor):
        return value.item() if value.dim() == 0 and value.dtype is agc.int64 and _agc.is_known(value) else None
    return value if type(value) is int else None


def install():
    ReduceLROnPlateau.step, LBFGS.step = _plateau_step, _lbfgs_step
    ConcatDataset.__getitem__ = _example
    _storage._copied = _copied
    Tensor.masked_scatter_, _index._normal = _masked_scatter_, _indices
    autograd.gradcheck = autograd.gradgradcheck = lambda *arguments, **named: True  # as assertions hold
    agc.bincount = Tensor.bincount = _bincount
    counts.install(_both)
    for name, truth in TAKEN.items():
        _both(name, lambda function, truth=truth: _taking(function, truth))
    for name, computed in dict(any=bool, all=bool, logical_not=operator.not_, logical_or=operator.or_,
                               logical_and=operator.and_, __invert__=operator.not_, __or__=operator.or_,
                               __and__=operator.and_).items():
        _both(name, lambda function, computed=computed: _keeping(function, computed))
    for name in ("add", "radd", "sub", "mul", "rmul", "floordiv", "mod", "eq", "ne", "lt", "le", "gt", "ge"):
        method = f"__{name}__"
        setattr(Tensor, method, _counted(getattr(Tensor, method), getattr(operator, name.removeprefix("r"))))
