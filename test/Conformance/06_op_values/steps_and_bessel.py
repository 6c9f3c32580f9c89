# the next float, mantissas, common divisors, Bessel functions and entropy
import torch

for kind in (torch.float32, torch.float64, torch.bfloat16):
    limits = torch.finfo(kind)
    x = torch.tensor([0.0, -0.0, 1.0, -1.0, 1.5, 3.14, 1024.0, limits.max, limits.smallest_normal, limits.tiny / 4, float("inf"),
                      float("nan")], dtype=kind)
    for to in (0.0, 10.0, -10.0, float("inf"), 1.0):
        there = torch.nextafter(x, torch.full_like(x, to))
        print(there.double().tolist())
        print((there.double() - x.double()).abs().log2().tolist(), there.dtype)
x = torch.tensor([1.0, 2.0], requires_grad=True)
torch.nextafter(x, torch.tensor([1.0, 5.0])).sum().backward()
print(x.grad, torch.tensor([3.0]).nextafter_(torch.tensor([4.0])).item() * 1e7)

small = (1 + torch.arange(512, dtype=torch.float64) / 512 + 2.0**-23) * 2.0**-125
for kind, step in (torch.float32, 2.0**-148), (torch.float64, 2.0**-177), (torch.float16, 0):
    x = small.to(kind)
    print((torch.nextafter(x, torch.ones_like(x)).double() - x.double() - step).aminmax())
print([torch.nextafter(torch.tensor(a, dtype=torch.float16), torch.tensor(b, dtype=torch.float16)).item()
       for a, b in ((6.2e-5, 0.0), (1e-3, 1.0), (-6e-8, 1.0), (65504.0, 1e9))])
print(torch.frexp(torch.tensor([0.0, 1.0, 0.7, -8.0, 1e-40, 3e38, float("inf"), 1023.99])))
print(torch.frexp(torch.tensor([5e-324, 1e308, 0.1], dtype=torch.float64)))
print(torch.gcd(torch.tensor([12, -18, 0, 2 ** 40]), torch.tensor([18, 12, 5, 2 ** 20])), torch.lcm(torch.tensor([4, 6, 0]), torch.tensor([6, -15, 3])))
print(torch.tensor([9, 6], dtype=torch.uint8).lcm(torch.tensor([6, 4], dtype=torch.uint8)), torch.tensor([4, 6]).gcd_(torch.tensor(4)))

special = torch.special
x = torch.tensor([0.0, 0.1, -0.5, 3.0, -15.0, 19.99, 20.01, 50.0, -80.0, 1e4], dtype=torch.float64, requires_grad=True)
for function in (torch.i0, special.i0e, special.i1, special.i1e, special.entr, special.gammaln, special.psi):
    y = function(x)
    print(["%.6g" % value for value in y.tolist()], ["%.5g" % value for value in torch.autograd.grad(y.sum(), x)[0].tolist()])
print(torch.i0(x.float()), torch.i0(torch.tensor([1, 2])), special.multigammaln(torch.tensor(3.0), 2))
for call in (lambda: torch.nextafter(torch.ones(1), 2.0), lambda: torch.gcd(torch.ones(1), torch.ones(1)),
             lambda: torch.gcd(torch.tensor([[1, 2, 3]]), torch.tensor([1, 2])),
             lambda: torch.nextafter(torch.tensor([1]), torch.tensor([1])), lambda: torch.frexp(torch.tensor([1]))):
    try:
        print(call())
    except (RuntimeError, TypeError) as error:
        print(type(error).__name__, error)
