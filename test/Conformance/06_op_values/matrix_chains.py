# multi_dot and chain_matmul in the cheapest order, powers of matrices, gradients, refusals
import torch


def told(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


def matrix(*shape):
    return (torch.arange(float(torch.Size(shape).numel())).reshape(shape) - 3) / 4


multi_dot, power, ones = torch.linalg.multi_dot, torch.matrix_power, torch.ones
a, b, c, d = matrix(2, 3).requires_grad_(), matrix(3, 4), matrix(4, 5), matrix(5, 1)
v, w = matrix(3), matrix(4)
for chain in ([a, b], [a, b, c], [a, b, c, d], [v, b], [v, b, c], [a, b, w], [v, b, w], [v, v], [d, v[None], b, c, d]):
    made = multi_dot(chain)
    print(made.detach(), made.shape, type(made.grad_fn).__name__)
multi_dot([a, b, c, d]).sum().backward()
print(a.grad)
print(torch.chain_matmul(a, b, c).detach(), torch.chain_matmul(a, b), type(torch.chain_matmul(a).grad_fn).__name__)
for wrong in ([a], [], [a, c], [a, b, a], [a, ones(1, 3, 4)], [a, ones(1, 3, 4), c], [a, b.double()],
              [ones(1, 2, 3), b], 3):
    told(lambda: multi_dot(wrong))
told(lambda: torch.chain_matmul())
told(lambda: torch.chain_matmul(a, v))
told(lambda: torch.chain_matmul(a, c))
told(lambda: torch.chain_matmul([a, b]))
s = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)
for n in range(8):
    s.grad = None
    made = power(s, n)
    made.sum().backward()
    print(n, made, s.grad)
print(power(torch.tensor([[1, 2], [3, 4]]), 3), s.matrix_power(2), torch.linalg.matrix_power(s, n=5))
print(power(matrix(2, 2, 2), 3), power(matrix(2, 2, 2), 0))
for wrong in (lambda: power(a, 2), lambda: power(v, 2), lambda: power(s, 2.0), lambda: power(3, 2),
              lambda: torch.linalg.matrix_power(a, 2)):
    told(wrong)
