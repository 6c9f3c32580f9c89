# Each error of autograd that a program can make, with its notes and its fix; the check goes on after each.
import torch

apart = torch.ones(3, requires_grad=True)  # expected: note made here
a = torch.ones(3, requires_grad=True)  # expected: note the leaf is made here; note of this leaf
a += 1  # expected: error leaf-written; fix write it inside 'with torch.no_grad():'
a[0] = 5.0  # expected: error leaf-view-written; note the view is made here; fix write it inside

x = torch.ones(3, requires_grad=True)
with torch.no_grad():
    row = (x * 2)[1:]
y = x * 2
with torch.no_grad():
    part = y[1:]  # expected: note the view is made here
part.mul_(2)  # expected: error no-grad-view-written; fix make the view and write it both inside no_grad
first, second = torch.ones(2, 2, requires_grad=True).mul(2).unbind()  # expected: note the view is made here
first.add_(1)  # expected: error multi-view-written; fix write to an index of the tensor

b = x * 2
c = b * b  # expected: note saved for backward by this op
b += 1  # expected: note overwritten here; fix write 'b = b + 1' here
c.sum().backward()  # expected: error saved-overwritten

e = x.exp()  # expected: note saved for backward by this op
e.add_(1.0, alpha=2)  # expected: note overwritten here; fix write 'e = e.add(1.0, alpha=2)' here
e.sum().backward()  # expected: error saved-overwritten

f = x + 1
g = f * f  # expected: note saved for backward by this op
f[0] = -2.0  # expected: note overwritten here; fix write 'f = f.clone()' before this line
g.sum().backward()  # expected: error saved-overwritten

h = x * 3
k = h.tanh() * h  # expected: note saved by this op
k.sum().backward()  # expected: note freed by this backward; fix pass retain_graph=True at line 35
k.sum().backward()  # expected: error backward-twice

m = x * 3
n = m * m  # expected: note saved by this op
m.detach_()  # expected: fix use detach(), which gives a new tensor
n.sum().backward()  # expected: error saved-detached

plain = torch.ones(3)  # expected: note made here; note made here; fix pass requires_grad=True here
plain.sum().backward()  # expected: error no-grad-fn; note made here; fix pass requires_grad=True where
(x * 2).backward()  # expected: error not-scalar; note made here; fix reduce it first
(x * 2).backward(torch.ones(2))  # expected: error seed-shape; note made here; fix pass a gradient of the output's shape
torch.autograd.grad(x.sum(), plain)  # expected: error input-without-grad
torch.autograd.grad(x.sum(), (x, apart))  # expected: error input-unused; fix pass allow_unused=True
whole = torch.tensor([1, 2])
whole.requires_grad_()  # expected: error dtype-without-grad; fix use a floating point dtype
torch.tensor([1, 2], requires_grad=True)  # expected: error dtype-without-grad; note made here; fix use a floating point dtype
(x * 2).requires_grad_(False)  # expected: error flag-of-non-leaf; note computed here; fix use detach()
x[0].detach_()  # expected: error detach-of-view; note the view is made here; fix use detach()
plain.retain_grad()  # expected: error retain-without-grad; fix call requires_grad_() on what it is computed from
torch.unique(x * 2).backward()  # expected: error not-differentiable; note the gradient passes this op; fix detach()
wide = torch.ones(1, 3).expand(2, 3)
wide.add_(1)  # expected: error overlapping-write; fix write to a clone() of it
x.t().repeat(2, 2).t().view(-1)  # expected: error view-needs-copy; fix use reshape()
torch.ones(1, requires_grad=True).numpy()  # expected: error numpy-of-grad; note made here; fix write .detach().numpy()

several = x * x  # expected: note made here
several.backward()  # expected: error not-scalar; fix reduce it first
several.sum().backward()  # what was refused has freed nothing


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        ctx.save_for_backward(a)
        return a * a

    @staticmethod
    def backward(ctx, g):
        a, = ctx.saved_tensors  # expected: note read here; note read here
        return 2 * a * g


p = x * 1
q = Square.apply(p)  # expected: note saved for backward by this op
p.mul_(2)  # expected: note overwritten here; fix write 'p = p.mul(2)' here
q.sum().backward()  # expected: error saved-overwritten
r = Square.apply(x)  # expected: note saved by this op
r.sum().backward()  # expected: note freed by this backward; fix pass retain_graph=True
r.sum().backward()  # expected: error backward-twice


def weighted(w):
    return (w * w).sum(), (w.exp() * w).sum()  # expected: note saved for backward by this op


leaf = torch.ones(3, requires_grad=True)
first, second = weighted(leaf)
first.backward()
with torch.no_grad():
    leaf -= leaf.grad  # expected: note overwritten here; fix update this leaf after the backward
second.backward()  # expected: error saved-overwritten

state = torch.ones(3)
for _ in range(2):
    state = (state * x).tanh()  # expected: note saved by this op
    state.sum().backward()  # expected: error backward-twice; note freed by this backward; fix detach() what is kept
cached = (x * x).tanh()  # expected: note saved by this op; fix compute this inside the loop of line
for _ in range(2):
    cached.sum().backward()  # expected: error backward-twice; note freed by this backward


def distance(v):
    return (v.argmax() * 1.0).sum()  # expected: note made here; note no gradient passes argmax; fix compute it by functions


distance(x).backward()  # expected: error no-grad-fn
with torch.no_grad():
    features = x * 2  # expected: note computed here in no_grad mode; fix compute it outside of no_grad
features.sum().backward()  # expected: error no-grad-fn; note made here
x.tanh().detach().sum().backward()  # expected: error no-grad-fn; note made here; note by detach; fix leave this out
slope, = torch.autograd.grad((x ** 2).sum(), x)  # expected: note without a graph; fix pass create_graph=True
slope.sum().backward()  # expected: error no-grad-fn; note made here
mixed = plain * 2  # expected: note made here; fix call requires_grad_() on what is computed here
torch.autograd.grad(x.sum(), mixed)  # expected: error input-without-grad

class Flat(torch.autograd.Function):
    @staticmethod
    def forward(ctx, given):
        return given.view(-1)

    @staticmethod
    def backward(ctx, gradient):
        return gradient


Flat.apply(x * 2).add_(1)  # expected: error function-view-written; note the view is made here; fix write to a clone()


def halved(v):
    return v.mul_(0.5)  # expected: note overwritten here; fix write 'return v.mul(0.5)' here


listed, named, other, kept = [x * 2], x * 2, x * 2, x * 2
tops = [each * each for each in (*listed, named, other, kept)]  # expected: note saved; note saved; note saved; note saved
listed[0] += 1  # expected: note overwritten here; fix write 'listed[0] = listed[0] + 1' here
same = named.add_(1)  # expected: note overwritten here; fix write 'same = named = named.add(1)' here
torch.relu_(other)  # expected: note overwritten here; fix write 'other = torch.relu(other)' here
kept.normal_()  # expected: note overwritten here; fix compute a new tensor here instead of overwriting this one
tops[0].sum().backward()  # expected: error saved-overwritten
tops[1].sum().backward()  # expected: error saved-overwritten
tops[2].sum().backward()  # expected: error saved-overwritten
tops[3].sum().backward()  # expected: error saved-overwritten
halving = x * 2
quarter = halving * halving  # expected: note saved for backward by this op
(halved(halving) + quarter).sum().backward()  # expected: error saved-overwritten

count = torch.zeros(2)  # expected: note the tensor is made here


def counting(v):
    count.add_(1)  # expected: error captured-written; fix compute a new tensor, and return it
    return (v * v).sum()


torch.func.grad(counting)(torch.ones(2))
