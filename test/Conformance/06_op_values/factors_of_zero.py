# What has a factor of 0 in a sum with a product is not read, be it NaN or infinite.
import torch

nan, inf, ones, v = torch.full((2, 2), float("nan")), torch.full((2, 2), float("inf")), torch.ones(2, 2), torch.ones(2)
print(torch.addmm(nan, ones, ones, beta=0), torch.addmm(ones, nan, ones, alpha=0), torch.addmm(nan[0], ones, ones, beta=0))
print(torch.addmv(nan[0], ones, v, beta=0), torch.addr(nan, v, v, beta=0), torch.addbmm(inf, ones[None], ones[None], beta=0))
print(torch.baddbmm(inf[None], ones[None], ones[None], beta=0, alpha=3), inf.clone().addmm_(ones, ones, beta=0))
x = torch.full((2, 2), float("inf"), requires_grad=True)
y = torch.ones(2, 2, requires_grad=True)
(torch.addmm(x, y, y, beta=0).sum() + torch.baddbmm(x[None], y[None], y[None], beta=0).sum()).backward()
print(x.grad, y.grad)
