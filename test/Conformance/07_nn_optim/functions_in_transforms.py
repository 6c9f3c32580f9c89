import torch


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * 2


class Triple(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x * 3

    @staticmethod
    def setup_context(ctx, inputs, output):
        pass

    @staticmethod
    def backward(ctx, g):
        return g * 3


x = torch.tensor([1., 2.])
f = torch.func
with torch.inference_mode():
    inferred = x * 1
print(f.grad(lambda a: (a ** 3).sum())(inferred), f.jvp(lambda a: a ** 2, (inferred,), (x,))[1])
for function in (Double, Triple):
    for call in (lambda: f.grad(lambda a: function.apply(a).sum())(x), lambda: f.vjp(function.apply, x)[1](x),
                 lambda: f.jacrev(function.apply)(x), lambda: torch.autograd.functional.vjp(function.apply, x, x)[1]):
        try:
            print(function.__name__, call()[0])
        except RuntimeError as error:
            print(function.__name__, error)
for call in (lambda: f.grad(lambda a: a)(None), lambda: f.vjp(lambda a: a, 1.), lambda: f.jacrev(lambda a: a)([x, "b"]),
             lambda: torch.autograd.functional.hessian(lambda a: a, None),
             lambda: torch.autograd.functional.jvp(lambda a: a, (x, 2.)),
             lambda: torch.autograd.functional.hvp(lambda a: a.sum(), [x]),
             lambda: torch.autograd.functional.vjp(lambda a: (a, 1), x),
             lambda: torch.autograd.functional.vjp(lambda a: a, x, 3),
             lambda: torch.autograd.grad(x.sum(), [x, None]),
             lambda: torch.nn.utils.clip_grad_value_([torch.nn.Parameter(x)], 1.)):
    try:
        print(call())
    except (RuntimeError, TypeError, ValueError) as error:
        print(type(error).__name__, error)
