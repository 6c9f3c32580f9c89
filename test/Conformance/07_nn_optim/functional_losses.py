# Losses of torch.nn.functional in every reduction: values and gradients
import torch
import torch.nn.functional as F


def leaf(values):
    return torch.tensor(values, requires_grad=True)


def numbers(a=0.0):
    return leaf([[0.3 + a, -1.2], [2.5, 0.1 - a], [-0.7, 1.9 + a]])


def show(name, loss, *tensors):
    y = loss(*tensors)
    (y * torch.arange(1.0, y.numel() + 1).view(y.shape)).sum().backward()
    print(name, y.detach(), *[t.grad for t in tensors if t.requires_grad])


weights = torch.tensor([[1.0, 2], [3, 4], [5, 6]])
classes, sides = torch.tensor([1, 0, 3]), torch.tensor([1.0, -1, 1])
for r in ("mean", "sum", "none"):
    for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "poisson_nll_loss"):
        show(name, lambda a, b: getattr(F, name)(a, b, reduction=r), numbers(), numbers(0.4))
    for name in ("mse_loss", "l1_loss", "huber_loss"):
        show(name + " weighted", lambda a, b: getattr(F, name)(a, b, reduction=r, weight=weights), numbers(), numbers(0.4))
    show("smooth_l1 beta", lambda a, b: F.smooth_l1_loss(a, b, reduction=r, beta=0.3), numbers(), numbers(0.4))
    show("smooth_l1 beta 0", lambda a, b: F.smooth_l1_loss(a, b, reduction=r, beta=0), numbers(), numbers(0.4))
    show("huber delta", lambda a, b: F.huber_loss(a, b, r, 0.3), numbers(), numbers(0.4))
    logits = [[0.2, -1.0, 0.5, 2.0], [1.5, 0.3, -0.2, 0.0], [-0.5, 0.6, 0.7, -2.0]]
    w = torch.tensor([1.0, 2, 3, 4])
    show("cross_entropy", lambda x: F.cross_entropy(x, classes, w, reduction=r, label_smoothing=0.2), leaf(logits))
    show("cross_entropy ignoring", lambda x: F.cross_entropy(x, classes, ignore_index=3, reduction=r), leaf(logits))
    show("cross_entropy of images", lambda x: F.cross_entropy(x, torch.tensor([[1, 0], [2, 1]]), reduction=r),
         leaf([[[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]], [[0.7, -0.8], [0.9, 1.0], [1.1, 1.2]]]))
    show("nll_loss", lambda x: F.nll_loss(x, classes, w, reduction=r), leaf(logits))
    show("multi_margin", lambda x: F.multi_margin_loss(x, classes, reduction=r), leaf(logits))
    show("multi_margin squared", lambda x: F.multi_margin_loss(x, classes, 2, 0.7, w, reduction=r), leaf(logits))
    share, target = leaf([[0.2, 0.9], [0.5, 0.4], [0.7, 0.1]]), torch.tensor([[0.0, 1], [0.25, 0.5], [1, 0.75]])
    show("bce", lambda p: F.binary_cross_entropy(p, target, torch.tensor([1.0, 2]), reduction=r), share)
    show("bce logits", lambda x: F.binary_cross_entropy_with_logits(
        x, target, torch.tensor([1.0, 2]), pos_weight=torch.tensor([3.0, 4]), reduction=r), numbers())
    show("kl_div", lambda x: F.kl_div(x, target, reduction=r), numbers())
    show("kl_div of logs", lambda x, y: F.kl_div(x, y, reduction=r, log_target=True), numbers(), numbers(0.4))
    show("soft_margin", lambda x: F.soft_margin_loss(x, target.round() * 2 - 1, reduction=r), numbers())
    show("multilabel", lambda x: F.multilabel_soft_margin_loss(x, target.ceil(), reduction=r), numbers())
    three = [0.4, -0.3, 1.7]
    show("hinge", lambda x: F.hinge_embedding_loss(x, sides, reduction=r), leaf(three))
    show("ranking", lambda x, y: F.margin_ranking_loss(x, y, sides, 0.3, reduction=r), leaf(three), leaf([0.1, 0.2, 2.5]))
    show("cosine", lambda x, y: F.cosine_embedding_loss(x, y, sides, 0.1, reduction=r), numbers(), numbers(0.4))
    show("triplet", lambda x, y, z: F.triplet_margin_loss(x, y, z, 2.0, 1, swap=True, reduction=r), numbers(),
         numbers(0.4), numbers(1.0))
    show("poisson", lambda x: F.poisson_nll_loss(x, torch.tensor([0.0, 1, 3]), full=True, reduction=r), leaf(three))
    show("gaussian", lambda x, v: F.gaussian_nll_loss(x, sides, v, full=True, reduction=r), leaf(three),
         leaf([0.5, 1.5, 0.1]))
show("kl_div batchmean", lambda x: F.kl_div(x, target, reduction="batchmean"), numbers())
show("old flag", lambda x: F.mse_loss(x, target, size_average=False), numbers())
ones = torch.ones
for wrong in (lambda: F.mse_loss(ones(2), ones(2), reduction="x"), lambda: F.mse_loss(ones(2), ones(3)),
              lambda: F.cross_entropy(ones(3, 4), torch.tensor([1, 2])),
              lambda: F.cross_entropy(ones(3, 4), torch.tensor([1, 2, 9])),
              lambda: F.cross_entropy(ones(2, 3), torch.tensor([1.0, 2.0])),
              lambda: F.cross_entropy(ones(2, 3), ones(2, 2)), lambda: F.binary_cross_entropy(ones(2), ones(3)),
              lambda: F.binary_cross_entropy_with_logits(ones(2), ones(3)),
              lambda: F.huber_loss(ones(2), ones(2), delta=0), lambda: F.smooth_l1_loss(ones(2), ones(2), beta=-1),
              lambda: F.margin_ranking_loss(ones(2), ones(2, 1), ones(2)),
              lambda: F.triplet_margin_loss(ones(2), ones(2), ones(2), margin=-1),
              lambda: F.hinge_embedding_loss(ones(2), ones(2), reduction="x"),
              lambda: F.gaussian_nll_loss(ones(2), ones(2), -ones(2))):
    try:
        wrong()
    except (RuntimeError, IndexError, ValueError) as error:
        print(type(error).__name__, error)
