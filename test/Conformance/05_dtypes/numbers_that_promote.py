# Bounds that are floats make floats of integers; numbers spaced in an integer dtype
import torch

x = torch.tensor([1, 5, -3])
for y in (x.clamp(0.5), x.clamp(0, 2.0), x.clamp(0, 2), x.clamp(max=True), torch.tensor([True, False]).clamp(0, 1),
          torch.tensor([True, False]).clamp(0.5), torch.clamp_min(x, 0.5), x.clamp(torch.tensor([0.5, 0.5, 0.5]))):
    print(y.dtype, y)
try:
    x.clamp_(0.5)
except RuntimeError:
    print("refused", x)
print(torch.linspace(0, 10, 5, dtype=torch.int64), torch.linspace(0.7, 10.9, 4, dtype=torch.int32))
print(torch.linspace(-3.5, 3.5, 6, dtype=torch.int8), torch.linspace(0, 255, 4, dtype=torch.uint8))
print(torch.linspace(5.5, 1, 1, dtype=torch.int64), torch.linspace(0, 10, 0, dtype=torch.int64))
print(torch.logspace(0, 3, 4, dtype=torch.int64), torch.logspace(0.5, 3.5, 4, dtype=torch.int64))
print(torch.isnan(x), torch.isinf(x), torch.isfinite(x), torch.isfinite(torch.tensor([True])))
print(torch.sign(torch.tensor([True, False])), torch.sgn(torch.tensor([True, False])))
print(torch.nn.functional.hardtanh(x, 0.5, 2.5), torch.nn.functional.relu6(x))
for table in (torch.tensor([[1, 2], [3, 4]]), torch.tensor([[True], [False]]), torch.tensor([[1j], [2.0]])):
    print(torch.nn.functional.embedding(torch.tensor([1, 0]), table))
