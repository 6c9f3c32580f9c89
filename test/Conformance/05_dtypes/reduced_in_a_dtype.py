# Sums and products in an integer dtype that is asked for keep its bits.
import torch

a, f = torch.tensor([100, 100, 56]), torch.tensor([[100.7, 100.2], [60.0, -3.0]])
for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool, torch.float64):
    print(a.sum(dtype=dtype), a.prod(dtype=dtype), f.sum(1, dtype=dtype), f.prod(0, dtype=dtype), torch.sum(a > 60, dtype=dtype))
    for function in (torch.cumsum, torch.cumprod):
        try:
            print(function(a, 0, dtype=dtype), function(f, 1, dtype=dtype))
        except NotImplementedError as error:
            print(error)
print(a.to(torch.int8).sum(), a.to(torch.int8).cumsum(0), torch.nansum(a, dtype=torch.uint8), torch.softmax(a, 0, dtype=torch.float64))
x = torch.ones(3, requires_grad=True)
x.sum(dtype=torch.float64).backward()
print(x.grad, x.cumsum(0, dtype=torch.float64))
