# det, inv, solve, slogdet and cholesky of batches: pivots, second derivatives, and what is singular
import torch

torch.manual_seed(0)
a = torch.randn(2, 3, 3, dtype=torch.float64)
a[0, 0, 0] = 0  # needs an exchange
a.requires_grad_()
b = torch.randn(2, 3, 2, dtype=torch.float64, requires_grad=True)
v = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
spd = (a @ a.mT + torch.eye(3, dtype=torch.float64)).detach().requires_grad_()
weights = torch.randn(2, 3, 3, dtype=torch.float64)
FUNCTIONS = {
    "det": lambda: torch.linalg.det(a),
    "inv": lambda: torch.linalg.inv(a) * weights,
    "slogdet": lambda: torch.linalg.slogdet(a).logabsdet,
    "logdet": lambda: torch.logdet(spd),
    "solve": lambda: torch.linalg.solve(a, b) * weights[..., :2],
    "solve of vectors": lambda: torch.linalg.solve(a, v) * weights[..., 0],
    "solve from the right": lambda: torch.linalg.solve(a, b.mT, left=False),
    "cholesky": lambda: torch.linalg.cholesky(spd) * weights,
}
for name, function in FUNCTIONS.items():
    result = function()
    print(name, result.detach())
    inputs = [x for x in (a, b, v, spd)]
    found = torch.autograd.grad(result.sum(), inputs, create_graph=True, allow_unused=True)
    print(*[None if x is None else x.detach() for x in found])
    squares = sum((x ** 2).sum() for x in found if x is not None)
    if squares.requires_grad and name in ("det", "inv", "solve", "cholesky"):
        second = torch.autograd.grad(squares, inputs, allow_unused=True)
        print(*second)
print(torch.linalg.slogdet(a).sign, torch.det(a.detach()), torch.inverse(a[0].detach()))
singular = torch.tensor([[[2.0, 1.0], [1.0, 3.0]], [[1.0, 2.0], [2.0, 4.0]]])
for name, function in {"inv": torch.linalg.inv, "solve": lambda m: torch.linalg.solve(m, torch.ones(2, 2)),
                       "cholesky": torch.linalg.cholesky, "det": torch.linalg.det,
                       "inv of one": lambda m: torch.linalg.inv(m[1]), "not square": lambda m: torch.linalg.det(m[:, :1]),
                       "a vector": lambda m: torch.linalg.inv(m[0, 0])}.items():
    try:
        print(name, function(singular))
    except RuntimeError as error:
        print(name, type(error).__name__, isinstance(error, torch.linalg.LinAlgError), error)
