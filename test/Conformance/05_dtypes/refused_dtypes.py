# What has no meaning for a dtype is refused, and what it would be promoted to does not matter
import torch
import torch.nn.functional as F

i, u, b, x = torch.tensor([1, 2]), torch.tensor([1, 2], dtype=torch.uint8), torch.tensor([True, False]), torch.ones(2)
calls = {
    "1 - b": lambda: 1 - b, "1.5 - b": lambda: 1.5 - b, "x - b": lambda: x - b, "x - True": lambda: x - True,
    "b - b": lambda: b - b, "-b": lambda: -b, "+b": lambda: +b, "x.sub_(b)": lambda: x.sub_(b), "abs(b)": lambda: abs(b),
    "lerp": lambda: torch.lerp(i, i, 0.5), "lerp by a tensor": lambda: torch.lerp(i, i, i),
    "hardtanh of u": lambda: F.hardtanh(u), "hardtanh of b": lambda: F.hardtanh(b), "relu of b": lambda: F.relu(b),
    "relu6 of b": lambda: F.relu6(b), "mish": lambda: F.mish(i), "softshrink": lambda: F.softshrink(i),
    "hardshrink": lambda: F.hardshrink(i), "threshold": lambda: F.threshold(b, 0, 1), "glu": lambda: F.glu(i),
    "elu": lambda: F.elu(i), "softmax": lambda: F.softmax(i, 0), "logcumsumexp": lambda: torch.logcumsumexp(i, 0),
    "clamp to a complex number": lambda: i.clamp(1j), "floor": lambda: torch.floor(b),
    "isposinf": lambda: torch.isposinf(x * 1j), "isneginf": lambda: torch.isneginf(x * 1j),
    "signbit": lambda: torch.signbit(x * 1j), "heaviside": lambda: torch.heaviside(x * 1j, x),
    "heaviside of two": lambda: torch.heaviside(x, i), "floor of complex": lambda: torch.floor(x * 1j),
    "polar": lambda: torch.polar(x, x.double()), "polar of i": lambda: torch.polar(i, i),
    "copysign": lambda: torch.copysign(x * 1j, x), "lerp of two": lambda: torch.lerp(x, x.double(), 0.5),
    "index_add": lambda: x.index_add(0, i - 1, i), "scatter": lambda: x.scatter(0, i - 1, i),
    "linspace": lambda: torch.linspace(0, 1, 3, dtype=torch.bool),
}
for name, call in calls.items():
    try:
        print(name, "gives", call())
    except (RuntimeError, NotImplementedError) as error:
        print(name)
        print(f"{type(error).__name__}: {error}")
print(F.silu(torch.tensor([1 + 1j, -2j])))
F.silu(torch.tensor([1 + 1j], requires_grad=True))
