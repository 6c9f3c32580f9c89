# triangular systems, what is left of Cholesky's factor, what tells in info whether it failed; complex matrices; refusals
import torch

torch.manual_seed(0)
torch.set_printoptions(sci_mode=False)
make = lambda *shape: torch.randn(*shape, dtype=torch.float64)
a, b = make(2, 3, 3), make(2, 3, 2)
a = (a + 2 * torch.eye(3, dtype=torch.float64)).requires_grad_()
b.requires_grad_()
z = torch.complex(make(3, 3), make(3, 3)).requires_grad_()
w = torch.complex(make(3, 2), make(3, 2)).requires_grad_()
spd = (a @ a.mT + torch.eye(3, dtype=torch.float64)).detach().requires_grad_()
weights = make(2, 3, 3)
FUNCTIONS = {
    "upper": lambda: torch.linalg.solve_triangular(a, b, upper=True) * weights[..., :2],
    "lower, unit": lambda: torch.linalg.solve_triangular(a, b[0], upper=False, unitriangular=True) * weights[..., :2],
    "from the right": lambda: torch.linalg.solve_triangular(a, b.mT, upper=True, left=False) * weights[..., :2].mT,
    "upper factor": lambda: torch.linalg.cholesky(spd, upper=True) * weights,
    "solved by factor": lambda: torch.cholesky_solve(b, spd) * weights[..., :2],
    "solved by upper factor": lambda: b.cholesky_solve(spd, upper=True) * weights[..., :2],
    "inverse by factor": lambda: torch.cholesky_inverse(spd) * weights,
    "negative power": lambda: torch.linalg.matrix_power(a, -3) * weights,
    "both factors": lambda: torch.linalg.lu_factor(a).LU * weights,
    "complex inverse": lambda: (torch.linalg.inv(z) * weights[0]).abs(),
    "complex solution": lambda: (torch.linalg.solve(z, w) * weights[0, :, :2]).abs(),
    "complex determinant": lambda: torch.linalg.det(z).real,
    "complex sign": lambda: torch.linalg.slogdet(z).sign.imag + torch.linalg.slogdet(z).logabsdet,
    "complex logarithm": lambda: torch.logdet(z).imag,
    "complex factor": lambda: (torch.linalg.cholesky(z @ z.mH + torch.eye(3)) * weights[0]).abs(),
    "complex triangle": lambda: torch.linalg.solve_triangular(z, w, upper=True).abs(),
}
for name, function in FUNCTIONS.items():
    result = function()
    print(name, result.detach())
    inputs = [x for x in (a, b, spd, z, w)]
    found = torch.autograd.grad(result.sum(), inputs, create_graph=True, allow_unused=True)
    print(*[None if x is None else x.detach() + 0 for x in found])
    if name not in ("from the right", "solved by factor", "complex solution"):
        continue
    squares = sum((x.abs() ** 2).sum() for x in found if x is not None)
    print(*[None if x is None else x + 0 for x in torch.autograd.grad(squares, inputs, allow_unused=True)])
for node in (torch.linalg.inv(a), torch.linalg.solve(a, b), torch.linalg.solve_triangular(a, b, upper=True), torch.linalg.det(a),
             torch.linalg.slogdet(a).logabsdet, torch.linalg.cholesky(spd), torch.linalg.cholesky_ex(spd).L,
             torch.linalg.inv_ex(a).inverse, torch.matrix_power(a, -1), torch.linalg.lu_factor(a).LU, torch.cholesky_solve(b, spd), torch.cholesky_inverse(spd)):
    print(node.requires_grad, node.grad_fn.name())
two = torch.tensor([[[2.0, 1.0], [1.0, 3.0]], [[1.0, 2.0], [2.0, 4.0]]])
print(torch.linalg.inv_ex(two).info, torch.linalg.solve_ex(two, two).info, torch.linalg.cholesky_ex(two).info,
      torch.linalg.inv_ex(two[0]), torch.linalg.det(two), torch.linalg.slogdet(two).logabsdet)
for empty in (torch.linalg.det(torch.ones(0, 0)), torch.linalg.inv(torch.ones(2, 0, 0)).shape,
              torch.linalg.solve(torch.ones(0, 0), torch.ones(0, 3)).shape, torch.linalg.slogdet(torch.ones(3, 0, 0)),
              torch.linalg.cholesky(torch.ones(0, 2, 2)).shape):
    print(empty)
print(torch.linalg.lu_factor(z.detach()), torch.linalg.lu_factor(a.detach()).pivots)
one = torch.eye(2)
REFUSED = {
    "halves inv": lambda: torch.linalg.inv(one.half()), "halves slogdet": lambda: torch.linalg.slogdet(one.bfloat16()),
    "halves det": lambda: torch.linalg.det(one.half()), "halves cholesky": lambda: torch.linalg.cholesky(one.bfloat16()),
    "halves solve": lambda: torch.linalg.solve(one.half(), one.half()),
    "halves triangle": lambda: torch.linalg.solve_triangular(one.half(), one.half(), upper=True),
    "whole inv": lambda: torch.linalg.inv(one.long()), "whole solve": lambda: torch.linalg.solve(one.long(), one.long()),
    "whole triangle": lambda: torch.linalg.solve_triangular(one.long(), one.long(), upper=True),
    "two dtypes": lambda: torch.linalg.solve(one, one.double()),
    "other rows": lambda: torch.linalg.solve(one, torch.ones(3, 1)),
    "other rows of a triangle": lambda: torch.linalg.solve_triangular(one, torch.ones(3, 2), upper=True),
    "other columns": lambda: torch.linalg.solve_triangular(one, torch.ones(2, 3), upper=True, left=False),
    "a vector": lambda: torch.linalg.solve_triangular(one, torch.ones(2), upper=True),
    "no square": lambda: torch.linalg.cholesky(torch.ones(2, 3)), "checked": lambda: torch.linalg.inv_ex(two, check_errors=True),
    "not positive": lambda: torch.linalg.cholesky_ex(-one, check_errors=True),
    "singular factor": lambda: torch.linalg.lu_factor(two), "singular power": lambda: torch.matrix_power(two[1], -2),
    "a vector from the right": lambda: torch.linalg.solve(one, torch.ones(2), left=False),
    "other batches": lambda: torch.linalg.solve(one.expand(2, 1, 2, 2), torch.ones(3, 1, 2, 2)),
    "other rows of a factor": lambda: torch.cholesky_solve(torch.ones(3, 1), one),
    "no square factor": lambda: torch.cholesky_solve(one, torch.ones(2, 3)),
    "factor of another dtype": lambda: torch.cholesky_solve(one, one.double()), "logdet": lambda: torch.logdet(torch.ones(2, 3)),
    "no matrix": lambda: torch.linalg.lu_factor(two[0, 0]), "singular": lambda: torch.linalg.solve_ex(two, two, check_errors=True),
}
for name, function in REFUSED.items():
    try:
        print(name, function())
    except RuntimeError as error:
        print(name, type(error).__name__, error)
