# An array of a size that only a run tells ends the check, since it has one; those of other shapes go on.
import numpy
import torch

count = (torch.randn(6) > 0).sum().item()
print(numpy.add(numpy.zeros(3), count).shape, numpy.clip([1, 2], 0, count).shape, numpy.zeros(4).take(count))
print(numpy.zeros((count, 2)).shape)  # expected: remark check-ends
