# Indices, masks and operands that a backward keeps: PyTorch refuses once they were written
import torch
import torch.nn.functional as F


def written(name, function, other):
    """What becomes of a gradient when the other operand, and when the first, is written before the backward."""
    for which in ("other", "self"):
        x = torch.arange(12.0).reshape(3, 4).add(0.5).sin().requires_grad_()
        z, kept = x * 1, other.clone()
        total = function(z, kept).sum()
        with torch.no_grad():
            (z if which == "self" else kept).copy_(kept.clone() if which == "other" else z.clone())
        try:
            total.backward()
            print(name, which, x.grad.sum())
        except RuntimeError as error:
            print(name, which, str(error).split(";")[0])


def assigned(part):
    def function(x, index):
        y = x * 1
        part(y)[index] = 0.0
        return y
    return function


index, mask = torch.tensor([0, 1]), torch.tensor([True, False, True])
places = torch.tensor([[0], [1], [1]])
written("index", lambda x, i: x[i], index)
written("int32 index", lambda x, i: x[i], index.int())
written("second index", lambda x, i: x[:, i], index)
written("mask", lambda x, m: x[m], mask)
written("index_put", lambda x, i: x.index_put((i,), torch.zeros(2, 4)), index)
written("assigned by index", assigned(lambda y: y), index)
written("assigned by mask", assigned(lambda y: y), mask)
written("assigned to a view", assigned(lambda y: y[:, 1:]), mask)
written("index_fill", lambda x, i: x.index_fill(0, i, 0.0), index)
written("index_copy", lambda x, i: torch.zeros(2, 4).index_copy(0, i, x[:2]), index)
written("take", lambda x, i: x.take(i), index)
written("take_along_dim", lambda x, i: x.take_along_dim(i, 1), places)
written("masked_select", lambda x, m: x.masked_select(m), mask[:, None])
written("masked_scatter", lambda x, m: x.masked_scatter(m, torch.ones(12)), mask[:, None].expand(3, 4))
written("scatter_reduce", lambda x, i: x.scatter_reduce(1, i, torch.ones(3, 1), "sum"), places)
written("group_norm", lambda x, w: F.group_norm(x, 2, w).square(), torch.ones(4))
written("conv1d", lambda x, w: F.conv1d(x[None], w), torch.ones(2, 3, 2))
written("conv_transpose2d", lambda x, w: F.conv_transpose2d(x[None, None], w), torch.ones(1, 2, 2, 2))
written("bilinear", lambda x, w: F.bilinear(x, x, w), torch.ones(2, 4, 4))
written("fmax", lambda x, y: torch.fmax(x, y), torch.zeros(4))
written("ldexp", lambda x, y: torch.ldexp(x, y), torch.tensor([1, 2, 3, 1]))
written("cdist", lambda x, y: torch.cdist(x, y), torch.ones(2, 4))
written("dist", lambda x, y: torch.dist(x, y), torch.ones(3, 4))
zero = torch.zeros(())
for function in (torch.lgamma, torch.nan_to_num, torch.nansum):
    written(function.__name__, lambda x, _: function(x), zero)
written("logcumsumexp", lambda x, _: x.logcumsumexp(1), zero)
written("max_pool1d", lambda x, _: F.max_pool1d(x, 2), zero)
written("max_pool2d", lambda x, _: F.max_pool2d(x[None], 2), zero)
written("adaptive_max_pool1d", lambda x, _: F.adaptive_max_pool1d(x, 2), zero)
written("avg_pool1d", lambda x, _: F.avg_pool1d(x, 2), zero)
written("adaptive_avg_pool2d", lambda x, _: F.adaptive_avg_pool2d(x[None], 2), zero)

# A batch norm that trains writes its statistics each time, which refuses nothing.
norm, x = torch.nn.BatchNorm1d(4), torch.arange(12.0).reshape(3, 4).sin().requires_grad_()
(norm(x).square() + norm(x * 2).square()).sum().backward()
print(x.grad.shape)
