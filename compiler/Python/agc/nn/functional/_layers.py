"""What layers compute: products with weights, tables, normalisation, padding."""
import math

import agc
from agc import _agc, _dtype, _ops
from agc._functions import channel_shuffle, pixel_shuffle, pixel_unshuffle
from agc._missing import refuse
from agc._modes import is_grad_enabled, no_grad
from agc._node import counted, named, node, own, saving
from agc._sizes import require, unlike
from agc.nn._names import typename
from agc.nn.functional._pooling import avg_pool2d

__all__ = ["batch_norm", "bilinear", "channel_shuffle", "embedding", "group_norm", "instance_norm", "layer_norm", "linear",
           "local_response_norm", "normalize", "one_hot", "pad", "pixel_shuffle", "pixel_unshuffle", "rms_norm"]


def linear(input, weight, bias=None):
    """input @ weight.T + bias"""
    return _agc.linear(input, weight, bias)


def bilinear(input1, input2, weight, bias=None):
    """input1 @ weight[k] @ input2 for each k"""
    if input1.dim() != input2.dim():
        raise RuntimeError(f"bilinear(): input dimensions do not match: got {input1.dim()} and {input2.dim()}")
    if input1.size(-1) != weight.size(1) or input2.size(-1) != weight.size(2):
        which = 1 if input1.size(-1) != weight.size(1) else 2
        size = (input1, input2)[which - 1].size(-1)
        raise RuntimeError(f"bilinear(): input{which} size does not match weight size: got {size} but expected "
                           f"{weight.size(which)}")
    if any(x.dtype is not weight.dtype for x in (input1, input2, bias) if x is not None):
        kinds = [f"{name}: {_agc.cpp_name_of(x.dtype._number)}" for name, x in
                 (("input1", input1), ("input2", input2), ("weight", weight), ("bias", bias)) if x is not None]
        raise RuntimeError(f"All tensors must have the same dtype, got {', '.join(kinds)}")
    outputs, first, second = weight.shape
    rows = input1.reshape(-1, first)
    products = _ops.mm(rows, weight.permute(1, 0, 2).reshape(first, outputs * second))
    products = products.reshape(-1, outputs, second)
    columns = input2.reshape(-1, second)
    result = _ops.bmm(products, columns._unsqueeze(-1)).reshape(list(input1.shape[:-1]) + [outputs])
    needs = [x.requires_grad for x in (input1, input2, weight)]
    result = saving(result, *(x for i, x in enumerate((rows, columns, weight)) if any(needs[:i] + needs[i + 1:])))
    return result if bias is None else result + bias


def embedding(input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False):
    """Rows of a table, picked by index; the row padding_idx gets no gradient."""
    if padding_idx is not None and not -weight.size(0) <= padding_idx < weight.size(0):
        raise AssertionError("Padding_idx must be within num_embeddings")
    if weight.dim() != 2:
        raise RuntimeError("'weight' must be 2-D")
    if input.dtype not in (_dtype.int64, _dtype.int32):
        raise RuntimeError("Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, "
                           f"Int; but got {typename(input)} instead (while checking arguments for embedding)")
    refuse("embedding", max_norm=max_norm, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse)
    if weight.is_complex():
        if weight.requires_grad and is_grad_enabled():
            raise RuntimeError("embedding does not support automatic differentiation for outputs with complex dtype.")
        return weight[input.to(_dtype.int64)]
    try:
        return _agc.embedding(input.to(_dtype.int64), weight, padding_idx)
    except IndexError:
        raise IndexError("index out of range in self") from None


def one_hot(tensor, num_classes=-1):
    """A 1 at each class index, along a new last dim"""
    if tensor.dtype is not _dtype.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if num_classes == -1:
        if tensor.numel() == 0:
            raise RuntimeError("Can not infer total number of classes from empty tensor.")
        num_classes = int(_ops.max(tensor).item()) + 1
    try:
        return counted(_agc.one_hot(tensor, num_classes), 2)
    except RuntimeError:
        if tensor.numel() and int(_ops.min(tensor).item()) < 0:
            raise RuntimeError("Class values must be non-negative.") from None
        if num_classes < 1:
            raise RuntimeError("Class values must be smaller than num_classes." if tensor.numel() else
                               "Can not infer total number of classes from empty tensor.") from None
        raise


def pad(input, pad, mode="constant", value=None):
    """Dims grown by elements before and after them, the last dim's first"""
    if value is not None and mode != "constant":
        raise RuntimeError(f"Padding mode \"{mode}\" doesn't take in value argument")
    if mode not in ("constant", "reflect", "replicate", "circular"):
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if mode != "constant" and len(pad) % 2 == 0 and len(pad) <= 2 * input.dim() and (
            len(pad) not in (2, 4, 6) or input.dim() - len(pad) // 2 not in (1, 2)):
        raise NotImplementedError(f"Padding size {len(pad)} is not supported for {input.dim()}D input tensor.")
    title = {"reflect": "Reflection", "replicate": "Replication"}.get(mode)
    if title:
        _dtype.check_kernel(f"{title.lower()}_pad{len(pad) // 2}d", input, "float complex int")
    result = _agc.pad(input, list(pad), mode, value)
    return saving(named(result, f"{title}Pad{len(pad) // 2}DBackward0"), input, flat=True) if title else result


# ---------------------------------------------------------------- normalisation

def _check_normalized(input, normalized_shape, weight, bias, comma=", "):
    shape = list(normalized_shape)
    if not shape:
        raise RuntimeError("Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but "
                           "got normalized_shape = []")
    for name, tensor in (("weight", weight), ("bias", bias)):
        if tensor is not None and unlike(tensor.shape, shape):
            raise RuntimeError(f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape "
                               f"{list(tensor.shape)} and normalized_shape = {shape}")
    own = list(input.shape[input.dim() - len(shape):]) if input.dim() >= len(shape) else []
    text = (f"Given normalized_shape={shape}, expected input with shape [*{comma}{', '.join(map(str, shape))}], but got input of "
            f"size{list(input.shape)}")
    require(len(own), "==", len(shape), text)
    for found, wanted in zip(own, shape):
        require(found, "==", wanted, text)


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    """input brought to mean 0 and variance 1 over its last dims"""
    _check_normalized(input, normalized_shape, weight, bias)
    dims = list(range(input.dim() - len(normalized_shape), input.dim()))
    if weight is None and bias is not None:  # an operand before a given one is given
        weight = agc.ones_like(bias)
    if not _check_parameters(input, weight, bias):
        return _ops.layer_norm(input, weight, bias, dims, eps)
    return named(_ops.layer_norm(input.float(), weight, bias, dims, eps).to(input.dtype), "NativeLayerNormBackward0")


def _check_parameters(input, *parameters):
    """Refuses parameters of a normalisation that are of another dtype; those of halves may be f32. Whether they are."""
    kinds = {x.dtype for x in parameters if x is not None} - {input.dtype}
    if not kinds:
        return False
    if input.dtype not in (_dtype.float16, _dtype.bfloat16) and kinds == {_dtype.float32}:
        raise RuntimeError("mixed dtype (CPU): all inputs must share same datatype.")
    if kinds != {_dtype.float32}:
        given = [x for x in parameters if x is not None]
        if given[0].dtype is input.dtype:
            _dtype.check_scalar_type(input.dtype, next(x for x in given if x.dtype is not input.dtype))
        raise RuntimeError("mixed dtype (CPU): expect parameter to have scalar type of Float")
    return True


def _widened(input):
    """What a normalisation computes with: of halves f32, rounded when all is done."""
    return input.float() if input.dtype in (_dtype.float16, _dtype.bfloat16) else input


def rms_norm(input, normalized_shape, weight=None, eps=None):
    """input over the root of its mean square over the last dims"""
    _check_normalized(input, normalized_shape, weight, None, "")
    dims = list(range(input.dim() - len(normalized_shape), input.dim()))
    _dtype.check_kernel("rms_norm", input, "float complex")
    wide = _widened(input)
    eps = _dtype.finfo(wide.dtype).eps if eps is None else eps
    result = wide * _ops.rsqrt(_ops.mean(_ops.pow(wide, 2), dims, True) + eps)
    return (result if weight is None else result * weight).to(input.dtype)


@node("NativeGroupNormBackward0", saves="input weight")
def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    """Each group of channels brought to mean 0 and variance 1"""
    if input.dim() < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {input.dim()}")
    batch, channels = input.shape[:2]
    require(channels % num_groups, "==", 0, "Expected number of channels in input to be divisible by num_groups, but got "
            f"input of shape {list(input.shape)} and num_groups={num_groups}")
    for name, x in (("weight", weight), ("bias", bias)):
        if x is not None and (x.dim() != 1 or unlike(x.shape, [channels])):
            shown = x if weight is None else weight  # as PyTorch has it
            raise RuntimeError(f"Expected {name} to be a vector of size equal to the number of channels in input, but got {name} "
                               f"of shape {list(shown.shape)} and input of shape {list(input.shape)}")
    _check_parameters(input, weight, bias)
    _dtype.check_kernel("GroupNormKernelImpl", input, "float")
    groups = _widened(input).reshape(batch, num_groups, channels // num_groups * math.prod(input.shape[2:]))
    result = _ops.layer_norm(groups, None, None, [2], eps).reshape(input.shape)
    return own(_scaled(result, weight, bias).to(input.dtype))


def _check_channels(input, rows=1, **parameters):
    """Refuses what has not one element for each channel, of so many rows."""
    if (parameters["running_mean"] is None) != (parameters["running_var"] is None):
        raise ValueError("running_mean and running_var must either both be None or neither be None")
    for name, x in parameters.items():
        if x is not None and x.dim() > 1 and name.startswith("running"):
            raise RuntimeError(f"TensorAccessor expected 1 dims but tensor has {x.dim()}")
        if x is not None:
            require(x.numel(), "==", input.size(1),
                    f"{name} should contain {input.size(1) * rows} elements not {x.numel() * rows}")


def _bessel(count):
    """What makes a variance of so many numbers unbiased."""
    if isinstance(count, _agc.Extent):
        count = _agc.number_of(count).double()
    return count / (count - 1)


def _scaled(input, weight, bias):
    """A weight and a bias for each channel."""
    shape = [1, input.size(1)] + [1] * (input.dim() - 2)
    if weight is not None:
        input = input * weight.reshape(shape)
    return input if bias is None else input + bias.reshape(shape)


@node("NativeBatchNormBackward0", saves="input weight")
def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    """Each channel brought to mean 0 and variance 1: the batch's own, or the running ones"""
    for name, x in (("running_mean", running_mean), ("running_var", running_var)):
        if x is None and not training:
            raise RuntimeError(f"{name} must be defined in evaluation mode")
    if input.dim() == 1 and 0 in input._sizes:  # no channel, and no element of any
        return input.clone()
    dims = [d for d in range(input.dim()) if d != 1]
    count = math.prod(input.shape[d] for d in dims)
    if training:
        require(count, "!=", 1, f"Expected more than 1 value per channel when training, got input size {input.shape}",
                ValueError)
    if eps < 0 or training and eps == 0:
        kind = "positive during training" if training else "non-negative"
        raise ValueError(f"batch_norm eps must be {kind}, but got {eps}")
    _check_channels(input, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    _dtype.check_kernel("batch_norm", input, "float")
    _check_parameters(input, weight, bias, running_mean, running_var)
    wide, shape = _widened(input), [1, input.size(1)] + [1] * (input.dim() - 2)
    if training:
        mean, var = _ops.mean(wide, dims), _ops.var(wide, dims, 0)
        if running_mean is not None:
            with no_grad():
                unbiased = var * _bessel(count)
                running_mean.copy_(mean * momentum + _widened(running_mean) * (1 - momentum))
                running_var.copy_(unbiased * momentum + _widened(running_var) * (1 - momentum))
    else:
        mean, var = _widened(running_mean), _widened(running_var)
    scale = _ops.rsqrt(var + eps)
    # torch's backward of an evaluation reads the running statistics of its own time, though a training changed them since
    # (which is no write): here it is the gradient of what was computed
    result = _scaled((wide - mean.reshape(shape)) * scale.reshape(shape), weight, bias).to(input.dtype)
    return result if _has_channels_last(input) else result.contiguous()


def _has_channels_last(input):
    """Whether an image lies with its channels side by side, which what is made of it does then, too."""
    return input.dim() in (4, 5) and input.movedim(1, -1).is_contiguous()


def instance_norm(input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1,
                  eps=1e-5):
    """Each channel of each row brought to mean 0 and variance 1: its own, or by the running ones"""
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    if any(x is not None and x.dim() > 1 for x in (running_mean, running_var, weight, bias)):
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    _check_channels(input, input.size(0), running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    _dtype.check_kernel("batch_norm", input, "float")
    _check_parameters(input, weight, bias)
    wide, count, dims = _widened(input), math.prod(input.shape[2:]), list(range(2, input.dim()))
    require(count, "!=", 1, f"Expected more than 1 spatial element when training, got input size {input.shape}", ValueError)
    mean, var = _ops.mean(wide, dims, True), _ops.var(wide, dims, 0, True)
    if running_mean is not None:
        with no_grad():
            for running, found in ((running_mean, mean), (running_var, var * _bessel(count))):
                running.copy_(found.mean(0).reshape(-1) * momentum + _widened(running) * (1 - momentum))
    weight = None if weight is None else weight.clone()  # torch repeats it for each row, and saves that
    result = _scaled((wide - mean) * _ops.rsqrt(var + eps), weight, bias)
    return named(result.to(input.dtype).contiguous(), "ViewBackward0", input)


def normalize(input, p=2.0, dim=1, eps=1e-12, out=None):
    """input over its p-norm along a dim"""
    refuse("normalize", out=out)
    norm = _ops.vector_norm(input, dim, p, True)
    return input / _ops.clamp(norm, eps).expand_as(input)


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    """input over a power of the mean square of neighbouring channels"""
    if input.dim() < 3:
        raise ValueError(f"Expected 3D or higher dimensionality {' ' * 24} input (got {input.dim()} dimensions)")
    if not input.numel():
        return input
    shape, margins = list(input.shape), [size // 2, (size - 1) // 2]
    squares = (input * input)._reshape(shape[:2] + [-1])._unsqueeze(1)
    means = avg_pool2d(pad(squares, [0, 0, *margins]), (size, 1), stride=1)._squeeze([1])._reshape(shape)
    return input / _ops.pow(means * alpha + k, beta)
