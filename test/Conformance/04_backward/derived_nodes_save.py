# What the nodes of a differentiable backward save: the seed where a factor beside it requires grad, the factor where the
# seed does. Which tensors of no use get a gradient of theirs.
import torch


def refused(name, function, count=1):
    """Which writes between a gradient and its own backward are refused, for a seed without and with a history."""
    found = []
    for tracked in (False, True):
        for written in ["seed", *range(count)]:
            inputs = [(torch.arange(6.0).reshape(2, 3) + 1 + i).div(7).requires_grad_() for i in range(count)]
            operands = [x * 1 for x in inputs]
            result = function(*operands)
            seed = torch.ones_like(result)
            if tracked:
                seed = seed.requires_grad_() * 1
            gradients = torch.autograd.grad(result, operands, seed, create_graph=True)
            gradients = [gradient for gradient in gradients if gradient.requires_grad]
            if not gradients:
                found.append("none")
                continue
            with torch.no_grad():
                (seed if written == "seed" else operands[written]).mul_(1)
            try:
                sum(gradient.sum() for gradient in gradients).backward()
                found.append("-")
            except RuntimeError as error:
                found.append("refused" if "modified by an inplace" in str(error) else str(error))
    print(name, *found)


refused("mul", lambda a, b: a * b, 2)
refused("mul by a number", lambda a: a * 3)
refused("div", lambda a, b: a / b, 2)
refused("matmul", lambda a, b: a @ b.t(), 2)
for function in (torch.exp, torch.sin, torch.tanh, torch.sqrt, torch.log, torch.relu, torch.sigmoid, torch.abs):
    refused(function.__name__, function)
refused("pow", lambda a: a ** 3)
refused("softmax", lambda a: a.softmax(1))
refused("logsumexp", lambda a: a.logsumexp(1))
refused("prod", lambda a: a.prod(1))
refused("norm", lambda a: a.norm())
refused("sum", lambda a: (a * a).sum(1))
refused("sum alone", lambda a: a.sum(1))
refused("mean", lambda a: (a * a).mean(0))
refused("view", lambda a: (a * a).view(3, 2))
refused("transposed", lambda a: (a * a).t())
refused("select", lambda a: (a * a)[0])
refused("expand", lambda a: (a * a).expand(2, 2, 3))
refused("cat", lambda a: torch.cat([a * a, a]))
refused("stack", lambda a: torch.stack([a * a, a]))
refused("add", lambda a: a * a + a)
refused("sub", lambda a: a - a * a)
refused("add with alpha", lambda a: a.add(a * a, alpha=2))
refused("clone", lambda a: (a * a).clone())
refused("where", lambda a: torch.where(a > 0, a * a, a))
refused("double", lambda a: (a * a).double())

# A gradient by one factor is no function of it.
for function in (torch.mul, torch.div, torch.matmul):
    x, y = torch.full((2, 2), 2.0, requires_grad=True), torch.full((2, 2), 3.0, requires_grad=True)
    gradient, = torch.autograd.grad(function(x, y).sum(), x, create_graph=True)
    gradient.sum().backward()
    print(function.__name__, x.grad, y.grad)

# A gradient that the program was given is what the node behind it saved.
x = torch.ones(2, requires_grad=True)
y = x.exp()
by_y, by_x = torch.autograd.grad(y * y, [y, x], torch.ones(2), create_graph=True)
with torch.no_grad():
    by_y.mul_(2)
try:
    by_x.sum().backward()
except RuntimeError as error:
    print(str(error).split("[")[0])
