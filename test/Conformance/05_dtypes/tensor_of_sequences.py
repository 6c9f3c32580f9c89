# torch.tensor of sequences that are no lists.
from array import array
from collections import deque
import torch


class Row:
    def __len__(self):
        return 2

    def __getitem__(self, i):
        if i >= 2:
            raise IndexError
        return i + 0.5


for data in (deque([1, 2]), range(3), deque([1.0, 2.5]), array("d", [1, 2]), Row(), deque([])):
    print(torch.tensor(data), torch.as_tensor(data).dtype)
for data in ({1, 2}, {1: 2}, "ab", (n for n in (1, 2))):
    try:
        print(torch.tensor(data))
    except Exception as error:
        print(type(error).__name__, error)
