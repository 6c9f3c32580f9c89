# The node of what is composed has the name of PyTorch's kernel, and rows of no elements have gradients
import torch
import torch.nn.functional as F

x = torch.arange(6.0, dtype=torch.float64).view(2, 3).requires_grad_()
w = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
least, most = torch.tensor([2, 0, 2]), x.detach().sign()
calls = {
    "index_fill": lambda: (x.index_fill(1, least, 3.0), x.index_fill(1, least, w), x.index_fill(1, least, w.detach()),
                           x.clone().index_fill_(1, least, 3.0), x.clone().index_fill_(1, least, w)),
    "masked_fill": lambda: (x.masked_fill(x > 2, 0), x.masked_fill(x > 2, w), x.clone().masked_fill_(x > 2, w.detach())),
    "quantile": lambda: (x.quantile(0.3), x.quantile(0.3, 0, True), x.quantile(torch.tensor([0.1, 0.5]).double(), 1, True)),
    "cov": lambda: (torch.cov(x), torch.cov(x, correction=0), torch.cov(x[0]), torch.cov(x, fweights=torch.tensor([1, 2, 3])),
                    torch.cov(x, fweights=torch.tensor([1, 2, 3]), aweights=torch.tensor([0.5, 1, 2]).double())),
    "cov of ints": lambda: torch.cov(torch.tensor([[1, 2, 4], [3, 1, 1]])), "corrcoef": lambda: torch.corrcoef(x),
    "cov with wrong weights": lambda: torch.cov(x, fweights=torch.tensor([1.0, 2, 3])),
    "cov with few weights": lambda: torch.cov(x, aweights=torch.tensor([1.0, 2])),
    "cov with less than none": lambda: torch.cov(x, fweights=torch.tensor([1, -2, 3])),
    "cov with none": lambda: torch.cov(x, fweights=torch.tensor([0, 0, 0])),
    "diag": lambda: (torch.diag(x), torch.diag(x, 1)), "block_diag": lambda: torch.block_diag(x, x[0], w),
    "atleast": lambda: [f(y) for y in (w, x[0], x, x[None]) for f in (torch.atleast_1d, torch.atleast_2d, torch.atleast_3d)],
    "meshgrid": lambda: [g for way in ("ij", "xy") for g in torch.meshgrid(x[0], x[1, :2], x[:, 0], indexing=way)],
    "meshgrid of a number": lambda: torch.meshgrid(w, x[0], indexing="xy"),
    "sort": lambda: [f[0] for f in (x.sort(), x.sort(stable=True), torch.sort(w), x.median(0), x.nanmedian(1, True))],
    "extremes": lambda: (*x.aminmax(), *x.aminmax(dim=0), x.cummax(0)[0], w.cummin(0)[0]),
    "pools": lambda: (F.max_pool1d(x, 2), F.max_pool1d(x, 2, return_indices=True)[0], F.adaptive_max_pool1d(x, 2)),
    "hinges": lambda: (F.margin_ranking_loss(x[0], x[1], most[0], reduction="none"), F.multi_margin_loss(w, torch.tensor(0)),
                       F.triplet_margin_loss(x[0], x[1], x[0] + 4, reduction="none")),
    "numbers": lambda: (w.gather(0, torch.tensor(0)), w.scatter(0, torch.tensor(0), x[0, 0]), w.transpose(0, 0),
                        w.clone().scatter_add_(0, torch.tensor(0), x[0, 1]), w.unfold(0, 1, 1), w.sum_to_size([]),
                        w.scatter_reduce(0, torch.tensor(0), x[1, 1], "sum"), w.index_reduce(0, least[1:2], x[1, 1], "mean")),
    "products": lambda: (torch.kron(x, x), torch.inner(x[0], x[1]), x.H, torch.trapezoid(x, x), torch.trapezoid(x, dx=2),
                         torch.linalg.norm(x, 1), torch.linalg.matrix_norm(x, -float("inf"))),
    "others": lambda: (x.round(decimals=0), x.round(), torch.mvlgamma(x + 3, 2), x.angle(), F.alpha_dropout(x, 1.0, True),
                       torch.combinations(x[0], 2), torch.combinations(x[0], 4), x.sum_to_size(3), x.sum_to_size(1, 3)),
    "embedding_bag": lambda: F.embedding_bag(x, torch.tensor([1, 0, 1]), torch.tensor([0, 0, 2]), mode="sum"),
    "embedding": lambda: F.embedding(torch.tensor([0]), x[0]),
}
found = []
for name, call in calls.items():
    try:
        results = call()
        for y in results if isinstance(results, (tuple, list)) else (results,):
            print(name, type(y.grad_fn).__name__, tuple(y.shape))
            if y.requires_grad:
                found += [y, *torch.autograd.grad(y.square().sum(), (x, w), retain_graph=True, allow_unused=True)]
    except RuntimeError as error:
        print(name, error)
print([None if y is None else y.tolist() for y in found])

none, more = (torch.zeros(0, requires_grad=True) for _ in range(2))
for parts, dim in (([none, more], 0), ([none, torch.ones(2, 3, requires_grad=True)], 1), ([torch.ones(1), none], 0)):
    print([g if g is None else g.shape for g in torch.autograd.grad(torch.cat(parts, dim).sum(), parts[:1] if parts[0].requires_grad
                                                                   else parts[1:], allow_unused=True)])
