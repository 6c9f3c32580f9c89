"""A library needs a number that a check does not know."""
import json

import torch

w = torch.ones(2, requires_grad=True)
loss = (w * w).sum()
loss.backward()
print(json.dumps({"loss": loss.item()}))  # expected: remark check-ends
