import torch

with torch.inference_mode():
    x = torch.ones(3).requires_grad_()
    with torch.enable_grad():
        inside = x * 2
    print(inside.requires_grad, x.requires_grad)
normal = torch.ones(3, requires_grad=True)


def told(name, made):
    print(name, made.requires_grad, made.is_leaf, made.grad_fn and made.grad_fn.name(), made.is_inference())


told("x * 2", x * 2)
told("x + x", x + x)
told("sin", x.sin())
told("exp", x.exp())
told("softmax", x.softmax(0))
told("cat", torch.cat([x, x]))
told("x + normal", x + normal)
told("cat with normal", torch.cat([x, normal]))
told("x + plain", x + torch.ones(3))
told("linear", torch.nn.functional.linear(x, torch.ones(2, 3), torch.ones(2)))
told("select", x[0])
view = x.view(3, 1)
told("view", view)
print(view._base, view._is_view())
try:
    x * normal
except RuntimeError as error:
    print(error)
(x + 1).sum().backward()
print(x.grad)
