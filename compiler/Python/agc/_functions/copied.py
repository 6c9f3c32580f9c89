"""Views as copies: what each view function has a `_copy` of; and other copies."""
from agc import _agc, _dtype, _functions as torch
from agc._functions import both, exported
from agc._node import named, unwritten, written_as
from agc._tensor import Tensor

_VIEWS = """alias diagonal expand narrow permute select slice split split_with_sizes squeeze t transpose unbind unfold
unsqueeze view view_as_complex view_as_real""".split()


def _parts(name, view):
    def copied(input, *args, **kwargs):
        found = view(input, *args, **kwargs)
        several = isinstance(found, (tuple, list))
        made = [x.clone(memory_format=_dtype.contiguous_format) for x in (found if several else [found])]
        for x, seen in zip(made, found if several else [found]):
            if seen.requires_grad and seen.grad_fn is not None:
                named(x, "NarrowCopyBackward0" if name == "narrow" else seen.grad_fn.name() + "_copy")
        return tuple(made) if several else made[0]
    copied.__name__, copied.__doc__ = name + "_copy", f"What {name} sees, as a tensor of its own."
    return (both if name == "narrow" else exported)(copied)


def _narrowed(input, dim, start, length):
    """narrow() with narrow_copy()'s own words for a dim and a length that there are none of."""
    if 0 < input.dim() <= dim:
        raise RuntimeError("Expected dim < static_cast<int64_t>(self_sizes.size()) to be true, but got false.  (Could this error "
                           "message be improved?  If so, please report an enhancement request to PyTorch.)")
    found = input.narrow(dim, start, length if length > 0 else 0)
    if length < 0:
        size = input.size(dim)
        raise RuntimeError(f"start ({start % size if start < 0 else start}) + length ({length}) exceeds dimension size ({size}).")
    return found


def _view_of(name):
    of_torch = {"alias": lambda input: input._alias(), "expand": lambda input, size: input.expand(size),
                "narrow": _narrowed, "slice": lambda input, dim=0, start=None, end=None, step=1: input._slice(dim, start, end, step),
                "unfold": lambda input, dimension, size, step: input.unfold(dimension, size, step),
                "view": lambda input, size: input.view(size)}
    return of_torch[name] if name in of_torch else getattr(torch, name)


for _name in _VIEWS:
    _parts(_name, _view_of(_name))


@exported
@unwritten
def fill(input, value):
    """A tensor like another, all of whose elements are one value."""
    return named(input.clone().fill_(value), f"FillBackward{int(isinstance(value, Tensor))}")


@both
def conj_physical(input):
    """The complex conjugate, in memory as it is."""
    return named(input.conj().clone(), "ConjPhysicalBackward0") if input.is_complex() else input


@both
def conj_physical_(input):
    """conj_physical() in place."""
    _agc.check_write(input, [])
    input.copy_(input.conj() if input.is_complex() else input.clone())
    return written_as(input, "ConjPhysicalBackward1")
