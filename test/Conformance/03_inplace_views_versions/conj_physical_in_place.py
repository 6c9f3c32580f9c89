# conj_physical_ writes, of real numbers too
import torch

c = torch.tensor([1 + 2j, 3 - 1j])
print(c.conj_physical_(), c._version)
w = torch.tensor([1 + 2j, 3 - 1j], requires_grad=True)
d = w * (1 + 1j)
d.conj_physical_()
print(d, d.grad_fn.name(), d._version)
(d * (2 + 1j)).real.sum().backward()
print(w.grad)
r = torch.ones(2, requires_grad=True) * 2
r.conj_physical_()
print(r, r.grad_fn.name(), r._version)
w.conj_physical_()
