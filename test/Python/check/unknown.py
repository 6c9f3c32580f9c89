# Numbers that only a run has are computed with and print as `?`; what branches on one ends the check.
import math

import torch

w = torch.ones(3, requires_grad=True)
loss = (w * 2).sum()
value = loss.item()
print(value, f"{value:.3f}|{value:>4}", "%.2f %s" % (value, "x"), "{:5d}".format((w > 0).sum().item()))
total, best = 0.0, math.inf
total += value
best = min(best, value)
print(total / 3, -best, math.sqrt(value), int(value), round(value, 2), float(loss), abs(value) ** 2, 2 + value)
print(value.is_integer(), value.hex(), value.as_integer_ratio(), (w > 0).sum().item().bit_length(), math.trunc(value))
print(f"{value:+08.2f}|{value:,}|{value!r:>3}|{value:^5}|{value:*<3.1e}|{value:.1%}", "{0:>{1}}".format(value, 4))
print(isinstance(value, float), type(value).__name__, isinstance(value > 0, bool), value > 0)
print(loss, w.detach().numpy().shape, torch.tensor([value, 1.0]).shape, (w * value).shape)
print(torch.tensor([3.5, 1.0]).tolist(), torch.arange(3).tolist(), torch.randperm(1).item())
print(w[w > 0].shape, w[w > 0].sum().shape)
assert torch.allclose(w, w + value)
w[w * value > 1].sum().backward()
if value > 1:  # expected: remark check-ends
    loss.backward()
    print("never")
