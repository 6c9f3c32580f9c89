# tensors of one integer where dims, sizes and counts are taken; those that stand for none
import torch
import torch.nn.functional as F

x, one = torch.arange(6.0).reshape(2, 3), torch.tensor(1)


def show(name, function):
    try:
        made = function()
        print(name, made.tolist() if isinstance(made, torch.Tensor) else [part.tolist() for part in made])
    except (TypeError, RuntimeError) as error:
        print(name, type(error).__name__, str(error).splitlines()[0])


for name in "sum mean var std logsumexp amax amin prod all any nansum var_mean count_nonzero unsqueeze argmin cumsum".split():
    show(name, lambda: getattr(torch, name)(x, one))
    show(name + " by name", lambda: getattr(torch, name)(x, dim=one))
for name in "sum mean var amax flip softmax sort unbind".split():
    show(name + " of a tensor", lambda: getattr(x, name)(one))
show("list", lambda: torch.sum(x, [one]))
show("norm", lambda: torch.linalg.vector_norm(x, 2, one))
show("keepdim", lambda: x.sum(torch.tensor(-1, dtype=torch.int32), keepdim=True))
show("pool", lambda: F.avg_pool2d(x[None], one))
show("roll", lambda: torch.roll(x, one, one))
show("split", lambda: x.split(one))
show("split along", lambda: torch.split(x, one, one))
show("tile", lambda: x.tile(one))
show("view", lambda: x.view(torch.tensor(6)))
show("expand", lambda: x[:, :1].expand(2, torch.tensor(3)))
show("of one element", lambda: torch.sum(x, torch.tensor([1])))
show("bool", lambda: torch.sum(x, torch.tensor(True)))
show("float", lambda: torch.sum(x, torch.tensor(1.0)))
show("two", lambda: torch.sum(x, torch.tensor([0, 1])))
show("no size", lambda: torch.ones(()).expand(-1))
show("no sizes", lambda: torch.ones(()).expand(2, -1))
show("leading", lambda: torch.ones(2).expand(-1, 2))
