import torch
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k, y):
        ctx.save_for_backward(x, y); ctx.k=k
        return x*y*k, x.sum(), k
    @staticmethod
    def backward(ctx, a, b, c):
        print("bw", a, b, c, ctx.needs_input_grad)
        x,y=ctx.saved_tensors
        return a*y*ctx.k+b, None, None
x=torch.ones(2,requires_grad=True); y=torch.ones(2)
o=F.apply(x,3,y); print(o, type(o[0].grad_fn.next_functions[0][0]).__name__, o[0].grad_fn.next_functions[1], o[0].grad_fn.name(), o[0].is_leaf, o[0]._version)
o[0].sum().backward()
print(x.grad)
try: o[0].sum().backward()
except Exception as e: print(type(e), e)
class G(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x.clone(), x.argmax()
    @staticmethod
    def backward(ctx, a, b): return a, a
try:
    G.apply(x)[0].sum().backward()
except Exception as e: print(type(e), e)
class H(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x.clone()
    @staticmethod
    def backward(ctx, a): return torch.ones(3)
try:
    H.apply(x).sum().backward()
except Exception as e: print(type(e), e)
class I(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): ctx.save_for_backward(x); return x.clone()
    @staticmethod
    def backward(ctx, a):
        ctx.saved_tensors; return a
z=x*1
o=I.apply(z)
z+=1
try: o.sum().backward()
except Exception as e: print(type(e), e)
class J(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x.clone()
o=J.apply(x)
try: o.sum().backward()
except Exception as e: print(type(e), e)
class K(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x.clone()
    @staticmethod
    def backward(ctx, a): raise ValueError("mine")
try: K.apply(x).sum().backward()
except Exception as e: print(type(e), e)
class L(torch.autograd.Function):
    @staticmethod
    def forward(x): return x*2
    @staticmethod
    def setup_context(ctx, inputs, output): ctx.save_for_backward(inputs[0], output)
    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, a):
        x,o=ctx.saved_tensors; print(type(o.grad_fn).__name__, o.requires_grad, x is inp); return a*2
inp=x
o=L.apply(x); print(o); g,=torch.autograd.grad(o.sum(), x, create_graph=True); print(g)
g,=torch.autograd.grad(o.sum(), x, create_graph=True,grad_outputs=torch.ones((),requires_grad=True)); print(g.requires_grad)
try: g.sum().backward()
except Exception as e: print(type(e), e)
class M(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): ctx.mark_dirty(x); x.mul_(2); return x
    @staticmethod
    def backward(ctx, a): return a*2
z=x*1; o=M.apply(z); print(o is z, z, z.grad_fn.next_functions[0][0].name())
x.grad=None; (z*3).sum().backward(); print(x.grad)
class N(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x
    @staticmethod
    def backward(ctx, a): return a*3
o=N.apply(x); print(o is x, o)
with torch.no_grad(): print(N.apply(x) is x, N.apply(x).requires_grad)
print(N.apply(torch.ones(2)))
class P(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): ctx.save_for_backward(x*2); return x*1
    @staticmethod
    def backward(ctx, a): return a.double()
x.grad=None
o=P.apply(x); o.sum().backward(); print(x.grad)
class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, i):
        result = i.exp(); ctx.save_for_backward(result); return result
    @staticmethod
    def backward(ctx, grad_output):
        result, = ctx.saved_tensors
        return grad_output * result
x=torch.tensor([0.5,1.],requires_grad=True)
y=Exp.apply(x)
g,=torch.autograd.grad(y.sum(), x, create_graph=True); print(g.detach(), g.requires_grad)
h,=torch.autograd.grad(g.sum(), x, create_graph=True); print(h.detach())
k,=torch.autograd.grad((h**2).sum(), x); print(k)
w=torch.ones(2,requires_grad=True)
a=Exp.apply(Exp.apply(x*w)+Exp.apply(w))*w
a.sum().backward(); print(x.grad, w.grad)
x.grad=None; y=Exp.apply(x); y.register_hook(lambda g: print("hook", g)); (y*2).sum().backward(); print(x.grad)
y=Exp.apply(x); y+=1
try: y.sum().backward()
except Exception as e: print(type(e), e)
class STE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input): return (input > 0).float()
    @staticmethod
    def backward(ctx, grad_output): return torch.nn.functional.hardtanh(grad_output)
x=torch.randn(4,requires_grad=True); STE.apply(x).sum().backward(); print(x.grad)
class Lin(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input, weight, bias=None):
        ctx.save_for_backward(input, weight, bias)
        output = input.mm(weight.t())
        if bias is not None: output += bias.unsqueeze(0).expand_as(output)
        return output
    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors
        gi = gw = gb = None
        if ctx.needs_input_grad[0]: gi = grad_output.mm(weight)
        if ctx.needs_input_grad[1]: gw = grad_output.t().mm(input)
        if bias is not None and ctx.needs_input_grad[2]: gb = grad_output.sum(0)
        return gi, gw, gb
from torch.autograd import gradcheck
torch.manual_seed(0)
i=(torch.randn(4,3,dtype=torch.double,requires_grad=True), torch.randn(2,3,dtype=torch.double,requires_grad=True))
print(gradcheck(Lin.apply, i, eps=1e-6, atol=1e-4))
class Bad(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x*2
    @staticmethod
    def backward(ctx, g): return g*3
try: gradcheck(Bad.apply, (torch.ones(2,dtype=torch.double,requires_grad=True),))
except Exception as e: print(type(e).__name__, e)
