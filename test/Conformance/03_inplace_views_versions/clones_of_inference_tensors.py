# clones of tensors of inference mode: normal tensors, of which the copy counts as a write
import copy

import torch

with torch.inference_mode():
    made, leaf = torch.ones(3), torch.ones(3, requires_grad=True)
    print(made.clone().is_inference())
w = torch.ones(3, requires_grad=True)
for name, tensor in [("clone", made.clone()), ("flagged", made.clone().requires_grad_()), ("of a leaf", leaf.clone()),
                     ("written", made.clone().add_(1)), ("deep", copy.deepcopy(made)), ("computed", made * 2),
                     ("parameter", torch.nn.Parameter(made.clone())), ("detached", made.clone().detach())]:
    print(name, tensor.is_inference(), tensor.requires_grad, tensor.is_leaf, tensor._version)
(w * made.clone()).sum().backward()
print(w.grad)
saved = made.clone().requires_grad_()
result = saved.exp()
result.sum().backward()
print(saved.grad)
print(torch.ones(3).clone()._version, made.view(3).is_inference())
