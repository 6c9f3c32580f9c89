# What LAPACK solves and factors lies column by column: strides, views and what may be written of it
import torch

A = (torch.arange(9.0).reshape(3, 3).cos() + 4 * torch.eye(3)).requires_grad_()
S = A @ A.T + torch.eye(3)
b = torch.ones(2, 3, requires_grad=True)
v = torch.ones(3, requires_grad=True)
made = {
    "inv": lambda: torch.linalg.inv(A),
    "solve": lambda: torch.linalg.solve(A, b.mT),
    "solve from the right": lambda: torch.linalg.solve(A, b, left=False),
    "solve of a vector": lambda: torch.linalg.solve(A, v),
    "cholesky": lambda: torch.linalg.cholesky(S),
    "cholesky, upper": lambda: torch.linalg.cholesky(S, upper=True),
    "solve_triangular": lambda: torch.linalg.solve_triangular(A.triu(), b.mT, upper=True),
    "solve_triangular from the right": lambda: torch.linalg.solve_triangular(A.triu(), b, upper=True, left=False),
    "cholesky_solve": lambda: torch.cholesky_solve(b.mT, torch.linalg.cholesky(S)),
    "lu_factor": lambda: torch.linalg.lu_factor(A)[0],
}
for name, make in made.items():
    X = make()
    print(name, X.grad_fn.name(), X.stride(), X.is_contiguous(), X._is_view(), X.mT.is_contiguous() if X.dim() > 1 else "")
    try:
        print(X.view(-1).shape)
    except RuntimeError as error:
        print(error)
    print(X.detach().numpy().strides, X.clone().stride(), (X + 1).stride(), X.contiguous().stride(), X.reshape(-1))
    X.square().sum().backward(retain_graph=True)
    with torch.no_grad():
        X.add_(1)
    try:
        X.sum().backward(retain_graph=True)
        print("accepted")
    except RuntimeError as error:
        print(str(error)[:150])

B = torch.stack([A.detach(), A.detach().mT])[:, None]
for X in (torch.linalg.inv(B), torch.linalg.solve(B, B), *torch.linalg.inv_ex(B), *torch.linalg.lu_factor(B), torch.linalg.det(B)):
    print(tuple(X.shape), X.stride())
torch.manual_seed(0)
print(torch.nn.functional.dropout(torch.linalg.inv(B), 0.5) != 0)
