import torch
class Flat(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x.view(-1)
    @staticmethod
    def backward(ctx, g): return g.view(2, 2)
class Same(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x
    @staticmethod
    def backward(ctx, g): return g * 3
class Two(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x[0], x[1]
    @staticmethod
    def backward(ctx, g, h): return torch.stack([g, h])
class Mixed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x[1], x * 2
    @staticmethod
    def backward(ctx, g, h): return g * 2
def inputs():
    a = torch.ones(2, 2, requires_grad=True)
    return a, a * 1
for F in Flat, Same, Two, Mixed:
    a, b = inputs()
    outs = F.apply(b)
    outs = outs if isinstance(outs, tuple) else (outs,)
    for i, c in enumerate(outs[:1]):
        print(F.__name__, i, c.is_leaf, c.requires_grad, type(c.grad_fn).__name__)
        try:
            c.add_(1)
            print("written", c.tolist(), b.tolist())
        except RuntimeError as e: print(str(e))
        try:
            c.view(-1)[0].mul_(2)
            print("row written", c.tolist())
        except RuntimeError as e: print(str(e))
a, b = inputs()
c = Flat.apply(b).clone(); c.add_(1); c.sum().backward(); print(a.grad)
b = torch.ones(2, 2)
c = Flat.apply(b); c.add_(1); print(c, b)
with torch.no_grad():
    a, b = inputs(); c = Flat.apply(b); c.add_(1); print(c, b)
