# what PyTorch refuses to write because it lies across what is read, or several times in the same place, and what not
import torch


def said(write, make=lambda: torch.arange(9.).reshape(3, 3)):
    y = make()
    try:
        write(y)
        print(y)
    except RuntimeError as error:
        print(error)


def put(index, value):
    return lambda y: y.__setitem__(index, value(y) if callable(value) else value)


picked = torch.tensor([0, 1])
for write in (put(slice(None), lambda y: y[0]), put(slice(None), lambda y: y.t()), put(slice(1, None), lambda y: y[:-1]),
              put(0, lambda y: y[0, 0]), put(picked, lambda y: y[0]), put((picked, 1), lambda y: y[0, 0]),
              put((slice(None), picked), lambda y: y[0, 0])):
    said(write)
said(lambda y: y.__setitem__(y > 3, y[0, 0]))
row = lambda: torch.arange(3.)  # noqa: E731
for write in (put(picked, lambda y: y[0]), put(slice(None), lambda y: y[2]), put(0, lambda y: y[0]),
              lambda y: y.index_put_((picked[:1],), y[0:1]), lambda y: y.fill_(y[1])):
    said(write, row)

expanded = lambda: torch.zeros(1, 3).expand(2, 3)  # noqa: E731
for write in (put(slice(None), 1), put(0, 1), put(Ellipsis, torch.tensor(1.)), put((slice(None), slice(2)), 5),
              lambda y: y.fill_(2), lambda y: y.fill_(torch.tensor(2.)), lambda y: y.zero_()):
    said(write, expanded)
