"""vander takes one dim, cummax and cummin no complex numbers."""
import torch


def show(function, *args):
    try:
        print(function(*args))
    except (RuntimeError, NotImplementedError) as error:
        print(type(error).__name__, error)


show(torch.vander, torch.tensor([1.0, 2.0, 3.0]))
show(torch.vander, torch.ones(2, 2))
show(torch.vander, torch.tensor(1.0))
for function in (torch.cummax, torch.cummin):
    show(function, torch.tensor([1.0, 3.0, 2.0]), 0)
    show(function, torch.tensor([1 + 2j, 3 - 1j]), 0)
    show(function, torch.tensor([1 + 2j], dtype=torch.complex128), 0)
    show(function, torch.zeros(0), 0)
