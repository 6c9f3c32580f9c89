# A number that an integer dtype cannot hold is refused, never cut
import torch

for name in "uint8 int8 int16 int32 int64 float16 float32 bool".split():
    for value in (-255, -256, 256, 200, -129, 2**15, -2**15, 2**31, 2**63, -2**63, 1e30, 300.7, float("nan"), -1.5,
                  10**400, "a"):
        try:
            print(name, torch.tensor([value], dtype=getattr(torch, name)))
        except Exception as error:
            print(name, type(error).__name__, error)

tensors = [torch.tensor([0, 1, 100], dtype=getattr(torch, name)) for name in "uint8 int8 int32 float16 float32".split()]
calls = {
    "clamp_min": lambda x, n: torch.clamp_min(x, n), "clamp_max": lambda x, n: torch.clamp_max(x, n),
    "clamp": lambda x, n: x.clamp(min=n), "where": lambda x, n: torch.where(x > 0, x, n if n > -1e300 else 0),
    "masked_fill": lambda x, n: x.masked_fill(x > 0, n), "fill_": lambda x, n: x.clone().fill_(n),
    "full": lambda x, n: torch.full((1,), n, dtype=x.dtype), "pow": lambda x, n: x ** n if n > -1e300 else 0,
    "add": lambda x, n: x + n, "alpha": lambda x, n: torch.add(x, x, alpha=n), "eq": lambda x, n: x == n,
    "mul": lambda x, n: x * n, "pad": lambda x, n: torch.nn.functional.pad(x, (1, 0), value=n),
    "threshold": lambda x, n: torch.nn.functional.threshold(x, 1, n) if x.dtype is not torch.float16 else 0,
    "setitem": lambda x, n: x.clone().__setitem__(0, n), "addcmul": lambda x, n: torch.addcmul(x, x, x, value=n),
    "leaky_relu": lambda x, n: torch.nn.functional.leaky_relu(-x.abs(), n) if x.is_floating_point() else 0,
}
for name, call in calls.items():
    for x in tensors:
        for number in (300, -1000) if not x.is_floating_point() else (7e4, -1e300, float("inf")):
            try:
                print(name, x.dtype, number, call(x, number))
            except Exception as error:
                print(name, x.dtype, number, type(error).__name__)
                print(f"{type(error).__name__}: {error}")

# Beside halves a number has the digits of a float32.
for dtype in (torch.float16, torch.bfloat16):
    x = torch.tensor([0.5, 3.0, 7.0, 100.0, 0.0], dtype=dtype, requires_grad=True)
    for n in (0.1, 3.3, 65536.0):
        y = x * n
        y.sum().backward()
        print(y.grad_fn.name(), *(t.detach().tolist() for t in (y, n * x, x / n, n / x, x + n, x - n, n - x, x // n, x.grad)))
        z = x.detach()
        print(z.clone().mul_(n).tolist(), z.clone().div_(n).add_(n).tolist(), (z < n).tolist(), (z == n).tolist())
    torch.mul(x, 2).sum().backward()
    print(x.grad.tolist())
a, b = torch.tensor([True, False, False]), torch.tensor([True, True, False])
print(torch.add(a, b, alpha=2), torch.add(a, b, alpha=False), a.clone().add_(b, alpha=4))
