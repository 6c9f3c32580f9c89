import torch

x = torch.arange(6.0).reshape(2, 3)
for pad in [(1, 1), (-2, 0), (0, 0), (), (1, -1, 2, 0), (1,), (1, 1, 1, 1, 1, 1), (-5, 0)]:
    try:
        print(torch.constant_pad_nd(x, pad), torch.constant_pad_nd(x, pad, value=2))
    except RuntimeError as error:
        print(error)
at = torch.tensor([0, 1])
print(torch.index_put(x, (at, at), torch.tensor([5.0, 6.0])))
print(torch.index_put(x, (at, torch.tensor([1, 1])), torch.tensor(2.0), accumulate=True))
print(torch.index_put(x, [at], torch.ones(3), True), torch.index_put(x, (x > 2,), torch.tensor(9.0)))
for call in (lambda: torch.index_put(x, at, torch.ones(2)), lambda: torch.index_put(x, (at,), 2)):
    try:
        call()
    except TypeError as error:
        print(error)
leaf, values = x.clone().requires_grad_(), torch.ones(2, requires_grad=True)
made = torch.constant_pad_nd(torch.index_put(leaf, (at, at), values), (1, 1), 2)
print(made.grad_fn.name(), made.grad_fn.next_functions[0][0].name())
(made * made).sum().backward()
print(leaf.grad, values.grad)
print(torch.index_put_(x, (at,), torch.tensor(9.0)), x)
