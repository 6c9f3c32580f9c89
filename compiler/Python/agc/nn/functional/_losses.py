"""Losses: records where there is one, else composed as PyTorch composes them."""
import functools
import math

import agc
from agc import _agc, _dtype, _modes, _ops
from agc._modes import no_grad
from agc._node import derived_once, named, node, underived
from agc._sizes import check_held, check_meets, is_one, unlike
from agc._tensor import forbid
from agc._warnings import warn
from agc.nn._names import typename
from agc.nn.functional._distances import pairwise_distance

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits", "cosine_embedding_loss", "cross_entropy",
           "gaussian_nll_loss", "hinge_embedding_loss", "huber_loss", "kl_div", "l1_loss", "margin_ranking_loss",
           "mse_loss", "multi_margin_loss", "multilabel_soft_margin_loss", "nll_loss", "poisson_nll_loss",
           "smooth_l1_loss", "soft_margin_loss", "triplet_margin_loss", "triplet_margin_with_distance_loss"]


def _legacy(size_average, reduce, reduction):
    """The reduction, which two old flags may say instead."""
    if size_average is None and reduce is None:
        return reduction
    size_average = size_average is None or size_average
    reduce = reduce is None or reduce
    said = ("mean" if size_average else "sum") if reduce else "none"
    warn(f"size_average and reduce args will be deprecated, please use reduction='{said}' instead.")
    return said


def _checked(size_average, reduce, reduction):
    """The same, where it is one that all losses have."""
    return _known(_legacy(size_average, reduce, reduction))


def _known(reduction):
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return reduction


def _reduced(losses, reduction):
    if _known(reduction) == "none":
        return losses
    return _ops.mean(losses) if reduction == "mean" else _ops.sum(losses)


def _same_shape(input, target):
    """Both broadcast together, which is seldom meant."""
    if not unlike(target.shape, input.shape):
        return input, target
    warn(f"Using a target size ({target.size()}) that is different to the input size ({input.size()}). This "
         "will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.")
    check_meets(input.shape, target.shape)
    return agc.broadcast_tensors(input, target)


def _weighted(errors, weight, input, reduction):
    """Errors with a weight each, over the weights' sum for a mean."""
    if unlike(weight.shape, input.shape):
        raise ValueError("Weights and input must have the same size.")
    errors = errors * weight
    if reduction == "mean":
        return _ops.sum(errors) / _ops.sum(weight)
    return _reduced(errors, reduction)


# ---------------------------------------------------------------- of numbers

def mse_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """The squared error"""
    input, target = _same_shape(input, target)
    reduction = _checked(size_average, reduce, reduction)
    if weight is not None:
        return _weighted(_ops.pow(input - target, 2), weight, input, reduction)
    return _ops.mse_loss(input, target, reduction)


def l1_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """The absolute error"""
    input, target = _same_shape(input, target)
    reduction = _checked(size_average, reduce, reduction)
    if weight is not None:
        return _weighted(_ops.abs(input - target), weight, input, reduction)
    return _agc.l1_loss(input, target, reduction)


def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction="mean", beta=1.0):
    """The squared error below beta, the absolute one above"""
    input, target = _same_shape(input, target)
    reduction = _checked(size_average, reduce, reduction)
    if beta == 0:
        return _agc.l1_loss(input, target, reduction)
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    return _ops.smooth_l1_loss(input, target, reduction, beta)


def huber_loss(input, target, reduction="mean", delta=1.0, weight=None):
    """smooth_l1_loss times delta"""
    input, target = _same_shape(input, target)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    kind = agc.result_type(input, target)
    if not _dtype.can_cast(kind, input.dtype):
        raise RuntimeError(f"result type {kind._title} can't be cast to the desired output type "
                           f"{input.dtype._title}")
    if weight is not None:
        return _reduced(_huber(input, target, "none", delta) * weight, reduction)
    return _huber(input, target, reduction, delta)


def _huber(input, target, reduction, delta):
    """Of the input's dtype; torch has no derivative where the target is of another."""
    if input.dtype is target.dtype:
        return _ops.huber_loss(input, target, reduction, delta)
    return _mixed_huber()(input, target, reduction, delta)


@functools.cache
def _mixed_huber():
    from agc.autograd.function import Function

    class Huber(Function):
        _node = "HuberLossBackward0"

        @staticmethod
        def forward(ctx, input, target, reduction, delta):
            ctx.titles = target.dtype._title, input.dtype._title
            return _ops.huber_loss(input, target, reduction, delta).to(input.dtype)

        @staticmethod
        def backward(ctx, gradient):
            raise RuntimeError("Found dtype {} but expected {}".format(*ctx.titles))

    return Huber.apply


def poisson_nll_loss(input, target, log_input=True, full=False, size_average=None, eps=1e-8, reduce=None,
                     reduction="mean"):
    """The negative log likelihood of counts"""
    reduction = _checked(size_average, reduce, reduction)
    if log_input:
        loss = _ops.exp(input) - target * input
    else:
        loss = input - target * _ops.log(input + eps)
    if full:
        stirling = target * _ops.log(target) - target + 0.5 * _ops.log(2 * math.pi * target)
        loss = loss + _ops.where(target <= 1, 0.0, stirling)
    return _reduced(loss, reduction)


def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    """The negative log likelihood of numbers with a variance each"""
    if isinstance(var, float):
        if var < 0:
            raise ValueError("var has negative entry/entries")
        var = agc.ones_like(input) * var
    else:
        forbid(_ops.any(var < 0), "var has negative entry/entries", ValueError)
    if unlike(var.shape, input.shape):
        if not unlike(input.shape[:-1], var.shape):
            var = var.unsqueeze(-1)
        elif not (not unlike(input.shape[:-1], var.shape[:-1]) and is_one(var.size(-1))
                  or all(is_one(v) or not unlike([v], [i]) for v, i in zip(var.shape, input.shape)) and var.dim() == input.dim()):
            raise ValueError("var is of incorrect size")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(reduction + " is not valid")
    var = var.clone()
    with no_grad():
        var.clamp_(eps)
    loss = 0.5 * (_ops.log(var) + _ops.pow(input - target, 2) / var)
    if full:
        loss = loss + 0.5 * math.log(2 * math.pi)
    return _reduced(loss, reduction)


# ---------------------------------------------------------------- of classes

def cross_entropy(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean",
                  label_smoothing=0.0):
    """The negative log likelihood of classes, or of their probabilities, from logits"""
    reduction = _checked(size_average, reduce, reduction)
    if unlike(input.shape, target.shape):
        _check_classes(input, target)
    loss = _of_classes(_agc.cross_entropy, input, target, ignore_index, weight, reduction, ignore_index,
                       label_smoothing)
    if target.is_floating_point():
        return named(loss, "DivBackward1") if reduction == "mean" else loss
    return loss if label_smoothing else _of_many(loss, input, reduction)


def nll_loss(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"):
    """The negative of each target class's log probability"""
    reduction = _checked(size_average, reduce, reduction)
    _check_classes(input, target)
    return _of_many(_of_classes(_ops.nll_loss, input, target, ignore_index, weight, reduction, ignore_index), input,
                    reduction)


def _of_many(loss, input, reduction):
    """A loss of classes, whose node is a view's where torch gives the dims that it joined back."""
    joined = input.dim() not in (1, 2, 4) and reduction == "none"
    return named(loss, "ViewBackward0") if joined else loss


def _of_classes(loss, input, target, ignore_index, *arguments):
    """A loss whose targets are classes; says which one there is not."""
    target = target.long() if target.dtype is _dtype.uint8 else target
    try:
        return loss(input, target, *arguments)
    except IndexError:
        classes = input.size(1 if input.dim() > 1 else 0)
        for number in target.flatten().tolist():
            if number != ignore_index and not 0 <= number < classes:
                raise IndexError(f"Target {number} is out of bounds.") from None
        raise


def _check_classes(input, target):
    """Refuses targets that are no classes, one for each row."""
    if input.dim() > 1 and target.dim() > 0 and unlike(input.shape[:1], target.shape[:1]):
        raise ValueError(f"Expected input batch_size ({input.size(0)}) to match target batch_size ({target.size(0)}).")
    if input.dim() == 2 and target.dim() > 1:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if target.dtype not in (_dtype.int64, _dtype.uint8):
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {typename(target)[6:-6]}")


def binary_cross_entropy(input, target, weight=None, size_average=None, reduce=None, reduction="mean"):
    """The negative log likelihood of yes or no, from probabilities"""
    reduction = _checked(size_average, reduce, reduction)
    if unlike(target.shape, input.shape):
        raise ValueError(f"Using a target size ({target.size()}) that is different to the input size ({input.size()}) "
                         "is deprecated. Please ensure they have the same size.")
    if weight is not None:
        weight = weight.expand(target.shape).to(input.dtype)
    return _ops.binary_cross_entropy(input, target, weight, reduction)


def binary_cross_entropy_with_logits(input, target, weight=None, size_average=None, reduce=None, reduction="mean",
                                     pos_weight=None):
    """The negative log likelihood of yes or no, from logits"""
    reduction = _checked(size_average, reduce, reduction)
    if unlike(target.shape, input.shape):
        raise ValueError(f"Target size ({target.size()}) must be the same as input size ({input.size()})")
    _dtype.check_kernel("log_sigmoid_cpu", input, "float")
    if not target.is_floating_point() and not target.is_complex():
        _ = target - target  # which is what torch refuses of bools
        raise RuntimeError(f"result type {input.dtype._title} can't be cast to the desired output type {target.dtype._title}")
    if pos_weight is not None:
        check_meets(pos_weight.shape, input.shape)
    for x in (pos_weight, weight):
        if x is not None:
            check_held(input.shape, x.shape)
    if weight is None and pos_weight is not None:  # an operand before a given one is given
        weight = agc.ones_like(pos_weight)
    loss = _ops.binary_cross_entropy_with_logits(input, target, weight, pos_weight, reduction)
    return named(loss.to(target.dtype), "BinaryCrossEntropyWithLogitsBackward0")  # what torch computes it in place of


def kl_div(input, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    """The divergence of log probabilities from a distribution"""
    reduction = _legacy(size_average, reduce, reduction)
    if reduction == "mean":
        warn("reduction: 'mean' divides the total loss by both the batch size and the support size."
             "'batchmean' divides only by the batch size, and aligns with the KL div math definition."
             "'mean' will be changed to behave the same as 'batchmean' in the next major release.")
    if input.is_complex() or target.is_complex():
        raise RuntimeError("kl_div: Complex inputs not supported.")
    if not input.is_floating_point() or not target.is_floating_point():
        raise RuntimeError("kl_div: Integral inputs not supported.")
    if log_target:
        losses = _ops.exp(target) * (target - input)
    else:
        losses = _ops.xlogy(target, target) - target * input
    if reduction != "batchmean":
        return _reduced(losses, reduction)
    total = _ops.sum(losses)
    return total / input.size(0) if input.dim() else total


def multilabel_soft_margin_loss(input, target, weight=None, size_average=None, reduce=None, reduction="mean"):
    """binary_cross_entropy_with_logits over the classes of each row"""
    reduction = _checked(size_average, reduce, reduction)
    losses = -(target * _ops.log_sigmoid(input) + (1 - target) * _ops.log_sigmoid(-input))
    if weight is not None:
        losses = losses * weight
    return _reduced(_ops.sum(losses, -1) / input.size(-1), reduction)


@node("MultiMarginLossBackward0", saves="input target weight")
def multi_margin_loss(input, target, p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction="mean"):
    """How far other classes come within a margin of the target's score"""
    reduction = _checked(size_average, reduce, reduction)
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.dim() != 1:
        raise ValueError("weight must be one-dimensional")
    shape, rows = list(input.shape), input.size(0) if input.dim() == 2 else 1
    if input.dim() > 2 or 0 in shape[-1:]:
        raise RuntimeError(f"Expected non-empty vector or matrix with optional 0-dim batch size, but got: {shape}")
    if target.dim() > 1 or unlike([target.numel()], [rows]):
        raise RuntimeError("multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch "
                           f"size). Expected target size [{rows}], but got {list(target.shape)}. Input has shape {shape}.")
    classes = shape[-1] if shape else 1
    if weight is not None and unlike([weight.numel()], [classes]):
        raise RuntimeError(f"inconsistent weight size, expected {classes} but got {list(weight.shape)}")
    if input.dtype not in (_dtype.float32, _dtype.float64):
        _dtype.check_kernel("multi_margin_loss_cpu_kernel", input, "")
    _dtype.check_scalar_type(_dtype.int64, target)
    if weight is not None:
        _dtype.check_scalar_type(input.dtype, weight)
    rows = derived_once(input, underived("multi_margin_loss_backward"))
    rows = rows if input.dim() == 2 else rows.reshape(1, -1)
    index = target.reshape(-1, 1)
    gaps = margin - _ops.gather(rows, 1, index) + rows
    gaps = _ops.pow(_ops.where(gaps > 0, gaps, 0.0), p)
    if weight is not None:
        gaps = gaps * _ops.index_select(weight, 0, target.reshape(-1)).unsqueeze(1)
    others = _agc.one_hot(target.reshape(-1), rows.size(1)) == 0
    losses = _ops.sum(_ops.where(others, gaps, 0.0), 1) / rows.size(1)
    return _reduced(losses if input.dim() == 2 else losses.reshape([]), reduction)


# ---------------------------------------------------------------- of a side, 1 or -1

@node("SoftMarginLossBackward0", saves="input target")
def soft_margin_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    """log(1 + exp(-target * input))"""
    reduction = _checked(size_average, reduce, reduction)
    if target.requires_grad and _modes.is_grad_enabled():
        raise RuntimeError("The function 'soft_margin_loss' is not differentiable with respect to argument 'target'. "
                           "This input cannot have requires_grad True.")
    check_held(input.shape, target.shape)
    product = -input * target
    if not input.is_floating_point() and not input.is_complex() or product.is_complex() > input.is_complex():
        found = _dtype.promote_types(product.dtype, _dtype.get_default_dtype())
        raise RuntimeError("result type {} can't be cast to the desired output type {}".format(
            *(kind._title for kind in (found, input.dtype))))
    return named(_reduced(_ops.log1p(_ops.exp(product.to(input.dtype))), reduction), "SoftMarginLossBackward0", input, target)


def _hinge(input):
    return named(_ops.clamp(input, 0), "ClampMinBackward0")


def hinge_embedding_loss(input, target, margin=1.0, size_average=None, reduce=None, reduction="mean"):
    """input where target is 1, what it lacks of the margin where target is -1"""
    reduction = _checked(size_average, reduce, reduction)
    lacking = _hinge(margin - input)
    losses = _ops.where(target != 1, lacking, 0.0) + _ops.where(target != -1, input, 0.0)
    return _reduced(losses, reduction)


def margin_ranking_loss(input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"):
    """How far input1 is from leading input2 by a margin, to target's side"""
    reduction = _checked(size_average, reduce, reduction)
    if not input1.dim() == input2.dim() == target.dim():
        raise RuntimeError("margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: "
                           f"{input1.size()}, input2: {input2.size()}, target: {target.size()} ")
    return _reduced(_hinge(-target * (input1 - input2) + float(margin)), reduction)


def cosine_embedding_loss(input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"):
    """1 - cosine where target is 1, what it exceeds the margin by where target is -1"""
    reduction = _checked(size_average, reduce, reduction)
    tiny = 1e-12
    dim = target.dim()
    if dim not in (0, 1):
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if input1.dim() != dim + 1 or input2.dim() != dim + 1:
        raise RuntimeError(f"{dim}D target tensor expects {dim + 1}D input tensors, but found inputs with sizes "
                           f"{list(input1.shape)} and {list(input2.shape)}.")
    product = _ops.sum(input1 * input2, dim)
    sizes = (_ops.sum(input1 * input1, dim) + tiny) * (_ops.sum(input2 * input2, dim) + tiny)
    cosine = product / _ops.sqrt(sizes)
    same = _ops.where(target == 1, 1 - cosine, 0.0)
    different = _ops.where(target == -1, _ops.clamp(cosine - margin, 0), 0.0)
    return _reduced(same + different, reduction)


def triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2, eps=1e-6, swap=False, size_average=None,
                        reduce=None, reduction="mean"):
    """How far the positive is from being nearer to the anchor than the negative, by a margin"""
    reduction = _checked(size_average, reduce, reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    return _triplet(anchor, positive, negative, lambda a, b: pairwise_distance(a, b, p, eps), margin, swap, reduction)


def triplet_margin_with_distance_loss(anchor, positive, negative, *, distance_function=None, margin=1.0, swap=False,
                                      reduction="mean"):
    """triplet_margin_loss by any distance"""
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    distance = pairwise_distance if distance_function is None else distance_function
    return _triplet(anchor, positive, negative, distance, margin, swap, reduction)


def _triplet(anchor, positive, negative, distance, margin, swap, reduction):
    if not anchor.dim() == positive.dim() == negative.dim():
        raise RuntimeError("The anchor, positive, and negative tensors are expected to have the same number of dimensions, but "
                           f"got: anchor {anchor.dim()}D, positive {positive.dim()}D, and negative {negative.dim()}D inputs")
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = _ops.minimum(far, distance(positive, negative))
    return _reduced(_hinge(margin + near - far), reduction)
