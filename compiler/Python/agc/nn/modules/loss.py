"""Losses as modules: each calls the function of its name with its attributes."""
from agc.nn import functional as F
from agc.nn.functional._losses import _legacy
from agc.nn.modules.distance import PairwiseDistance
from agc.nn.modules.module import Module


class _Loss(Module):
    """A function of input and target, and attributes."""

    _function, _arguments = None, ()

    def __init__(self, size_average=None, reduce=None, reduction="mean"):
        super().__init__()
        self.reduction = _legacy(size_average, reduce, reduction)

    def forward(self, *inputs, **named):
        arguments = {name: getattr(self, name) for name in self._arguments}
        return type(self)._function(*inputs, **named, reduction=self.reduction, **arguments)


class _WeightedLoss(_Loss):
    """A loss with a weight for each class or element, which is a buffer."""

    _arguments = ("weight",)

    def __init__(self, weight=None, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


class L1Loss(_Loss):
    """The absolute error"""

    _function = staticmethod(F.l1_loss)


class MSELoss(_Loss):
    """The squared error"""

    _function = staticmethod(F.mse_loss)


class SmoothL1Loss(_Loss):
    """The squared error below beta, the absolute one above"""

    _function, _arguments = staticmethod(F.smooth_l1_loss), ("beta",)

    def __init__(self, size_average=None, reduce=None, reduction="mean", beta=1.0):
        super().__init__(size_average, reduce, reduction)
        self.beta = beta


class HuberLoss(_Loss):
    """SmoothL1Loss times delta"""

    _function, _arguments = staticmethod(F.huber_loss), ("delta",)

    def __init__(self, reduction="mean", delta=1.0):
        if not isinstance(delta, (float, int)):
            raise TypeError(f"delta must be a float or int, got: {type(delta)}")
        super().__init__(reduction=reduction)
        self.delta = delta


class CrossEntropyLoss(_WeightedLoss):
    """The negative log likelihood of classes, from logits"""

    _function, _arguments = staticmethod(F.cross_entropy), ("weight", "ignore_index", "label_smoothing")

    def __init__(self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean",
                 label_smoothing=0.0):
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing


class NLLLoss(_WeightedLoss):
    """The negative of each target class's log probability"""

    _function, _arguments = staticmethod(F.nll_loss), ("weight", "ignore_index")

    def __init__(self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"):
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index


class BCELoss(_WeightedLoss):
    """The negative log likelihood of yes or no, from probabilities"""

    _function = staticmethod(F.binary_cross_entropy)


class BCEWithLogitsLoss(_WeightedLoss):
    """The negative log likelihood of yes or no, from logits"""

    _function, _arguments = staticmethod(F.binary_cross_entropy_with_logits), ("weight", "pos_weight")

    def __init__(self, weight=None, size_average=None, reduce=None, reduction="mean", pos_weight=None):
        super().__init__(weight, size_average, reduce, reduction)
        self.register_buffer("pos_weight", pos_weight)


class KLDivLoss(_Loss):
    """The divergence of log probabilities from a distribution"""

    _function, _arguments = staticmethod(F.kl_div), ("log_target",)

    def __init__(self, size_average=None, reduce=None, reduction="mean", log_target=False):
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target


class PoissonNLLLoss(_Loss):
    """The negative log likelihood of counts"""

    _function, _arguments = staticmethod(F.poisson_nll_loss), ("log_input", "full", "eps")

    def __init__(self, log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.log_input, self.full, self.eps = log_input, full, eps


class GaussianNLLLoss(_Loss):
    """The negative log likelihood of numbers with a variance each"""

    _function, _arguments = staticmethod(F.gaussian_nll_loss), ("full", "eps")

    def __init__(self, *, full=False, eps=1e-6, reduction="mean"):
        super().__init__(reduction=reduction)
        self.full, self.eps = full, eps


class SoftMarginLoss(_Loss):
    """log(1 + exp(-target * input))"""

    _function = staticmethod(F.soft_margin_loss)


class MultiLabelSoftMarginLoss(_WeightedLoss):
    """BCEWithLogitsLoss over the classes of each row"""

    _function = staticmethod(F.multilabel_soft_margin_loss)


class MultiMarginLoss(_WeightedLoss):
    """How far other classes come within a margin of the target's score"""

    _function, _arguments = staticmethod(F.multi_margin_loss), ("weight", "p", "margin")

    def __init__(self, p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction="mean"):
        super().__init__(weight, size_average, reduce, reduction)
        if p not in (1, 2):
            raise ValueError("only p == 1 and p == 2 supported")
        if weight is not None and weight.dim() != 1:
            raise ValueError(f"weight must be None or 1-dimensional, got {weight.dim()} dimensions")
        self.p, self.margin = p, margin


class HingeEmbeddingLoss(_Loss):
    """input where target is 1, what it lacks of the margin where target is -1"""

    _function, _arguments = staticmethod(F.hinge_embedding_loss), ("margin",)

    def __init__(self, margin=1.0, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.margin = margin


class MarginRankingLoss(HingeEmbeddingLoss):
    """How far input1 is from leading input2 by a margin, to target's side"""

    _function = staticmethod(F.margin_ranking_loss)

    def __init__(self, margin=0.0, size_average=None, reduce=None, reduction="mean"):
        super().__init__(margin, size_average, reduce, reduction)


class CosineEmbeddingLoss(MarginRankingLoss):
    """1 - cosine where target is 1, what it exceeds the margin by where target is -1"""

    _function = staticmethod(F.cosine_embedding_loss)


class TripletMarginLoss(_Loss):
    """How far the positive is from being nearer to the anchor than the negative, by a margin"""

    _function, _arguments = staticmethod(F.triplet_margin_loss), ("margin", "p", "eps", "swap")

    def __init__(self, margin=1.0, p=2.0, eps=1e-6, swap=False, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        if margin <= 0:
            raise ValueError(f"TripletMarginLoss: expected margin to be greater than 0, got {margin} instead")
        self.margin, self.p, self.eps, self.swap = margin, p, eps, swap


class TripletMarginWithDistanceLoss(_Loss):
    """TripletMarginLoss by any distance"""

    _function, _arguments = staticmethod(F.triplet_margin_with_distance_loss), ("distance_function", "margin", "swap")

    def __init__(self, *, distance_function=None, margin=1.0, swap=False, reduction="mean"):
        super().__init__(reduction=reduction)
        if margin <= 0:
            raise ValueError("TripletMarginWithDistanceLoss: expected margin to be greater than 0, got "
                             f"{margin} instead")
        self.distance_function = PairwiseDistance() if distance_function is None else distance_function
        self.margin, self.swap = margin, swap


class CTCLoss(_Loss):
    """Minus the logarithm of the probability to read the target out of a sequence, by connectionist temporal classification"""

    _function, _arguments = staticmethod(F.ctc_loss), ("blank", "zero_infinity")

    def __init__(self, blank=0, reduction="mean", zero_infinity=False):
        super().__init__(reduction=reduction)
        self.blank, self.zero_infinity = blank, zero_infinity
