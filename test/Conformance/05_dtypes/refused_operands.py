# which operands of a product differ in dtype, ranks of cat, and data of which no tensor is made
import torch


def told(name, function, *args):
    try:
        print(name, function(*args))
    except Exception as error:
        print(name, type(error).__name__, error)


f, d = torch.ones(2, 2), torch.ones(2, 2, dtype=torch.double)
linear = torch.nn.Linear(2, 2)
told("linear", linear, d)
told("linear", linear, f.long())
told("addmm", torch.addmm, f, f, d)
told("addmm", torch.addmm, f, d, d)
told("mm", torch.mm, f, d)
told("cat", torch.cat, [torch.ones(2), f])
for data in ([1, None], [1, "a"], "a", {}, None, [[1.0], [None]]):
    told(repr(data), torch.tensor, data)
