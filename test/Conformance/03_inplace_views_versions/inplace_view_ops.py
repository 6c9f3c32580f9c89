# t_, transpose_, squeeze_, unsqueeze_, swapaxes_: the object itself gets other sizes, strides, a version and a node
import torch


def show(t):
    print(tuple(t.shape), t.stride(), t._version, t.is_contiguous(), t._is_view(), type(t.grad_fn).__name__)


x = torch.arange(6.0).reshape(2, 3).clone()
same = x
print(x.t_() is x)
show(same)
print(same.tolist())
for change in (lambda t: t.unsqueeze_(0), lambda t: t.squeeze_(0), lambda t: t.transpose_(0, 1),
               lambda t: t.swapaxes_(-1, -2), lambda t: t.swapdims_(0, 1), lambda t: t.unsqueeze_(-1),
               lambda t: t.squeeze_(), lambda t: t.squeeze_()):
    change(same)
    show(same)
x[0, 1] = 10
print(x.tolist(), (x + 1).tolist())

# a tensor with a history
w = torch.arange(6.0).reshape(2, 3).requires_grad_()
y = w * 2
y.t_()
show(y)
y.unsqueeze_(1)
show(y)
(y * torch.arange(6.0).reshape(3, 1, 2)).sum().backward()
print(w.grad)

# what was saved before is out of date
z = w.exp()
z.t_()
try:
    z.sum().backward()
except RuntimeError as error:
    print(error)

# a leaf, and a view of one
for leaf in (w, w[0]):
    try:
        leaf.unsqueeze_(0)
    except RuntimeError as error:
        print(error)

# views made before see the same elements, and each other's writes
base = torch.zeros(2, 3)
row = base[0]
base.t_()
base[1, 0] = 5
row[2] = 7
print(base.tolist(), row.tolist(), row._version, base._version, row._base is base)

# a view itself
part = torch.arange(12.0).reshape(3, 4)[:, 1:3]
part.t_()
show(part)
part.add_(1)
print(part.tolist(), part._base.tolist())

# in modules and loops
h = torch.ones(2, 1)
for _ in range(3):
    h = (h * 2).squeeze_(1).unsqueeze_(1)
print(h.tolist(), h._version)
try:
    torch.ones(2, 2, 2).t_()
except RuntimeError as error:
    print(error)
