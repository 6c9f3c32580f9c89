# torch.func.vmap: in_dims and out_dims, gradients of each example, an ensemble of models, and what is refused
import torch
from torch.func import functional_call, grad, stack_module_state, vmap

torch.manual_seed(0)
x = torch.arange(12.0).reshape(3, 4)
w = torch.arange(4.0)


def show(t):
    print(tuple(t.shape), t.tolist())


show(vmap(torch.dot, in_dims=(0, None))(x, w))
show(vmap(torch.mul, in_dims=(1, 0))(x, w))
show(vmap(lambda a: a * 2, out_dims=1)(x))
total, same = vmap(lambda a: (a.sum(), a), out_dims=(0, 1))(x)
show(total)
show(same)
show(vmap(vmap(lambda a: a * a))(x))
show(torch.vmap(lambda a, b: a - b, in_dims=(0, 1))(x, x.t()))
show(vmap(lambda a: a * 2, chunk_size=2)(x))
made = vmap(lambda t: {"s": t["a"] + t["b"][0], "p": t["a"] * 2}, in_dims=({"a": 0, "b": [None]},))(
    {"a": x, "b": [torch.tensor(1.0)]})
show(made["s"])
show(made["p"])

# gradients of each example
net = torch.nn.Linear(4, 2)
params = dict(net.named_parameters())


def loss(params, a, y):
    return ((functional_call(net, params, (a,)) - y) ** 2).sum()


found = vmap(grad(loss), in_dims=(None, 0, 0))(params, x, torch.ones(3, 2))
for name in sorted(found):
    show(found[name])

# an ensemble
models = [torch.nn.Linear(4, 2) for _ in range(3)]
stacked, buffers = stack_module_state(models)
show(vmap(lambda p, b, a: functional_call(models[0], (p, b), (a,)), in_dims=(0, 0, None))(stacked, buffers, x).detach())

# gradients through it
leaf = torch.ones(3, 4, requires_grad=True)
(vmap(lambda a: (a * a).sum())(leaf) * torch.tensor([1.0, 2.0, 3.0])).sum().backward()
show(leaf.grad)

refused = [lambda: vmap(torch.dot)(x, w), lambda: vmap(lambda a: 3)(x), lambda: vmap(lambda a: a, in_dims=5)(x),
           lambda: vmap(lambda a: a, in_dims=None)(x), lambda: vmap(lambda a: a)(), lambda: vmap(lambda a: torch.rand(3))(x),
           lambda: vmap(lambda a: a, in_dims="x")(x), lambda: vmap(lambda a: a, randomness="what")(x),
           lambda: vmap(lambda a, b: a)(x, 3.0), lambda: vmap(lambda a: a, chunk_size=0)(x)]
for attempt in refused:
    try:
        attempt()
        print("not refused")
    except (RuntimeError, ValueError) as error:
        print(type(error).__name__, error)
