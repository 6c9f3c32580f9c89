# broadcast_tensors gives back the tensor that has the shape, and views of others: what is saved of it has its node
import torch

a = torch.ones(2, 3, requires_grad=True)
b = torch.ones(3)
wide = torch.broadcast_tensors(a, b)
print(wide[0] is a, wide[1] is b, wide[0]._is_view(), wide[1]._is_view(), torch.broadcast_tensors(a)[0] is a)
y = a * 2
z = torch.mul(*torch.broadcast_tensors(y, y.exp()))
y.fill_(1)
try:
    z.sum().backward()
except RuntimeError as error:
    print(error)
