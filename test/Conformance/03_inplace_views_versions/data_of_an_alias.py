# A tensor's .data set to an alias of its own memory: copies, views and writes go on.
import copy
import torch

w = torch.ones(2, 3, requires_grad=True)
(w * w).sum().backward()
row = w.data[0]
w.data -= 0.5 * w.grad.data
w.data = w.data
print(copy.deepcopy(w), w.data_ptr() == row.data_ptr())
w.grad = None
w.data = w.data.t()
row.fill_(7)
print(w, w.shape, copy.deepcopy({"w": w})["w"], w.detach().numpy())
(w * 2).sum().backward()
print(w.is_leaf, w._version)
