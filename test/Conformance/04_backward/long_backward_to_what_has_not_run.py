"""A backward over many segments that ends at tensors of the last one, whose numbers nothing has asked for yet."""
import torch


class Within(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x * x).tanh()

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            inner = x.detach().requires_grad_()
            y = (inner * inner).tanh()
        return torch.autograd.grad(y, inner, gradient)[0]


x = torch.tensor([0.3, -0.4], requires_grad=True)
h = x * 1.0
for i in range(6):
    h = h.sin() * 1.1
    print(h.sum().item())
leaf = (h * 0.5).cos().detach().requires_grad_()
(leaf * leaf * h.tanh()).sum().backward()
print(x.grad, leaf.grad)

w = torch.tensor([0.2, 0.7], requires_grad=True)
h = torch.tensor([[0.5, -0.6], [0.8, 0.9]], requires_grad=True) * 1.0
for i in range(6):
    h = Within.apply(h).clone()
    h[0] = w.sum() * 0.5
    h.square().mean().backward(retain_graph=True)
    print(w.grad)
    h = h.roll(1, -1)
