# functions beside a pole, far out, at a nan's sign, and beyond a narrow dtype
import numpy as np
import torch

for dtype in (torch.float64, torch.float32, torch.bfloat16):
    x = torch.tensor([-1e-30, 1e-30, -1e-18, 2.5e-17, -2.5, -1e-8, 1e-8, -3.0], dtype=dtype)
    for function in (torch.lgamma, torch.digamma, lambda x: torch.polygamma(2, x)):
        print(["%.4g" % y for y in function(x).tolist()])
far = torch.tensor([1e308, -1e308, 700.0], dtype=torch.float64)
for function in (torch.i0, torch.special.i0e, torch.special.i1, torch.special.i1e):
    print(["%.6g" % y for y in function(far).tolist()])

signs = torch.tensor(np.array([0xFFC00000, 0x7FC00000, 0x80000000, 0], dtype=np.uint32).view(np.float32))
for dtype in (torch.float32, torch.float16, torch.float64):
    print(torch.signbit(signs.to(dtype)))

a = torch.tensor([100, -100, 46, -128, 7], dtype=torch.int8)
b = torch.tensor([-46, 33, 27, 127, -3], dtype=torch.int8)
for dtype in (torch.int8, torch.uint8, torch.int16, torch.int64):
    print(torch.lcm(a.to(dtype), b.to(dtype)))
print(torch.lcm(a.to(torch.int16) * 250, b.to(torch.int16) * 251))
