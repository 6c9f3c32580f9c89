# diagonals and triangles whose offset is further than any matrix is wide
import torch

x = torch.arange(1.0, 7).reshape(2, 3).requires_grad_()
for offset in (2 ** 63 - 1, 3, -2, -2 ** 63):
    print(offset, x.triu(offset).tolist(), x.tril(offset).tolist())
    d = x.diagonal(offset)
    print(d.tolist(), d.shape)
    d.sum().backward()
    print(x.grad)
