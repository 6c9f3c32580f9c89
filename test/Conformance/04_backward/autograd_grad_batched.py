# is_grads_batched: a gradient for each cotangent along the first dim
import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
w = torch.ones(3, requires_grad=True)
y = x ** 2


def told(*args, **kwargs):
    try:
        print(torch.autograd.grad(*args, is_grads_batched=True, retain_graph=True, **kwargs))
    except (RuntimeError, ValueError, IndexError) as e:
        print(type(e).__name__, e)


told(y, x, torch.eye(3))
told((y, y * 2), x, (torch.eye(3), torch.ones(3, 3)))
told(y, (x, w), torch.eye(3), allow_unused=True)
told(y, (x, w), torch.eye(3), materialize_grads=True)
told(y, (x, w), torch.eye(3))
told(y, x, torch.ones(3))
told(y, x, torch.ones(2, 2))
told(y, x)
told(y.sum(), x)
told(y, x, torch.zeros(0, 3))
told((y, y * 2), x, (torch.eye(3), torch.ones(2, 3)))

jacobian, = torch.autograd.grad(y, x, torch.eye(3), is_grads_batched=True, create_graph=True)
print(jacobian.grad_fn.name(), jacobian.is_leaf, jacobian._version)
print(torch.autograd.grad(jacobian.sum(), x))
torch.autograd.grad(y, x, torch.eye(3), is_grads_batched=True)
torch.autograd.grad(y, x, torch.eye(3), is_grads_batched=True)
