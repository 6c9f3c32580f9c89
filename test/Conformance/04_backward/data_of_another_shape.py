# A tensor whose .data got another shape while a graph leads to it: a backward through that graph is an error, and one that
# begins anew is not
import torch

p = torch.ones(3, requires_grad=True)
q = p * 2
p.data = torch.ones(2, 2)
try:
    q.sum().backward()
    print(p.grad)
except RuntimeError as error:
    print("refused", "shape" in str(error) or "size" in str(error))
q = None
(p * 3).sum().backward()
print(p.grad)
