# as_strided sees memory by strides: windows, diagonals, copies; a view that writes and gradients go through
import torch


def told(view):
    name = view.grad_fn and view.grad_fn.name()
    print(view, name, view.is_leaf, view._is_view(), view._version, view.stride(), view.storage_offset())


x = torch.arange(12.0)
told(x.as_strided((3, 4), (4, 1)))
told(torch.as_strided(x, (3, 3), (1, 2), 1))
told(x.as_strided((2, 3, 2), (1, 2, 0)))
told(x.as_strided((), ()))
told(x[2:8].as_strided((2, 2), (2, 1)))
told(x[2:8].as_strided((2, 2), (2, 1), 0))
print(x[2:8].as_strided((2, 2), (2, 1))._base is x)
told(torch.arange(6.0).view(2, 3).t().as_strided((4,), (1,), 2))

w = torch.arange(12.0, requires_grad=True)
windows = w.as_strided((5, 3), (2, 1))
told(windows)
(windows * torch.arange(15.0).view(5, 3)).sum().backward()
print(w.grad)
columns = (w * 1).view(3, 4).t()
(columns.as_strided((2, 2), (4, 1), 1) ** 2).sum().backward()
print(w.grad)
y = w * 1
y.as_strided((3,), (4,)).mul_(3)
told(y)
y.sum().backward()
print(w.grad)
first, = torch.autograd.grad((w.as_strided((6, 4), (1, 2)) ** 3).sum(), w, create_graph=True)
print(torch.autograd.grad(first.sum(), w))
z = w * 2
z.as_strided_((2, 3), (1, 2), 2)
told(z)
try:
    z.mul_(2)
    print(torch.autograd.grad(z.sum(), w))
except RuntimeError as e:
    print(e)

for given in [((3, 5), (4, 1)), ((3, 4), (4,)), ((3, -4), (4, 1)), ((3, 4), (4, -1)), ((3, 4), (4, 1), -1),
              ((3, 4), (4, 1), 12)]:
    try:
        print(x.as_strided(*given))
    except RuntimeError as e:
        print(e)
