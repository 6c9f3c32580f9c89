"""EmbeddingBag.from_pretrained: rows that are kept as they are, unless they are to be trained."""
import torch
from torch import nn

rows = torch.tensor([[1.0, 2.3, 3.0], [4.0, 5.1, 6.3], [0.5, 0.0, -1.0]])
bag = nn.EmbeddingBag.from_pretrained(rows)
print(bag, bag.weight.requires_grad, bag.weight.data_ptr() == rows.data_ptr())
print(bag(torch.tensor([[1, 0], [2, 2]])))

bag = nn.EmbeddingBag.from_pretrained(rows.clone(), freeze=False, mode="sum", padding_idx=0)
print(bag, bag.weight.requires_grad)
result = bag(torch.tensor([0, 1, 2, 2]), torch.tensor([0, 2]))
print(result)
result.pow(2).sum().backward()
print(bag.weight.grad)
try:
    nn.EmbeddingBag.from_pretrained(torch.ones(3))
except AssertionError as error:
    print(error)
