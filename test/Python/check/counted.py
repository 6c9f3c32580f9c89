"""numpy takes no index that is not known: a check ends there."""
import numpy as np
import torch

net = torch.nn.Linear(2, 3)
predicted = np.argmax(net(torch.rand(10, 2)).detach().numpy(), axis=1)
confusion = np.zeros((3, 3), dtype=int)
np.add.at(confusion, (predicted, predicted), 1)  # expected: remark check-ends
print(confusion.sum())
