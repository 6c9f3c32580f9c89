# In-place forms of clamp between tensors, of comparisons and of logical functions: their nodes, and what backward finds.
import torch

r = torch.tensor([1., -2., 3.], requires_grad=True)
for name, arguments in [("clamp_", (torch.zeros(1), torch.ones(1))), ("clamp_", (torch.zeros(1),)), ("clip_", (0, torch.tensor(2.))),
                        ("eq_", (2.,)), ("less_equal_", (r.detach(),)), ("not_equal_", (r,)), ("logical_not_", ()),
                        ("logical_and_", (torch.ones(1),)), ("square_", ())]:
    whole = r * 2
    getattr(whole, name)(*arguments)
    print(name, whole.grad_fn.name(), whole._version, torch.autograd.grad(whole.sum(), r)[0].tolist())
    base = r * 2
    part = base[:2]
    getattr(part, name)(*[x[:2] if isinstance(x, torch.Tensor) and x.dim() else x for x in arguments])
    print(part.grad_fn.name(), base.grad_fn.name(), torch.autograd.grad(base.sum(), r)[0].tolist())

# what is compared with may require grad
plain = torch.ones(3)
plain.gt_(r)
print(plain.requires_grad, plain.grad_fn.name(), torch.autograd.grad(plain.sum(), r)[0].tolist())

# logical functions are nothing to autograd: they write a leaf
r.logical_not_()
print(r, r._version)
try:
    r.eq_(1.)
except RuntimeError as error:
    print(error)
