# Every activation of torch.nn.functional: values and gradients
import torch
import torch.nn.functional as F

names = """celu elu gelu hardshrink hardsigmoid hardswish hardtanh leaky_relu logsigmoid mish relu relu6 selu sigmoid
           silu softplus softshrink softsign tanh tanhshrink""".split()
for name in names:
    x = torch.tensor([[-7.5, -2.0, -0.4], [0.3, 1.2, 6.5]], requires_grad=True)
    y = getattr(F, name)(x)
    (y * torch.arange(1.0, 7.0).view(2, 3)).sum().backward()
    print(name, y.detach(), x.grad)


def show(function, *shapes):
    tensors = [torch.linspace(-1.5, 2.0, torch.Size(s).numel()).view(s).requires_grad_() for s in shapes]
    y = function(*tensors)
    (y * torch.arange(1.0, y.numel() + 1).view(y.shape)).sum().backward()
    print(y.detach(), *[t.grad for t in tensors])


show(lambda x: F.gelu(x, approximate="tanh"), (2, 3))
show(lambda x: F.threshold(x, 0.3, 7.0), (2, 3))
show(lambda x: F.leaky_relu(x, 0.2), (2, 3))
show(lambda x: F.celu(x, 0.5), (2, 3))
show(lambda x: F.hardtanh(x, -0.5, 0.25), (2, 3))
show(F.glu, (2, 4))
show(lambda x: F.glu(x, 0), (2, 4))
show(F.prelu, (2, 3, 2), (3,))
show(F.prelu, (3,), (1,))
show(lambda x: F.softmax(x, 1, dtype=torch.float64), (2, 3))
for inplace in (F.relu, F.elu, F.mish, F.silu, F.hardtanh, F.leaky_relu, F.selu, F.celu):
    x = torch.tensor([-1.0, 0.5, 2.0], requires_grad=True)
    y = x * 1
    print(inplace(y, inplace=True) is y, y.detach())
    y.sum().backward()
    print(x.grad)
for wrong in (lambda: F.glu(torch.ones(3, 2), 0), lambda: F.prelu(torch.ones(2, 3), torch.ones(2)),
              lambda: F.softmax(torch.ones(2), 3), lambda: F.hardtanh(torch.ones(1), 2.0, 1.0)):
    try:
        wrong()
    except (RuntimeError, IndexError, ValueError) as error:
        print(type(error).__name__, error)
