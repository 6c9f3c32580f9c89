"""Sampling at other places: interpolate, each dim by taps with a weight each."""
import math
from array import array

from agc import _dtype, _factories, _ops
from agc._missing import refuse
from agc._node import named, saving_nothing
from agc._warnings import warn
from agc.nn.functional import _pooling
from agc.nn.functional._windows import spatial

__all__ = ["interpolate", "upsample", "upsample_bilinear", "upsample_nearest"]

_RANKS = {"nearest": (1, 2, 3), "nearest-exact": (1, 2, 3), "linear": (1,), "bilinear": (2,), "trilinear": (3,),
          "bicubic": (2,), "area": (1, 2, 3)}


def _narrow(number):
    """A number in f32, where PyTorch computes places but for those between elements of f64."""
    return array("f", [number])[0]


def _nearest(extent, output, factor, exact):
    scale = _narrow(1 / factor if factor else extent / output)
    half = 0.5 if exact else 0.0
    places = [min(math.floor(_narrow(_narrow(n + half) * scale)), extent - 1) for n in range(output)]
    return [(places, None)]


def _source(n, extent, output, factor, align_corners, cubic, narrow):
    """Where an output's place is in the input."""
    if align_corners:
        return narrow(narrow((extent - 1) / (output - 1)) * n) if output > 1 else 0.0
    place = narrow(narrow(1 / factor if factor else extent / output) * narrow(n + 0.5) - 0.5)
    return place if cubic else max(place, 0.0)


def _linear(extent, output, factor, align_corners, narrow):
    first, second, weights = [], [], []
    for n in range(output):
        place = _source(n, extent, output, factor, align_corners, False, narrow)
        at = min(int(place), extent - 1)
        first.append(at)
        second.append(min(at + 1, extent - 1))
        weights.append(min(max(place - at, 0.0), 1.0))
    return [(first, [1 - w for w in weights]), (second, weights)]


def cubic_weights(t):
    """The weights of the four elements around a place, which is t behind the second."""
    a = -0.75

    def near(x):
        return ((a + 2) * x - (a + 3)) * x * x + 1

    def far(x):
        return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return far(t + 1), near(t), near(1 - t), far(2 - t)


def _cubic(extent, output, factor, align_corners, narrow):
    taps = [([], []) for _ in range(4)]
    for n in range(output):
        place = _source(n, extent, output, factor, align_corners, True, narrow)
        at = math.floor(place)
        for k, weight in enumerate(cubic_weights(place - at)):
            taps[k][0].append(min(max(at - 1 + k, 0), extent - 1))
            taps[k][1].append(weight)
    return taps


def _sampled(input, dim, taps):
    """The sum of a dim's elements at places, by weights."""
    total = None
    for places, weights in taps:
        part = _ops.index_select(input, dim, _factories.tensor(places, dtype=_dtype.int64))
        if weights is not None:
            shape = [-1] + [1] * (input.dim() - 1 - dim)
            part = part * _factories.tensor(weights, dtype=input.dtype)._reshape(shape)
        total = part if total is None else total + part
    return total


def _outputs(extents, size, scale_factor, rank):
    """The extents that are asked for, and the factors where these decide."""
    if (size is None) == (scale_factor is None):
        raise ValueError("only one of size or scale_factor should be defined" if size is not None else
                         "either size or scale_factor should be defined")
    given = size if size is not None else scale_factor
    values = list(given) if isinstance(given, (tuple, list)) else [given] * rank
    if len(values) != rank:
        word = "output shape" if size is not None else "scale_factor"
        raise ValueError(f"Input and {word} must have the same number of spatial dimensions, but got input with spatial "
                         f"dimensions of {list(extents)} and {word} of {given}. Please provide input tensor in (N, C, d1,"
                         f" d2, ...,dK) format and {word} in (o1, o2, ...,oK) format.")
    if size is not None:
        return [int(n) for n in values], [None] * rank
    return [math.floor(extent * float(factor)) for extent, factor in zip(extents, values)], values


def _check(input, mode, align_corners, rank):
    if mode in ("nearest", "area", "nearest-exact"):
        if align_corners is not None:
            raise ValueError("align_corners option can only be set with the interpolating modes: linear | bilinear | "
                             "bicubic | trilinear")
    if rank in (1, 2, 3) and rank not in _RANKS.get(mode, (rank,)):
        raise NotImplementedError(f"Got {rank + 2}D input, but {mode} mode needs {_RANKS[mode][0] + 2}D input")
    if mode not in _RANKS or rank not in _RANKS[mode]:
        raise NotImplementedError("Input Error: Only 3D, 4D and 5D input Tensors supported (got "
                                  f"{input.dim()}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | lanczos | "
                                  f"area | nearest-exact (got {mode})")


def _check_kernel(input, mode, outputs):
    """Refuses elements that PyTorch's kernel lacks; it has one of its own for small images."""
    rank, kind = len(outputs), "cubic" if mode == "bicubic" else "linear" if "linear" in mode else "nearest"
    name = f"compute_indices_weights_{kind}"
    if rank == 2 and kind != "cubic" and all(isinstance(n, int) for n in outputs) and math.prod(outputs) <= 4096:
        name = f"upsample_{'bilinear' if kind == 'linear' else kind}2d_channels_last"
    takes_bytes = input.dtype is _dtype.uint8 and (rank == 2 or kind == "nearest")
    _dtype.check_kernel(name, input, "float int" if takes_bytes else "float")


@saving_nothing
def _resized(input, outputs, factors, mode, align_corners):
    """The input at as many other places along each of its last dims."""
    rank = len(outputs)
    _check_kernel(input, mode, outputs)
    result, narrow = input, float if input.dtype == _dtype.float64 else _narrow
    for i in reversed(range(rank)):
        extent, output, factor = input.shape[2 + i], outputs[i], factors[i]
        if mode.startswith("nearest"):
            taps = _nearest(extent, output, factor, mode != "nearest")
        else:
            taps = (_cubic if mode == "bicubic" else _linear)(extent, output, factor, align_corners, narrow)
        result = _sampled(result, 2 + i, taps)
    title = {"nearest": "Nearest", "nearest-exact": "NearestExact"}.get(mode, mode.capitalize())
    return named(result, f"Upsample{title}{rank}DBackward0")


def interpolate(input, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None,
                antialias=False):
    """The input at other places, as many as are asked for"""
    refuse("interpolate", antialias=antialias)
    rank = input.dim() - 2
    _check(input, mode, align_corners, rank)
    extents = spatial("interpolate", input, rank)
    outputs, factors = _outputs(extents, size, scale_factor, rank)
    if any(n < 1 for n in (*extents, *outputs)):
        raise RuntimeError(f"Input and output sizes should be greater than 0, but got input ({', '.join(map(str, extents))})"
                           f" output ({', '.join(map(str, outputs))})")
    if recompute_scale_factor:
        factors = [None] * rank
    if mode == "area":
        return (_pooling.adaptive_avg_pool1d, _pooling.adaptive_avg_pool2d,
                _pooling.adaptive_avg_pool3d)[rank - 1](input, outputs)
    return _resized(input, outputs, factors, mode, align_corners)


def upsample(input, size=None, scale_factor=None, mode="nearest", align_corners=None):
    """interpolate under its old name"""
    warn("`nn.functional.upsample` is deprecated. Use `nn.functional.interpolate` instead.")
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input, size=None, scale_factor=None):
    """interpolate of the nearest element"""
    return interpolate(input, size, scale_factor, "nearest")


def upsample_bilinear(input, size=None, scale_factor=None):
    """interpolate between four elements, with aligned corners"""
    return interpolate(input, size, scale_factor, "bilinear", True)
