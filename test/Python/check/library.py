"""A library needs a number that a check does not know."""
import decimal

import torch

w = torch.ones(2, requires_grad=True)
loss = (w * w).sum()
loss.backward()
print(decimal.Decimal(loss.item()))  # expected: remark check-ends
