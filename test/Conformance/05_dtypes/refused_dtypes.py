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
    "isclose of two": lambda: torch.isclose(x, x.double()), "allclose of two": lambda: torch.allclose(i, x),
    "cross of two": lambda: torch.cross(torch.ones(3), torch.ones(3).double(), dim=0), "isin": lambda: torch.isin(b, i),
    "isin of complex": lambda: torch.isin(x * 1j, i), "addcdiv": lambda: torch.addcdiv(x, i, i),
    "addcdiv_": lambda: x.clone().addcdiv_(i, i), "norm to float": lambda: torch.linalg.vector_norm(i, dtype=torch.float32),
    "masked_fill_": lambda: x.clone().masked_fill_(b, x), "median": lambda: b.median(), "median along": lambda: b.median(0),
    "nanmean": lambda: i.nanmean(), "round": lambda: i.round(decimals=-1), "trace": lambda: torch.ones(2, 2).bool().trace(),
    "bincount": lambda: torch.bincount(b), "ldexp": lambda: torch.ldexp(x, b), "take": lambda: x.take(i.int()),
    "addmv": lambda: torch.addmv(x.double(), torch.eye(2), x), "arange": lambda: torch.arange(3, dtype=torch.bool),
    "baddbmm": lambda: torch.baddbmm(i, x.view(1, 1, 2), torch.eye(2)[None]), "trapezoid": lambda: torch.trapezoid(b),
    "soft_margin_loss": lambda: F.soft_margin_loss(i, i), "gelu": lambda: F.gelu(i), "mse_loss": lambda: F.mse_loss(i, i),
    "erf of complex": lambda: torch.erf(x * 1j), "lt": lambda: x * 1j < x, "maximum": lambda: torch.maximum(x, x * 1j),
    "fmax": lambda: torch.fmax(x, x * 1j), "sort": lambda: torch.sort(x * 1j), "topk": lambda: torch.topk(x * 1j, 1),
    "amax": lambda: torch.amax(x * 1j), "ceil of complex": lambda: torch.ceil(x * 1j), "sign": lambda: torch.sign(x * 1j),
    "logaddexp2": lambda: torch.logaddexp2(x, x * 1j), "logaddexp": lambda: torch.logaddexp(i, i),
    "shift": lambda: torch.bitwise_left_shift(x, i), "or": lambda: torch.bitwise_or(x, i), "relu": lambda: F.relu(x * 1j),
    "floor_divide": lambda: torch.floor_divide(x * 1j, i), "smooth_l1_loss": lambda: F.smooth_l1_loss(x * 1j, x),
    "clamp_min": lambda: (x * 1j).clamp(min=x),
}
for name, call in calls.items():
    try:
        print(name, "gives", call())
    except (RuntimeError, NotImplementedError) as error:
        print(name)
        print(f"{type(error).__name__}: {error}")
for tensor in (torch.float_power(x * 1j, 2), torch.ldexp(x.half(), i), torch.ldexp(i, x.bfloat16()), torch.addr(b, b, b),
               torch.addr(i.int(), u, u), torch.bincount(i, x.half()), torch.bincount(i, x), i.clamp(0, torch.tensor(1.5)),
               i.clamp(torch.tensor(2), 5), b.diff(), torch.isclose(b, b), F.soft_margin_loss(x.half(), x),
               torch.logaddexp2(x.half(), i), torch.tensor([2.25, 1234.5], dtype=torch.half).round(decimals=1)):
    print(tensor)
print(F.silu(torch.tensor([1 + 1j, -2j])))
F.silu(torch.tensor([1 + 1j], requires_grad=True))
