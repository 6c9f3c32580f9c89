# A view made in no_grad mode requires grad as its base does, and leads nowhere: a gradient can be taken by what is computed from it
import torch

x = torch.tensor([-1.0, 0.5, 2.0], requires_grad=True)
with torch.no_grad():
    view = x[:]
with torch.inference_mode():
    other = x.view(3)
print(view.requires_grad, view.is_leaf, other.requires_grad)
for seen in (view, other):
    y = seen * 2
    z = seen.view(3, 1)
    print(torch.autograd.grad(y.sin().sum(), y)[0].tolist())
    print(torch.autograd.grad(z.exp().sum(), z)[0].tolist())
    (first,) = torch.autograd.grad((y**3).sum(), y, create_graph=True)
    print(torch.autograd.grad(first.sum(), y)[0].tolist())
    y.retain_grad()
    (y * y).sum().backward()
    print(y.grad.tolist(), x.grad)
