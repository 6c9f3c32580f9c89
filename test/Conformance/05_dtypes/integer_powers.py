# Integers to the power of integer tensors: exact, wrapping, and zero below one
import torch

x = torch.tensor([0, 1, 2, -1, -3, 3, 7])
for e in (torch.tensor([0, 5, 62, 7, 3, 40, 100]), torch.tensor([-1, -2, -1, -3, -2, -1, 0]), torch.tensor(2)):
    y = x ** e
    print(y.dtype, y)
print(2 ** x.abs(), x.to(torch.int8) ** x.to(torch.int8).abs())
print(torch.tensor([2, 3, 255], dtype=torch.uint8) ** torch.tensor([7, 5, 255], dtype=torch.uint8))
print(torch.tensor([True, False]) ** torch.tensor([3, 0]), torch.tensor([True, False]) ** 2)
print(torch.tensor([True, False]) ** True, torch.tensor([True, False]).square())
x.pow_(torch.tensor(2))
print(x)
for power in (lambda: x.pow_(0.5), lambda: x ** -1, lambda: torch.tensor([True]) ** torch.tensor([True])):
    try:
        power()
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
