"""What autograd.grad computes with create_graph has PyTorch's node: of its kernels of a backward, of what undoes a view or
a broadcast, of products and of overloads for numbers."""
import torch
import torch.nn.functional as F

rows = torch.tensor([0, 2, 1])
places = torch.tensor([[0, 1, 2, 1], [1, 0, 2, 2], [0, 0, 1, 2]])
mask = torch.tensor([[True, False, True, True], [False, True, True, False], [True, True, False, True]])
classes = torch.tensor([1, 0, 3])


def tensor(*shape):
    return torch.linspace(0.1, 0.9, torch.Size(shape).numel(), dtype=torch.float64).reshape(shape).requires_grad_()


def show(name, function, *shapes):
    inputs = [tensor(*shape) for shape in shapes]
    result = function(*inputs)
    seed = torch.full_like(result, 0.5).requires_grad_() * 1
    found = torch.autograd.grad(result, inputs, seed, create_graph=True)
    print(name, [x.grad_fn.name() for x in found])


for name in ("relu relu6 leaky_relu elu selu celu gelu silu softplus logsigmoid hardtanh hardswish hardshrink softshrink "
             "sigmoid tanh softsign").split():
    show(name, getattr(F, name), (3, 4))
show("hardsigmoid", F.hardsigmoid, (3, 4))
show("threshold", lambda x: F.threshold(x, 0.3, 1.0), (3, 4))
show("prelu", F.prelu, (3, 4), (4,))
show("softmax", lambda x: x.softmax(1), (3, 4))
show("log_softmax", lambda x: x.log_softmax(1), (3, 4))
for name in "exp exp2 log log2 sqrt rsqrt reciprocal sin erf square abs".split():
    show(name, getattr(torch, name), (3, 4))
for name in "add sub mul div pow maximum minimum hypot atan2 xlogy".split():
    show(name, getattr(torch, name), (3, 4), (3, 4))
    show(name + " broadcast", getattr(torch, name), (3, 4), (4,))
    show(name + " of one row", getattr(torch, name), (3, 4), (1, 4))
for reduction in ("none", "mean", "sum"):
    for name in "mse_loss smooth_l1_loss huber_loss l1_loss".split():
        show(name + " " + reduction, lambda x, y: getattr(F, name)(x, y, reduction=reduction), (3, 4), (3, 4))
show("cross_entropy", lambda x: F.cross_entropy(x, classes), (3, 4))
show("nll_loss", lambda x: F.nll_loss(x, classes), (3, 4))
show("layer_norm", lambda x, w, b: F.layer_norm(x, (4,), w, b), (3, 4), (4,), (4,))
show("embedding", lambda w: F.embedding(rows, w), (3, 4))
show("linear", F.linear, (3, 4), (5, 4), (5,))
show("linear of a batch", F.linear, (2, 3, 4), (5, 4), (5,))

for name, function in {
        "t": lambda x: x.t(), "transpose": lambda x: x.transpose(0, 1), "permute": lambda x: x.permute(1, 0),
        "view": lambda x: x.view(4, 3), "reshape": lambda x: x.reshape(-1), "flatten": lambda x: x.flatten(),
        "expand": lambda x: x.expand(2, 3, 4), "unsqueeze": lambda x: x[None], "select": lambda x: x[1],
        "element": lambda x: x[1, 2], "slice": lambda x: x[:, 1:3], "steps": lambda x: x[::2],
        "diagonal": lambda x: x.diagonal(), "unfold": lambda x: x.unfold(1, 2, 1), "unbind": lambda x: x.unbind(0)[1],
        "chunk": lambda x: x.chunk(2, 1)[0], "split": lambda x: x.split([1, 3], 1)[1],
        "index": lambda x: x[rows], "mask": lambda x: x[mask], "gather": lambda x: x.gather(1, places),
        "index_select": lambda x: x.index_select(0, rows), "masked_fill": lambda x: x.masked_fill(mask, 2.0),
        "pad": lambda x: F.pad(x, (1, 1)), "repeat": lambda x: x.repeat(2, 1), "flip": lambda x: x.flip(1),
        "roll": lambda x: x.roll(1, 1), "tril": lambda x: x.tril(), "cumsum": lambda x: x.cumsum(1),
        "cumprod": lambda x: x.cumprod(1), "sum": lambda x: x.sum(), "sum of a dim": lambda x: x.sum(1),
        "mean": lambda x: x.mean(), "mean of a dim": lambda x: x.mean(1), "prod": lambda x: x.prod(),
        "amax": lambda x: x.amax(1), "max": lambda x: x.max(), "max of a dim": lambda x: x.max(1)[0],
        "logsumexp": lambda x: x.logsumexp(1), "var": lambda x: x.var(1), "norm": lambda x: x.norm(),
        "double": lambda x: x.double(), "float": lambda x: x.float()}.items():
    show(name, function, (3, 4))
show("squeeze", lambda x: x.squeeze(1), (3, 1, 4))
show("squeeze of all", lambda x: x.squeeze(), (3, 1, 4))
show("squeeze of nothing", lambda x: x.squeeze(0), (3, 1, 4))
show("expand of one", lambda x: x.expand(3, 4), (1, 4))
show("cat", lambda x, y: torch.cat([x, y]), (3, 4), (2, 4))
show("stack", lambda x, y: torch.stack([x, y]), (3, 4), (3, 4))

show("mm", torch.mm, (3, 4), (4, 2))
show("bmm", torch.bmm, (2, 3, 4), (2, 4, 2))
show("mv", torch.mv, (3, 4), (4,))
show("dot", torch.dot, (3,), (3,))
show("outer", torch.outer, (3,), (4,))
show("matmul", torch.matmul, (3, 4), (4, 2))
show("matmul of batches", torch.matmul, (2, 3, 4), (2, 4, 2))
show("matmul of a batch", torch.matmul, (2, 3, 4), (4, 2))
show("matmul of a vector", torch.matmul, (3, 4), (4,))
show("matmul of a row", torch.matmul, (3,), (3, 4))
show("addmm", torch.addmm, (3, 2), (3, 4), (4, 2))
show("addmm with factors", lambda x, y, z: torch.addmm(x, y, z, beta=2, alpha=3), (3, 2), (3, 4), (4, 2))

x = tensor(3)
first, = torch.autograd.grad((x ** 3).sum(), x, create_graph=True)
print(first)
second, = torch.autograd.grad(torch.tanh(first).sum(), x, create_graph=True)
print(second)
