# What functions that PyTorch has no kernel of one piece for say of operands whose sizes do not fit together
import torch
import torch.nn.functional as F

x, y, i = torch.ones(2, 3), torch.ones(4, 5), torch.tensor([0, 1])
image, four, batch = torch.ones(1, 4, 6, 6), torch.ones(4), torch.ones(2, 3, 4)
calls = [
    lambda: x.index_add(0, i[:1], x), lambda: x.index_add(1, i, x), lambda: x.index_add(0, i[None], x),
    lambda: x.index_add(0, i, x[:, :2]), lambda: x.index_add(0, i + 5, x), lambda: x.index_add(1, i, four[:2]),
    lambda: x.index_reduce(0, i[:1], x, "prod"), lambda: x.index_reduce(0, i[None], x, "amax"),
    lambda: x.index_reduce(0, i, x[:, :2], "mean"), lambda: x.index_reduce(0, i + 5, x, "amin"),
    lambda: x.scatter_reduce(0, i, x, "sum"),
    lambda: x.scatter_reduce(1, torch.zeros(3, 3, dtype=torch.int64), torch.ones(3, 3), "prod"),
    lambda: x.index_copy(0, i, x[:, :2]), lambda: torch.cross(x, x[0], dim=0), lambda: torch.cross(x, x, dim=0),
    lambda: torch.cross(x, torch.ones(4, 3), dim=1), lambda: x.diff(-1), lambda: x.diff(dim=2), lambda: x.diff(prepend=x[0]),
    lambda: x.diff(append=y), lambda: torch.tensor(1.0).diff(), lambda: x.unflatten(1, (2, 2)), lambda: x.unflatten(1, (-1, 2)),
    lambda: torch.addbmm(four, batch, batch[:1]), lambda: torch.addbmm(y, batch, batch.mT), lambda: torch.addbmm(four, batch, batch),
    lambda: torch.addr(batch, x[0], x[0]), lambda: torch.addr(x, x[0], x[0]), lambda: torch.cdist(x, y), lambda: torch.cdist(x[0], x),
    lambda: torch.broadcast_tensors(x, y), lambda: x.topk(-1), lambda: torch.meshgrid(indexing="ij"),
    lambda: F.batch_norm(image, four[:3], four), lambda: F.batch_norm(image, four, four, four[:2]),
    lambda: F.instance_norm(image, four, four, bias=four[:1]), lambda: F.group_norm(image, 2, four[:3]),
    lambda: F.unfold(image, 9), lambda: F.unfold(image, 0), lambda: F.multi_margin_loss(x, torch.tensor([1, 2, 0])),
    lambda: F.triplet_margin_loss(x, x, x[0]), lambda: torch.index_select(x, 0, i[None]),
    lambda: torch.trapezoid(x, x[:, :2]), lambda: torch.trapezoid(x, four), lambda: torch.cumulative_trapezoid(four[:3], x),
    lambda: torch.cartesian_prod(x, x), lambda: torch.combinations(x), lambda: torch.triu_indices(-1, 2), lambda: torch.tril_indices(2, -1),
    lambda: torch.corrcoef(batch), lambda: torch.block_diag(x, batch), lambda: torch.tensor(1.0).sort(3),
    lambda: torch.tensor(1.0).topk(1, -7), lambda: torch.tensor(1.0).median(5), lambda: torch.nanquantile(x, 3.0),
    lambda: torch.searchsorted(x, y), lambda: torch.take_along_dim(x, torch.zeros(3, 4, dtype=torch.int64), 1),
    lambda: torch.meshgrid(four, indexing="bogus"), lambda: torch.inner(x, y), lambda: torch.tensor(1.0).movedim(1, 0),
    lambda: torch.tensor(1.0).select(0, 0), lambda: torch.tensor(1.0).unflatten(1, (1,)), lambda: x.view(-7, 1),
    lambda: torch.linspace(0, four, 3), lambda: F.mse_loss(x, x, reduction="bogus"), lambda: F.nll_loss(x, torch.tensor(1)),
    lambda: F.instance_norm(batch, weight=four), lambda: F.instance_norm(batch, weight=x), lambda: F.instance_norm(batch, four[:3]),
    lambda: F.batch_norm(image, None, four, training=True), lambda: F.group_norm(image, 2, four, four[:3]),
    lambda: F.binary_cross_entropy_with_logits(x, x, torch.ones(1, 2, 3)), lambda: F.binary_cross_entropy_with_logits(x, x, y[:, :3]),
    lambda: F.binary_cross_entropy_with_logits(x, x, pos_weight=torch.ones(1, 2, 3)), lambda: F.soft_margin_loss(x[0], x),
    lambda: F.soft_margin_loss(x, torch.ones(1, 2, 3)), lambda: F.pad(x, (1, 1, 1, 1), "circular"), lambda: F.pad(image, (1, 1), "reflect"),
    lambda: F.batch_norm(batch, torch.ones(3, 1), torch.ones(3)), lambda: torch.max(2, x), lambda: torch.cdist(x, x, -1.0),
    lambda: torch.logcumsumexp(torch.tensor(1.0), 3), lambda: torch.bincount(i, minlength=-1), lambda: x.repeat_interleave(-1, 0),
    lambda: torch.tensor(1.0).cummax(4), lambda: x.max(None), lambda: torch.min(x, None), lambda: x.prod(None), lambda: x.median(dim=None),
    lambda: x.sum(None), lambda: x.mean(dim=None, keepdim=True), lambda: x.amax(None),
]
for number, call in enumerate(calls):
    try:
        print(number, "gives", call())
    except (TypeError, RuntimeError, ValueError, IndexError) as error:
        print(number, f"{type(error).__name__}: {str(error).splitlines()[0]}")
