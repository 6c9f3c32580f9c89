# What is written must not meet what is read meanwhile; what an expanded tensor repeats is filled with a warning
import warnings

import torch


def tried(title, function, shown):
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            function()
        except RuntimeError as error:
            print(title, "RuntimeError:", str(error).split(".")[0])
            return
    print(title, shown.tolist(), sorted({str(w.message).split(".")[0] for w in given})[:1])


def row():
    return torch.arange(6.)


i, whole, mask = torch.tensor([0, 1, 2]), torch.arange(6), torch.arange(6) > 2

# out= across an input, over the whole of it, and what may not be read at all
y = row(); tried("add across", lambda: torch.add(y[:-1], y[1:], out=y[1:]), y)
y = row(); tried("add", lambda: torch.add(y, y, out=y), y)
y = row(); tried("exp across", lambda: torch.exp(y[:-1], out=y[1:]), y)
y = row(); tried("cumsum across", lambda: torch.cumsum(y[:-1], 0, out=y[1:]), y)
y = row(); tried("cumsum", lambda: torch.cumsum(y, 0, out=y), y)
y = row(); tried("cat", lambda: torch.cat([y[:2], y[2:]], out=y), y)
y = row(); tried("stack", lambda: torch.stack([y[0], y[1]], out=y[2:4]), y)
y = row(); tried("gather", lambda: torch.gather(y, 0, whole, out=y), y)
z = whole.clone(); tried("gather at itself", lambda: torch.gather(whole * 2, 0, z, out=z), z)
y = row(); tried("index_select", lambda: torch.index_select(y, 0, whole, out=y), y)
y = row(); tried("take", lambda: torch.take(y, whole, out=y), y)
y = row(); tried("masked_select", lambda: torch.masked_select(y, mask, out=y[:3]), y)

# Writes at given places
y = row(); tried("index_copy_", lambda: y.index_copy_(0, i, y[3:]), y)
y = row(); tried("scatter_", lambda: y.scatter_(0, i, y), y)
z = whole.clone(); tried("scatter_ at itself", lambda: z.scatter_(0, z, 1), z)
y = row(); tried("scatter_add_", lambda: y.scatter_add_(0, i, y[1:4]), y)
y = row(); tried("scatter_reduce_", lambda: y.scatter_reduce_(0, i, y[3:], "sum"), y)
y = row(); tried("index_add_", lambda: y.index_add_(0, whole, y), y)
y = row(); tried("index_reduce_", lambda: y.index_reduce_(0, i, y[3:], "prod"), y)
y = row(); tried("put_", lambda: y.put_(i, y[3:]), y)
y = row(); tried("index by a list", lambda: y.__setitem__([0, 1, 2], y[1:4]), y)
y = row(); tried("index apart", lambda: y.__setitem__([0, 1, 2], y[3:] * 1), y)
y = row(); tried("mask", lambda: y.__setitem__(mask, y[3:]), y)
y = row(); tried("mask by an element", lambda: y.__setitem__(mask, y[0]), y)
y = row(); tried("masked_fill_", lambda: y.masked_fill_(y > 1, y[2]), y)
y = row(); tried("index_fill_", lambda: y.index_fill_(0, i, y[3]), y)
y = row(); tried("fill_", lambda: y.fill_(y[2]), y)
y = row(); tried("copy_", lambda: y.copy_(y[2]), y)
y = row(); tried("addcmul_", lambda: y.addcmul_(y, y), y)
y = row(); tried("clamp_", lambda: y.clamp_(y[1], y[3]), y)
a = torch.arange(9.).view(3, 3); tried("addr_", lambda: a.addr_(a[0], a[1]), a)
a = torch.arange(9.).view(3, 3); tried("rows", lambda: a[0].index_copy_(0, i, a[1]), a)


# What an expanded tensor repeats
def wide():
    return torch.zeros(1, 3).expand(2, 3)


apart = torch.tensor([[True, False, False], [False, True, False]])
e = wide(); tried("fill a mask", lambda: e.masked_fill_(apart, 2), e)
e = wide(); tried("fill slices", lambda: e.index_fill_(1, torch.tensor([0]), 3), e)
e = wide(); tried("fill repeated slices", lambda: e.index_fill_(0, torch.tensor([1]), 3), e)
e = wide(); tried("assign by a mask", lambda: e.__setitem__(apart, 4), e)
e = wide(); tried("assign a column", lambda: e.__setitem__((slice(None), [0]), 5), e)
e = wide(); tried("assign a row", lambda: e.__setitem__([0], torch.tensor([5., 6., 7.])), e)
e = wide(); tried("accumulate", lambda: e.index_put_((torch.tensor([0, 1]),), torch.tensor(5.), accumulate=True), e)
e = wide(); tried("add_", lambda: e.add_(1), e)
e = wide(); tried("scatter into it", lambda: e.scatter_(0, torch.tensor([[0]]), 5), e)
e = wide(); tried("threshold_", lambda: torch.nn.functional.threshold_(e, 1, 7), e)
