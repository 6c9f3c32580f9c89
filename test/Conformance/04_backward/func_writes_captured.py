# A function that writes a buffer from outside cannot be transformed.
import torch
from torch.func import grad

calls = torch.zeros(1)


def loss(w):
    calls.zero_()
    return (w * w).sum()


print(loss(torch.ones(3)), calls)
print(grad(loss)(torch.ones(3)))
