# A saved tensor that is written without its version going up is read as it is when backward comes.
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
w = torch.tensor([3.0, 4.0], requires_grad=True)

y = x.sigmoid()
y.data.zero_()
y.sum().backward()
print("a result", x.grad)

x.grad = None
y = x * w
w.data.fill_(10)
y.sum().backward()
print("an operand", x.grad, w.grad)

x.grad = w.grad = None
y = x * w
w.data = torch.tensor([7.0, 8.0])
y.sum().backward()
print("an operand with other data", x.grad, w.grad)

x.grad = None
y = x.exp()
print(y)
y.data = torch.tensor([5.0, 6.0])
y.sum().backward()
print("a result with other data keeps what it saved", x.grad, y)

x.grad = None
y = x * 1
y[0:1].exp_()
y.data.fill_(4)
y.sum().backward()
print("a written view", x.grad)

x.grad = w.grad = None
y = x * w
w.data.fill_(3)
(g,) = torch.autograd.grad(y.sum(), x, create_graph=True)
(g * g).sum().backward()
print("a gradient of a gradient", g.tolist(), w.grad)

m = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
x.grad = None
y = x @ m
print(y.tolist())
m.data[0] = 9
y.sum().backward()
print("a matrix, in a later segment", x.grad)

x.grad = None
y = x * 1
y[0:1].exp_()
print(y)
y.data.fill_(4)
y.sum().backward()
print("a written view that nobody holds when a segment ends", x.grad)

# Three matrices whose products cost the same are multiplied from the left.
leaves = [torch.tensor([[1., 2.], [3., 5.]], requires_grad=True) for _ in range(3)]
for i in range(3):
    factors = [leaf * 1 for leaf in leaves]
    y = torch.linalg.multi_dot(factors).sum()
    factors[i].data.mul_(0.5)
    print(torch.autograd.grad(y, leaves))
