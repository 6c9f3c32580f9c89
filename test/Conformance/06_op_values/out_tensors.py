# What out= may be: dtypes that are cast to, those that are refused, and shapes that are not the result's
import warnings

import torch

warnings.simplefilter("ignore")
x, v, i = torch.ones(2, 2), torch.ones(2), torch.tensor([0, 1])
n = torch.ones(2, 2, dtype=torch.long)


def tried(title, function, *shape):
    for kind in torch.float64, torch.int64:
        out = torch.empty(shape, dtype=kind)
        try:
            function(out)
            print(title, out.dtype, out.tolist())
        except (RuntimeError, TypeError):
            print(title, out.dtype, "is refused")


tried("add", lambda out: torch.add(x, 1, out=out), 2, 2)
tried("sum", lambda out: torch.sum(x, 0, out=out), 2)
tried("cat", lambda out: torch.cat([v, v], out=out), 4)
tried("cumsum", lambda out: torch.cumsum(x, 0, out=out), 2, 2)
tried("outer", lambda out: torch.outer(v, v, out=out), 2, 2)
tried("mm", lambda out: torch.mm(x, x, out=out), 2, 2)
tried("matmul", lambda out: torch.matmul(x, x, out=out), 2, 2)
tried("bmm", lambda out: torch.bmm(x[None], x[None], out=out), 1, 2, 2)
tried("mv", lambda out: torch.mv(x, v, out=out), 2)
tried("dot", lambda out: torch.dot(v, v, out=out))
tried("addmm", lambda out: torch.addmm(x, x, x, out=out), 2, 2)
tried("tril", lambda out: torch.tril(x, out=out), 2, 2)
tried("diag", lambda out: torch.diag(x, out=out), 2)
tried("gather", lambda out: torch.gather(x, 0, n, out=out), 2, 2)
tried("index_select", lambda out: torch.index_select(x, 0, i, out=out), 2, 2)
tried("take", lambda out: torch.take(x, i, out=out), 2)
tried("masked_select", lambda out: torch.masked_select(x, x > 0, out=out), 4)
tried("scatter", lambda out: torch.scatter(x, 0, n, x, out=out), 2, 2)
tried("index_add", lambda out: torch.index_add(x, 0, i, x, out=out), 2, 2)
tried("cross", lambda out: torch.cross(torch.ones(3), torch.arange(3.), dim=0, out=out), 3)
tried("argmax", lambda out: torch.argmax(x, 0, out=out), 2)
tried("where", lambda out: torch.where(x > 0, x, x, out=out), 2, 2)
tried("inverse", lambda out: torch.inverse(torch.eye(2), out=out), 2, 2)

# Less room, more room, none
for out in torch.ones(1), torch.ones(7), torch.ones(0):
    made = torch.add(torch.arange(6.).view(2, 3), 1, out=out)
    print(made is out, out.shape, out.stride(), out.tolist())
