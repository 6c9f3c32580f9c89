"""Gradients along a path of several hundred ops, told to the bit."""
import agc as torch

torch.manual_seed(0)
w = (torch.randn(3, 3) * 0.4).requires_grad_()
b = torch.zeros(3, requires_grad=True)
late = torch.ones(3, requires_grad=True)  # met by the last steps only
frozen = torch.randn(3)
unused = torch.ones(2, requires_grad=True)


def tell(*tensors):
    for tensor in tensors:
        print(None if tensor is None else [value.hex() for value in tensor.flatten().tolist()])


def run(steps):
    h, loss, held = torch.randn(2, 3), 0.0, []
    for i in range(steps):
        h = torch.tanh(h @ w + b) * frozen
        if i % 25 == 3:
            h.retain_grad()
            held.append(h)
        if i > steps - 5:
            h = h + late
        loss = loss + (h * h).mean()
    return h, loss, held


h, loss, held = run(60)
loss.backward(retain_graph=True)
tell(w.grad, b.grad, late.grad, *[t.grad for t in held])
torch.autograd.backward([loss, h, held[0]], [None, torch.ones(2, 3), torch.ones(2, 3)], retain_graph=True)
tell(w.grad, b.grad, late.grad, held[0].grad)
# A gradient by what lies in the middle, and by what no path leads to.
tell(*torch.autograd.grad(loss, [held[2], b, unused], allow_unused=True))

h, loss, held = run(30)
(slope,) = torch.autograd.grad(loss, [w], create_graph=True)
slope.pow(2).sum().backward()
tell(w.grad, b.grad)
