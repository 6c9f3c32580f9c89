# out=: another shape, another dtype, several results, what is refused, and what a view of other elements sees.
import warnings

import torch

x = torch.tensor([[0.5, -0.25], [2.0, 1.0]])
functions = {
    "add": lambda out: torch.add(x, x, out=out), "matmul": lambda out: torch.matmul(x, x, out=out),
    "sum": lambda out: torch.sum(x, 0, out=out), "mean": lambda out: torch.mean(x, 1, out=out),
    "max": lambda out: torch.max(x, out=out), "argmax": lambda out: torch.argmax(x, 0, out=out),
    "all": lambda out: torch.all(x > 0, 0, out=out), "cat": lambda out: torch.cat([x, x], out=out),
    "stack": lambda out: torch.stack([x, x], out=out), "clamp": lambda out: torch.clamp(x, 0, 1, out=out),
    "round": lambda out: torch.round(x, out=out), "softmax": lambda out: torch.softmax(x, 0, out=out),
    "arange": lambda out: torch.arange(0, 3, out=out), "zeros": lambda out: torch.zeros(2, out=out),
    "full": lambda out: torch.full((2,), 1.5, out=out), "linspace": lambda out: torch.linspace(0, 1, 3, out=out),
    "cumsum": lambda out: torch.cumsum(x, 0, out=out), "norm": lambda out: torch.norm(x, 2, 0, out=out),
    "std": lambda out: torch.std(x, 0, out=out), "var": lambda out: torch.var(x, 0, out=out),
    "where": lambda out: torch.where(x > 0, x, x * 2, out=out), "pow": lambda out: torch.pow(x, 2, out=out),
    "prod": lambda out: torch.prod(x, 0, out=out), "outer": lambda out: torch.outer(x[0], x[1], out=out),
}
kinds = {"argmax": torch.int64, "all": torch.bool}
for name, function in functions.items():
    out = torch.empty(0, dtype=kinds.get(name, torch.float32))
    made = function(out)
    print(name, made is out, out)


def attempt(function):
    try:
        print(function())
    except (RuntimeError, TypeError) as error:
        print(type(error).__name__, str(error).split("\n")[0])


print(torch.sum(x, 0, out=torch.empty(0, dtype=torch.float64)))
print(torch.add(x, x, out=torch.empty(0, dtype=torch.float64)))
attempt(lambda: torch.add(x, x, out=torch.empty(2, 2, dtype=torch.int64)))
attempt(lambda: torch.zeros(2, dtype=torch.int32, out=torch.empty(2)))
attempt(lambda: x.add(x, out=x))

values, indices = torch.empty(0), torch.empty(0, dtype=torch.int64)
made = torch.sort(x, out=(values, indices))
print(made, made.values is values, indices)
print(torch.topk(x, 1, out=(values[:0], indices[:0])))
attempt(lambda: torch.max(x, 0, out=(torch.empty(0), torch.empty(0))))

leaf = x.clone().requires_grad_()
attempt(lambda: torch.add(leaf, 1, out=torch.empty(2, 2)))
attempt(lambda: torch.add(x, 1, out=leaf))
with torch.no_grad():
    print(torch.mul(leaf, 2, out=torch.empty(2, 2)).requires_grad)

out = torch.zeros(6)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    torch.add(x, 1, out=out[:4])
    part = out[:4]
    torch.add(x, 2, out=part)
    torch.add(x, 1, out=torch.empty(0))
print(out, part, len(caught), caught[0].category.__name__)
print(str(caught[0].message).split(" This")[0])
same = x.clone()
print(torch.mul(same, same, out=same), same._version)
