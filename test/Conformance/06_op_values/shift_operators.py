import torch

a = torch.tensor([1, -3, 100, 0])
print(a << 3, a >> 1, a << torch.tensor([-1, 64, 63, 2]), a >> torch.tensor([-1, 64, 63, 2]))
print(2 << a, 800 >> a, a.__lshift__(2), a.__rrshift__(9))
small = torch.tensor([1, 100, -128], dtype=torch.int8)
print(small << 1, small >> 7, small << 9, small << 300, small << torch.tensor([9, 1, 2]))
b = a.clone()
b <<= 2
b >>= torch.tensor([1, 1, 0, 0])
b.bitwise_left_shift_(1)
print(b, torch.bitwise_right_shift(b, 2), b.bitwise_left_shift(1), torch.bitwise_left_shift(a, 1, out=torch.empty(4)))
for function in (lambda: torch.tensor([1.5]) << 1, lambda: a >> 0.5, lambda: torch.tensor([True]) << torch.tensor([True])):
    try:
        print(function())
    except NotImplementedError as error:
        print(str(error).partition('"')[2].partition('"')[2])
try:
    a << "b"
except TypeError as error:
    print(error)
