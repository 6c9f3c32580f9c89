# matrix_exp with both derivatives, cond by the norms that are sums, and vander
import torch

A = torch.tensor([[1.0, 2.0], [3.0, 4.5]], dtype=torch.float64, requires_grad=True)
weights = torch.arange(4.0, dtype=torch.float64).view(2, 2)
y = torch.linalg.matrix_exp(A)
print(y, y._version, y._is_view(), [f[0].name() for f in y.grad_fn.next_functions])
print(torch.autograd.grad((y * weights).sum(), A))
first, = torch.autograd.grad((torch.matrix_exp(A) ** 2).sum(), A, create_graph=True)
print(torch.autograd.grad(first.sum(), A))
B = torch.stack([A.detach(), A.detach() * 3, A.detach() / 100, torch.zeros(2, 2, dtype=torch.float64)])
print(B.matrix_exp(), torch.matrix_exp(torch.zeros(0, 2, 2)))
print(torch.matrix_exp(A.detach() * (1 + 1j)))
print(torch.matrix_exp(torch.diag(torch.tensor([-30.0, -1.0, 2.0, 8.0], dtype=torch.float64))))
print(torch.matrix_exp(torch.tensor([[0.0, 10.0], [-10.0, 0.0]], dtype=torch.float64)))
for p in ("fro", 1, -1, float("inf"), float("-inf")):
    print(torch.linalg.cond(A, p), torch.linalg.cond(torch.stack([A.detach(), torch.ones(2, 2, dtype=torch.float64)]), p))
v = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
powers = torch.linalg.vander(v, N=4)
print(powers, torch.autograd.grad(powers.sum(), v))
print(torch.linalg.vander(torch.tensor([[1, 2], [3, 4]])))


def refused(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except RuntimeError as e:
        print(e)


refused(torch.matrix_exp, torch.ones(3, 4))
refused(torch.matrix_exp, torch.ones(3))
refused(torch.matrix_exp, torch.ones(2, 2, dtype=torch.int64))
refused(torch.linalg.cond, torch.ones(3, 4), 1)
refused(torch.linalg.cond, torch.ones(2), 1)
refused(torch.linalg.cond, A, 3)
refused(torch.linalg.vander, torch.ones(3), N=1)
refused(torch.linalg.vander, torch.tensor(3.0))

# A matrix without a finite norm is none; those beside it are what they are
both = torch.tensor([[[0.5, 0.0], [0.25, 0.125]], [[float("inf"), 0.0], [0.0, 1.0]]], dtype=torch.float64)
print(torch.matrix_exp(both).isnan().tolist(), torch.matrix_exp(both)[0])
