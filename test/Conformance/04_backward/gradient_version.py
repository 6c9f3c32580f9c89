"""A leaf's first gradient that has a history is a copy in the leaf's layout, which counts as a write."""
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
for _ in range(2):
    (w * w).sum().backward(create_graph=True)
    print(w.grad._version, w.grad)

apart = torch.zeros(2, 4)[:, ::2].requires_grad_()
(apart * apart).sum().backward(create_graph=True)
print(apart.grad._version)

kept = w * 2
kept.retain_grad()
kept.sum().backward(create_graph=True)
print(kept.grad._version)
