# parameters that are computed from others at each use, in the newer form and in the older one by hooks
import copy
import warnings

import torch
from torch import nn
import torch.nn.utils.parametrize as P
from torch.nn.utils import parametrizations, spectral_norm, weight_norm
torch.manual_seed(0)


class Sym(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).T

    def right_inverse(self, a):
        return a.triu()


class Twice(nn.Module):
    def forward(self, x):
        return x * 2

    def right_inverse(self, a):
        return a / 2

m = nn.Linear(3, 3)
P.register_parametrization(m, 'weight', Sym())
print(m, m.weight, type(m), m.state_dict(), [n for n, _ in m.named_parameters()])
a = torch.rand(3, 3)
m.weight = a + a.T
print(torch.allclose(m.weight, a + a.T), P.is_parametrized(m), P.is_parametrized(m, 'bias'), P.type_before_parametrizations(m))
P.register_parametrization(m, 'weight', Twice())
print(m.weight, m.parametrizations.weight.original, m.parametrizations['weight'][1])
m(torch.ones(1, 3)).sum().backward()
print(m.parametrizations.weight.original.grad, m.weight.grad_fn is not None)
with P.cached():
    print(m.weight is m.weight)
print(m.weight is m.weight)
c = copy.deepcopy(m)
print(type(c), torch.equal(c.weight, m.weight), c.parametrizations.weight.original is m.parametrizations.weight.original)
opt = torch.optim.SGD(m.parameters(), 0.1)
opt.step()
print(m.weight)
P.remove_parametrizations(m, 'weight')
print(m, type(m), m.weight, P.is_parametrized(m))
m.weight.sum().backward()
w = parametrizations.weight_norm(nn.Linear(2, 3))
print(w, w.state_dict().keys(), w.weight, w.parametrizations.weight.original0)
w(torch.ones(1, 2)).sum().backward()
print(w.parametrizations.weight.original0.grad, w.parametrizations.weight.original1.grad)
s = parametrizations.spectral_norm(nn.Linear(4, 3))
print(s.weight.shape, s.state_dict().keys(), torch.linalg.norm(s.weight) < 3)
s.train()
s(torch.ones(1, 4))
s.eval()
print((s.weight @ s.parametrizations.weight[0]._v).norm())
warnings.simplefilter('ignore')
o = weight_norm(nn.Linear(2, 3), dim=None)
print(o, o.state_dict().keys(), o.weight_g)
o(torch.ones(1, 2)).sum().backward()
print(o.weight_g.grad, o.weight_v.grad)
torch.nn.utils.remove_weight_norm(o)
print(o.state_dict().keys())
q = spectral_norm(nn.Conv2d(2, 3, 2))
print(q, q.state_dict().keys(), [n for n, _ in q.named_parameters()])
for _ in range(20):
    q(torch.ones(1, 2, 3, 3))
print(q.weight.flatten(1).mv(q.weight_v).norm(), q.weight.requires_grad)
q(torch.ones(1, 2, 3, 3)).sum().backward()
print(q.weight_orig.grad.shape)
torch.nn.utils.remove_spectral_norm(q)
print(q.state_dict().keys())
for bad in (lambda: P.register_parametrization(m, 'foo', Sym()), lambda: P.remove_parametrizations(m, 'weight'), lambda: P.register_parametrization(nn.Linear(2, 3), 'weight', nn.Flatten(0)), lambda: torch.nn.utils.remove_weight_norm(o), lambda: spectral_norm(spectral_norm(nn.Linear(1, 1))), lambda: parametrizations.spectral_norm(nn.Linear(2, 3), n_power_iterations=0), lambda: parametrizations.spectral_norm(nn.Linear(2, 3), dim=5)):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)
