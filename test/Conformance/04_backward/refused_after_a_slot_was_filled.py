import torch


def say(error):
    print(str(error).split(".")[0].split(":")[0])


# A backward that comes to an error has filled the slots that it reached before it, and freed the nodes that it passed.
w = torch.ones(2, requires_grad=True)
b = torch.ones(2, requires_grad=True)
loss = w.exp().sum() + b.sum()
loss.backward()
try:
    loss.backward()
except RuntimeError as error:
    say(error)
print(w.grad, b.grad)

x = torch.tensor([1., 2.], requires_grad=True)
h = x * x
h.retain_grad()
saved = h.sin()
y = saved * saved
z = (x * h).sum() + y.sum() + (b + h).sum()
with torch.no_grad():
    saved.add_(1)
b.grad = None
try:
    z.backward()
except RuntimeError as error:
    say(error)
print(x.grad, h.grad, b.grad)
try:
    z.backward()  # the first nodes are freed by now
except RuntimeError as error:
    say(error)
print(x.grad, h.grad, b.grad)

# Of one that asks for gradients only the freed nodes stay.
t = x.exp()
keep = t.cos().exp()
with torch.no_grad():
    t.add_(1)
try:
    torch.autograd.grad(keep.sum(), x)
except RuntimeError as error:
    say(error)
try:
    torch.autograd.grad(keep.sum(), x)
except RuntimeError as error:
    say(error)
print(x.grad)
