# What functions say of shapes, dims and numbers that do not fit
import torch

x, i = torch.ones(2, 3), torch.tensor([0])
calls = [
    lambda: torch.index_add(torch.ones(()), 0, i, torch.ones(1)), lambda: torch.index_add(x[0], 0, i + 5, torch.ones(1)),
    lambda: torch.index_add(x[0], 0, i, torch.ones(())), lambda: x[0].index_reduce(0, i[:0], torch.ones(()), "prod"),
    lambda: torch.masked_select(x, torch.ones(7, dtype=torch.bool)), lambda: torch.baddbmm(x[None], x, x[None]),
    lambda: torch.baddbmm(x[None, :, :2], x[None, :, :2], x[None].double()), lambda: torch.addbmm(x, x, x[None]),
    lambda: x.addmm_(x, torch.ones(3, 2)), lambda: x[0].addmm_(x, torch.ones(3, 3)), lambda: x[0].addr_(x[0], x[0]),
    lambda: x.clone().addr_(x[0], x[0]),
    lambda: torch.broadcast_shapes((3,), (2,)), lambda: torch.broadcast_shapes((5, 1), 5), lambda: torch.broadcast_shapes((5, 1), -5),
    lambda: torch.broadcast_shapes((5, 1), None), lambda: torch.broadcast_shapes((4, 5, 1), (3, 1)), lambda: torch.broadcast_shapes(1.5),
    lambda: x.narrow_copy(0, 0, 1), lambda: torch.narrow_copy(x, 2, 0, 1), lambda: torch.narrow_copy(x, -1, -1, -1),
    lambda: x.narrow(2, 0, -1), lambda: x.narrow_copy(0, 3, 1), lambda: torch.diff(x, 0, 5), lambda: torch.diff(x, -1, 5),
    lambda: torch.diff(x, 0, 5, x[0]), lambda: torch.masked_scatter(x, x > 0, x.double()), lambda: x.clone().masked_scatter_(x > 0, x[0]),
    lambda: torch.quantile(torch.ones(()), 0.5, 1), lambda: torch.addcdiv(x, x, x, value=1j), lambda: x.clone().addcmul_(x, x, value=1j),
    lambda: x.add(x, alpha=1j), lambda: torch.sub(x, x, alpha=1j), lambda: x.lerp(x, 1j),
    lambda: torch.addmv(torch.ones(()), x, torch.ones(2))]
for number, call in enumerate(calls):
    try:
        print(number, call())
    except Exception as error:
        print(number, f"{type(error).__name__}: {error}")
