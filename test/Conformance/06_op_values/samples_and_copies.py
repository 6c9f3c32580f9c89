# Slopes and areas of samples, limited norms, modes, what repeats by a tensor, and views as copies
import torch

x = torch.arange(6.0, dtype=torch.float64).view(2, 3).requires_grad_()
y = x * x + torch.tensor([[1.0, 3, 2], [0, 1, 5]])
at, few = torch.tensor([1.0, 2, 5], dtype=torch.float64), torch.tensor([[1.0, 3, 3, 2, 2, 7], [5, 4, 4, 4, 0, 0]])
T = torch.tensor
calls = {
    "cumulative_trapezoid": lambda: (torch.cumulative_trapezoid(y), torch.cumulative_trapezoid(y, x, dim=0),
                                     torch.cumulative_trapezoid(y, at), torch.cumulative_trapezoid(y, dx=3)),
    "gradient": lambda: [*torch.gradient(y), *torch.gradient(y, dim=1, edge_order=2), *torch.gradient(y, spacing=[2.0, 3.0]),
                         *torch.gradient(y, spacing=(at[:2], at)), *torch.gradient(y, spacing=[at], dim=1, edge_order=2)],
    "gradient of ints": lambda: torch.gradient(T([4, 1, 7, 2])), "too few": lambda: torch.gradient(y, edge_order=2),
    "three distances": lambda: torch.gradient(y, spacing=[2.0, 3.0, 4.0]),
    "two distances of one dim": lambda: torch.gradient(y, spacing=[2.0, 3.0], dim=1),
    "renorm": lambda: (torch.renorm(y, 2, 0, 5.0), y.renorm(1, 1, 5.0), y.clone().renorm_(2, 0, 5.0)),
    "renorm by -1": lambda: y.renorm(-1, 1, 5.0), "renorm of a row": lambda: y[0].renorm(1, 0, 5.0),
    "unravel_index": lambda: (*torch.unravel_index(T([1, 5, 11]), (3, 4)), *torch.unravel_index(T(7), (2, 2, 2))),
    "mode": lambda: (*torch.mode(few), *torch.mode(x, dim=0, keepdim=True), *T(2).mode(), *(x * 0 + T([1.0, 1, 2])).mode(1)),
    "mode of none": lambda: torch.mode(torch.zeros(0)),
    "repeat_interleave": lambda: (x.repeat_interleave(T([1, 3]), 0), x.repeat_interleave(T([2]), 1),
                                  x.repeat_interleave(T(2), 1), torch.repeat_interleave(T([2, 0, 3])),
                                  x.repeat_interleave(T([1, 2, 0, 1, 1, 0])),
                                  x.repeat_interleave(T([1, 2]), 0, output_size=3)),
    "two of three": lambda: x.repeat_interleave(T([0, 1]), 1), "less than none": lambda: x.repeat_interleave(T([0, -1]), 0),
    "halves": lambda: x.repeat_interleave(T([0.5, 1]), 0), "a matrix": lambda: x.repeat_interleave(T([[1, 2]]), 0),
    "sorter": lambda: torch.searchsorted(T([3, 1, 2]), T([2, 5]), sorter=T([1, 2, 0])),
    "short sorter": lambda: torch.searchsorted(T([3, 1, 2]), T([2, 5]), sorter=T([1, 2])),
    "copies": lambda: [*torch.split_copy(x, 2, 1), *torch.unbind_copy(x, 1), torch.view_copy(x, [3, 2]), torch.t_copy(x),
                       torch.expand_copy(x, (2, 2, 3)), torch.select_copy(x, 0, 1), torch.unfold_copy(x, 1, 2, 1),
                       torch.diagonal_copy(x), torch.transpose_copy(x, 0, 1), torch.squeeze_copy(x[None], 0),
                       torch.slice_copy(x, 1, 0, 2), torch.narrow_copy(x, 1, 0, 2), torch.permute_copy(x, (1, 0)),
                       torch.alias_copy(x), torch.fill(x, 3), torch.conj_physical(x * 1j)],
    "diag_embed": lambda: (torch.diag_embed(x, 0, 2, 0), torch.diag_embed(x, 1, 0, 2)),
    "one dim twice": lambda: torch.diag_embed(x, 1, 0, 0), "polygamma": lambda: torch.polygamma(x, 1),
    "expand": lambda: (x.expand(1, 2, 3), x[0].expand(1, 1, 3), x.expand(2, 1, 2, 3), x.sum().expand(1, 2, 1)),
}
found = []
for name, call in calls.items():
    try:
        results = call()
        for z in results if isinstance(results, (tuple, list)) else (results,):
            strides = z.stride() if name in ("copies", "diag_embed", "expand") else z.dtype
            print(name, type(z.grad_fn).__name__, tuple(z.shape), strides)
            gradient = torch.autograd.grad(z.abs().square().sum(), x, retain_graph=True) if z.requires_grad else ()
            found += [z, *gradient]
    except (RuntimeError, IndexError, TypeError, NotImplementedError) as error:
        print(name, type(error).__name__, error)
print([z.tolist() for z in found])
