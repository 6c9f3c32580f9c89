import torch
a = torch.ones(3, requires_grad=True)
b = a * 2
c = b * b  # expected: note saved for backward by this op
b += 1  # expected: note overwritten here; fix write 'b = b + 1' here
c.sum().backward()  # expected: error saved-overwritten
