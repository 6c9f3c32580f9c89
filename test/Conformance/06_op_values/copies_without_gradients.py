# A copy of a parameter has no gradient, that of another leaf has; H is of matrices.
import copy

import torch

model = torch.nn.Linear(1, 1)
model(torch.ones(1, 1)).sum().backward()
print(copy.deepcopy(model).weight.grad, copy.deepcopy(model.bias).grad)
leaf = torch.ones(2, requires_grad=True)
leaf.sum().backward()
print(copy.deepcopy(leaf).grad)
for shape in ((2, 3), (2, 2, 2), (3,)):
    try:
        print(torch.ones(shape).H.shape)
    except RuntimeError as error:
        print(error)
