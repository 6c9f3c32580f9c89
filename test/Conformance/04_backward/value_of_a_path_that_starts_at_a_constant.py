# What a node gave is no longer what its tensor holds, and no gradient passes it: segments that end meanwhile keep it.
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.zero_()
y.retain_grad()
y.data.fill_(3.0)
for i in range(3):
    print(y, (y + i).detach().tolist())
z = y * y.detach()
print(z)
for i in range(3):
    torch.ones(3).add(i).tolist()
z.sum().backward()
print(x.grad, y.grad)
w = x * 1
w.fill_(5.0)
w.data = torch.tensor([7.0, 8.0])
print(w.tolist())
print(w.tolist(), torch.autograd.grad((w * w).sum(), [w, x], allow_unused=True))
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.fill_(5.0)
y.retain_grad()
(y*y).sum().backward()
print(x.grad, y.grad)
y = x * 2
y.zero_()
v = y[0:1]
v.retain_grad()
(v.exp()).sum().backward()
print(x.grad, v.grad)
y = x * 2
v = y[0:1]
y.fill_(2.)
print(torch.autograd.grad((v*v).sum(), [v, x]))
y = x * 2
y.fill_(3.0)
y.retain_grad()
(y * y.detach()).sum().backward()
print(x.grad, y.grad)
