"""Windows of signals: bartlett, blackman, hann, hamming and kaiser, as PyTorch composes them."""
import functools
import math

from agc import _agc, _dtype, _factories, _functions as torch
from agc._sizes import require

__all__ = ["bartlett_window", "blackman_window", "hamming_window", "hann_window", "kaiser_window"]


def _window(compute):
    """The function of torch for a formula over the places of a window with both of its ends."""
    name = compute.__name__

    @functools.wraps(compute)
    def window(window_length, periodic=True, *args, dtype=None, layout=None, device=None, pin_memory=False,
               requires_grad=False, **named):
        from agc._missing import refuse
        refuse(name, pin_memory=pin_memory)
        _dtype.check_device(device)
        kind = dtype or _dtype.get_default_dtype()
        is_open = isinstance(window_length, _agc.Extent)
        if isinstance(window_length, float) or not hasattr(window_length, "__index__"):
            raise TypeError(f"{name}(): argument 'window_length' (position 1) must be int, not "
                            f"{type(window_length).__name__}")
        if not kind.is_floating_point:
            raise RuntimeError(f"{name} expects floating point dtypes, got: {_agc.cpp_name_of(kind._number)}")
        if is_open and name == "kaiser_window":
            raise NotImplementedError("kaiser_window() of an extent that only a call tells is not in agc yet")
        require(0, "<=", window_length, f"{name} requires non-negative window_length, got window_length={window_length}")
        if not is_open and window_length < 2:
            made = _factories.ones(window_length, dtype=kind)
        else:
            count = window_length + bool(periodic)
            made = compute(_factories.arange(count, dtype=kind), *args, **named)[:window_length]
            if is_open:
                made = torch.where(_agc.number_of(window_length) < 2, 1.0, made)
        made = made.detach()
        return made.requires_grad_() if requires_grad else made
    return window


def _steps(places):
    """How many steps there are between places, as a double."""
    steps = places.numel() - 1
    return _agc.number_of(steps).double() if isinstance(steps, _agc.Extent) else steps


@_window
def bartlett_window(places):
    rising = places * (2 / _steps(places))
    return torch.where(places * 2 <= places.numel() - 1, rising, 2 - rising)


@_window
def blackman_window(places):
    angles = places * (math.pi / _steps(places))
    return (angles * 4).cos() * 0.08 - (angles * 2).cos() * 0.5 + 0.42


@_window
def hamming_window(places, alpha=0.54, beta=0.46):
    return (places * (2 * math.pi / _steps(places))).cos() * -beta + alpha


@_window
def hann_window(places):
    return (places * (2 * math.pi / _steps(places))).cos() * -0.5 + 0.5


@_window
def kaiser_window(places, beta=12.0):
    n = places.numel()
    heights = [_bessel(beta * math.sqrt(1 - (2 * i / (n - 1) - 1) ** 2)) / _bessel(beta) for i in range(n)]
    return _factories.tensor(heights, dtype=places.dtype)


def _bessel(x):
    """The modified Bessel function of order 0 of a number, by its power series."""
    total, term, k = 1.0, 1.0, 0
    while term > total * 1e-17:
        k += 1
        term *= (x / (2 * k)) ** 2
        total += term
    return total
