# an in-place op on a view whose base got a history since: refused before anything is read, and the history made anew
import torch

w = torch.ones(3, requires_grad=True)
mask = torch.tensor([True, False, True])


def views(flagged):
    base = torch.zeros(3)
    view = base.view(3)
    if flagged:
        view.requires_grad_()
    base.mul_(w)
    return view


def add_own_grad_fn(v):
    v.grad_fn
    v.add_(1)


WRITES = {
    "add_": lambda v: v.add_(1),
    "add_ of a wrong shape": lambda v: v.add_(torch.ones(7)),
    "copy_": lambda v: v.copy_(torch.ones(3)),
    "copy_ of itself": lambda v: v.copy_(v),
    "fill_": lambda v: v.fill_(3),
    "zero_": lambda v: v.zero_(),
    "masked_fill_": lambda v: v.masked_fill_(mask, 2.0),
    "index_put_": lambda v: v.index_put_((torch.tensor([0]),), torch.ones(1)),
    "composed": lambda v: v.asinh_(),
    "an element": lambda v: v.__setitem__(0, 5.0),
    "computed of it before": lambda v: v.copy_(v * 2),
    "grad_fn asked before": add_own_grad_fn,
    "in no_grad": torch.no_grad()(lambda v: v.add_(1)),
}
for name, write in WRITES.items():
    for flagged in (False, True):
        view = views(flagged)
        try:
            write(view)
            print(name, flagged, view.tolist(), view.grad_fn is not None)
        except RuntimeError as error:
            print(name, flagged, "error:", error)
