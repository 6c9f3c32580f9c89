# Arguments that do not fit are refused in the same words
import torch
import torch.nn.functional as F


def told(what, function):
    try:
        result = function()
        print(what, tuple(result.shape))
    except Exception as error:
        print(what, type(error).__name__, str(error).split("\n")[0])


def index(*sizes):
    return torch.zeros(sizes, dtype=torch.int64)


x = torch.zeros(2, 3)
told("gather beside dim 0", lambda: torch.gather(x, 0, index(2, 5)))
told("gather beside dim 1", lambda: torch.gather(x, 1, index(4, 5)))
told("gather of another rank", lambda: torch.gather(x, 0, index(2)))
told("gather of nothing", lambda: torch.gather(x, 0, index(0, 5)))
told("scatter of nothing", lambda: x.scatter(0, index(0, 5), torch.zeros(1, 2)))
told("scatter beside dim 0", lambda: x.scatter(0, index(2, 5), torch.zeros(2, 5)))
told("scatter of a small source", lambda: x.scatter(0, index(2, 3), torch.zeros(1, 3)))
told("scatter_add of a small source", lambda: x.scatter_add(0, index(2, 3), torch.zeros(1, 3)))
told("scatter of another rank", lambda: x.scatter(0, index(2), torch.zeros(2)))

told("cat of nothing", lambda: torch.cat([]))
told("stack of nothing", lambda: torch.stack([]))

none = torch.zeros(0, 3)
told("norm of nothing", lambda: none.norm())
for order in (float("inf"), -float("inf"), -1):
    told(f"norm {order} of nothing", lambda: none.norm(order))
    told(f"norm {order} along dim 0", lambda: torch.linalg.vector_norm(none, order, dim=0))
    told(f"norm {order} along dim -2", lambda: torch.linalg.vector_norm(none, order, dim=(1, -2)))
    told(f"norm {order} along dim 1", lambda: torch.linalg.vector_norm(none, order, dim=1))
for name in ("amax", "amin", "max", "min", "argmax", "argmin"):
    told(name, lambda: getattr(none, name)())
    told(name + " along dim 0", lambda: getattr(none, name)(dim=0))
told("amax along dim 1", lambda: none.amax(1))

for dtype in (torch.float64, torch.int64, torch.bfloat16, torch.complex64):
    y = torch.zeros(3, 2, dtype=dtype)
    told("mm", lambda: torch.mm(x, y))
    told("matmul", lambda: x @ y)
    told("mv", lambda: torch.mv(x, y[:, 0]))
    told("dot", lambda: torch.dot(x[0], y[:, 0]))
    told("bmm", lambda: torch.bmm(x[None], y[None]))
    told("addmm", lambda: torch.addmm(torch.zeros(2), x, y))
    told("linear", lambda: F.linear(x, y.t()))
    told("linear with a bias", lambda: F.linear(x, torch.zeros(2, 3), y[0]))

told("one_hot of -1", lambda: F.one_hot(torch.tensor([0, -1]), 3))
told("one_hot of 5", lambda: F.one_hot(torch.tensor([0, 5]), 3))
told("one_hot without classes", lambda: F.one_hot(torch.tensor([0, -1])))
told("one_hot of no class", lambda: F.one_hot(torch.tensor([0]), 0))
told("one_hot of nothing", lambda: F.one_hot(index(0)))

# Of no elements much is possible.
for made in (x.repeat(0, 2), x.repeat(2, 0), torch.zeros(2, 0).reshape(0, 5), torch.zeros(2, 0).reshape(-1),
             torch.zeros(2, 0, 3).flatten(1), torch.zeros(2, 0, 3).view(3, 0), (x + 1).repeat(0, 2) * 2):
    print(made.shape, made.sum().item())
print((x + 1).repeat(2, 0))
p = torch.ones(2, 3, requires_grad=True)
(p.repeat(0, 2).sum() + (p * 2).reshape(3, 2)[:0].reshape(2, 0).sum() + p.sum()).backward()
print(p.grad)

# Numbers in the place of tensors, whole numbers in that of floats, and what is none at all.
ones, whole = torch.ones(2), torch.arange(4).reshape(2, 2)
for name, call in (("atan2", lambda: torch.atan2(ones, 1.0)), ("atan2 of a number", lambda: torch.atan2(1.0, ones)),
                   ("maximum", lambda: torch.maximum(ones, 2)), ("minimum", lambda: ones.minimum(2)),
                   ("hypot", lambda: torch.hypot(ones, 2.0)), ("logaddexp", lambda: torch.logaddexp(ones, 2.0)),
                   ("logical_and", lambda: torch.logical_and(ones, True)), ("addcmul", lambda: torch.addcmul(ones, 2.0, ones)),
                   ("std", lambda: whole.std()), ("var_mean", lambda: torch.var_mean(whole)), ("norm", lambda: whole.norm()),
                   ("norm with a dtype", lambda: torch.norm(whole, dtype=torch.float32)),
                   ("matrix_norm", lambda: torch.linalg.matrix_norm(whole)),
                   ("a list of texts", lambda: torch.tensor(["a"])), ("a text", lambda: torch.tensor("a")),
                   ("a number and a text", lambda: torch.tensor([1, "a"])), ("stack", lambda: torch.stack([1.0, ones])),
                   ("any into floats", lambda: torch.any(whole, 0, out=torch.empty(2))),
                   ("all into whole numbers", lambda: torch.all(whole, 0, out=torch.empty(2, dtype=torch.int32)))):
    try:
        print(name, call())
    except (RuntimeError, TypeError, ValueError) as error:
        print(name, type(error).__name__, error)
print(torch.any(whole.byte(), 0, out=torch.empty(2, dtype=torch.bool)), torch.all(whole, out=torch.empty((), dtype=torch.uint8)))
