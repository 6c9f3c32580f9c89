"""What a result retains of a gradient that has a history is a clone of it; a leaf has a copy where it is dense."""
import torch

for shape in ((3,), (1, 3), (2, 3)):
    x = torch.linspace(0.2, 0.9, torch.Size(shape).numel()).reshape(shape).requires_grad_()
    kept = x.tanh() * 2
    kept.retain_grad()
    for _ in range(2):
        (kept * kept).sum().backward(create_graph=True)
        print(kept.grad.grad_fn.name(), x.grad.grad_fn.name(), kept.grad)

apart = torch.ones(2, 4)[:, ::2].requires_grad_()
(apart * apart).sum().backward(create_graph=True)
print(apart.grad.grad_fn.name(), apart.grad)
second, = torch.autograd.grad((apart.grad * apart.grad).sum(), apart)
print(second)
