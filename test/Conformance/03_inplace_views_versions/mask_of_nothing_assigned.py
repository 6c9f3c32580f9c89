# a mask that holds nowhere takes a number, and values that broadcast to nothing
import torch

a = torch.tensor([1.0, 2.0, 3.0])
a[a == float("inf")] = 0
print(a)
m = torch.arange(6.0).view(2, 3)
none = torch.zeros(2, dtype=torch.bool)
m[none] = torch.ones(3)
m[none] = torch.ones(1, 1)
m[none] = torch.ones(0, 3)
m[m > 100] += 1
print(m, m[none].shape)
for value in (torch.ones(2), torch.ones(5, 1), torch.ones(2, 3)):
    try:
        m[none] = value
    except RuntimeError as error:
        print(error)
m[torch.tensor([True, False])] = torch.tensor([[[7.0, 8.0, 9.0]]])
print(m)
