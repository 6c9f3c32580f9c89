# Logarithms and powers of zero, and the gradient of acosh on both sides of the imaginary axis
import torch

zero = torch.tensor([0j, 0j])
print(torch.log1p(torch.tensor([-1 + 0j, 1e-9 + 0j, -0.5 + 0.5j, 3 - 4j])))
print(torch.log2(zero), torch.log10(zero), torch.log2(torch.tensor([-8 + 0j])))
print(zero ** torch.tensor([2 + 0j, 1 + 2j]), zero ** 2, zero ** (1 + 2j))
z = torch.tensor([1 + 1j, -2 + 1j, 2j], dtype=torch.complex128, requires_grad=True)
y = z ** (1 + 2j)
y.backward(torch.ones_like(y))
print(y.detach(), z.grad, torch.ones(2) ** (1 + 2j))
z = torch.tensor([-2 + 1j, -2 - 1j, 2 + 1j, 1j, -1j, -0.5 + 0j], dtype=torch.complex128, requires_grad=True)
y = torch.acosh(z)
y.backward(torch.ones_like(y))
print(y.detach())
print(z.grad)
