# The graph of windows outlives a backward that frees: unfold and fold save no tensor.
import torch
import torch.nn.functional as F

x = torch.arange(16.).reshape(1, 1, 4, 4).requires_grad_()
for function in (lambda x: F.unfold(x, 2), lambda x: F.unfold(x, 3, padding=1, stride=2), lambda x: F.fold(F.unfold(x, 2), (4, 4), 2)):
    made = function(x)
    made.sum().backward()
    made.sum().backward()
    print(made.grad_fn.name(), x.grad.tolist())
    x.grad = None
