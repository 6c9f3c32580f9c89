# output_nr: which of its node's outputs a tensor is
import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
print(x.output_nr, torch.ones(3).output_nr, (x * 2).output_nr)
print([part.output_nr for part in torch.split(x * 2, 1)])
print([part.output_nr for part in (x * 2).unbind(0)])
values, places = x.sort()
print(values.output_nr, places.output_nr)
