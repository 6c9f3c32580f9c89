"""Complex numbers with infinite parts, NaN and signs of zeros: sums, powers, functions; numbers that where's dtype lacks."""
import torch

inf, nan = float("inf"), float("nan")
parts = [0.0, -0.0, 1.0, -2.0, inf, -inf, nan]
x = torch.tensor([complex(a, b) for a in parts for b in parts], dtype=torch.complex128)
y = torch.tensor([1 + 0j, complex(inf, 1), complex(-0.0, -0.0), complex(2, -inf)], dtype=torch.complex128)


def show(what, z):
    print(what, [complex(*(round(part, 3) for part in pair)) for pair in torch.view_as_real(z).view(-1, 2).tolist()])


show("add", x[:, None] + y)
show("sub", x[:, None] - y)
show("a real number", x + inf)
show("less", x - 1)
show("from one", 1 - x)
show("alpha", torch.add(x, y[1], alpha=2))
show("power 0", x**0)
show("powers of 1", 1**x)
show("powers of 0", torch.pow(0, x[:20]))
for name in ("sgn", "cos", "exp", "log1p", "tan"):
    show(name, getattr(torch, name)(x))
print(torch.isnan(torch.logaddexp(x[:, None], y)).tolist())
show("logaddexp", torch.logaddexp(torch.tensor([1j, complex(inf, 1), complex(-inf, 2)]), torch.tensor([complex(-inf, 1)])))
u = x.clone().requires_grad_()
u.angle().sum().backward()
print(torch.isnan(u.grad).tolist())
u = x.clone().requires_grad_()
first, = torch.autograd.grad((u**2).real.sum(), u, create_graph=True)
print("slope", torch.autograd.grad(first.real.sum(), u)[0].real.tolist())

holds = torch.tensor([True])
for number in (1e300, 1e39, inf):
    for one in (torch.ones(1), torch.ones(1, dtype=torch.float16), torch.ones(1, dtype=torch.complex64)):
        try:
            print(torch.where(holds, number, one))
        except RuntimeError as error:
            print(error)
print(torch.tensor([0.5, 1.0, 2.0]) ** 1e300)
