# As many turns as a tensor has elements cannot be followed.
import torch

x = torch.ones(3)
for row in x[x > 0]:  # expected: remark check-ends
    print("never")
