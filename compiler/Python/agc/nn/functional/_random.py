"""Dropout."""
from agc import _agc, _dtype, _ops
from agc._warnings import warn

__all__ = ["alpha_dropout", "dropout", "dropout1d", "dropout2d", "dropout3d", "gumbel_softmax"]


def _check_probability(p):
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def _told(sizes):
    """The sizes that are known before a call."""
    return [size for size in sizes if not isinstance(size, _agc.Extent)]


def _kept(p, input, shape=None):
    """1 with probability 1 - p, else 0: like the input, or of a shape."""
    from agc._random import bernoulli_mask, drawn_like

    def draw(shape, _):
        return bernoulli_mask(shape, 1 - p, input.dtype)
    return drawn_like(input, draw) if shape is None else draw(shape, True)


def _dropped(input, p, training, inplace, shape=None):
    """input times a mask of a shape that broadcasts to it, over the share that is kept."""
    _check_probability(p)
    if p == 0 or not training or 0 in _told(input.shape):
        return input
    noise = _kept(p, input, shape)
    if not input.is_floating_point() and not input.is_complex():
        raise RuntimeError(f"result type {_dtype.get_default_dtype()._title} can't be cast to the desired output type "
                           f"{input.dtype._title}")
    noise = noise / (1 - p) if p < 1 else noise
    return _ops.mul_(input, noise) if inplace else input * noise


def dropout(input, p=0.5, training=True, inplace=False):
    """Elements become 0 with probability p, the others grow by 1 / (1 - p)"""
    return _dropped(input, p, training, inplace)


def _channels(input, is_batched, p, training, inplace):
    if not is_batched:
        shape = [input.size(0)] + [1] * (input.dim() - 1)
    else:
        shape = list(input.shape[:2]) + [1] * (input.dim() - 2)
    return _dropped(input, p, training, inplace, shape)


def _warn_of_dims(dims, input):
    name = f"dropout{dims}d"
    warn(f"{name}: Received a {input.dim()}-D input to {name}, which is deprecated and will result in an error in a future "
         f"release. To retain the behavior and silence this warning, please use dropout instead. Note that {name} exists to "
         f"provide channel-wise dropout on inputs with {dims} spatial dimensions, a channel dimension, and an optional batch "
         f"dimension (i.e. {dims + 1}D or {dims + 2}D inputs).")


def dropout1d(input, p=0.5, training=True, inplace=False):
    """Whole channels become 0"""
    _check_probability(p)
    if input.dim() not in (2, 3):
        raise RuntimeError(f"dropout1d: Expected 2D or 3D input, but received a {input.dim()}D input. Note that "
                           "dropout1d exists to provide channel-wise dropout on inputs with 1 spatial dimension, a "
                           "channel dimension, and an optional batch dimension (i.e. 2D or 3D inputs).")
    return _channels(input, input.dim() == 3, p, training, inplace)


def dropout2d(input, p=0.5, training=True, inplace=False):
    """Whole channels become 0"""
    _check_probability(p)
    if input.dim() not in (3, 4):
        _warn_of_dims(2, input)
    elif input.dim() == 3:
        warn("dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired - input "
             "is interpreted as shape (N, C, L), where C is the channel dim. This behavior will change in a future release to "
             "interpret the input as one without a batch dimension, i.e. shape (C, H, W). To maintain the 1D channel-wise "
             "dropout behavior, please switch to using dropout1d instead.")
    return _channels(input, True, p, training, inplace)


def dropout3d(input, p=0.5, training=True, inplace=False):
    """Whole channels become 0"""
    _check_probability(p)
    if input.dim() not in (4, 5):
        _warn_of_dims(3, input)
    return _channels(input, input.dim() == 5, p, training, inplace)


def alpha_dropout(input, p=0.5, training=False, inplace=False):
    """Dropout that keeps mean 0 and variance 1 after selu"""
    _check_probability(p)
    if p == 0 or not training or 0 in _told(input.shape):
        return input
    if p == 1:
        return _ops.mul_(input, 0.0) if inplace else input * 0.0
    alpha = 1.7580993408473766
    scale = (alpha * alpha * p + 1) * (1 - p)
    scale = 1 / scale ** 0.5 if scale else 0.0
    kept = _kept(p, input)
    shift = ((kept - 1) * (alpha * scale)) + alpha * scale * p
    kept = kept * scale
    return _ops.add_(_ops.mul_(input, kept), shift) if inplace else input * kept + shift


def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    """Samples of a categorical distribution that gradients pass through"""
    import agc
    noise = -_ops.log(agc.zeros(logits.shape, dtype=logits.dtype).exponential_())
    soft = _ops.softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    index = soft.max(dim, keepdim=True)[1]
    one = agc.zeros_like(logits).scatter_(dim, index, 1.0)
    return one - soft.detach() + soft
