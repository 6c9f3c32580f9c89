# What stands for an index and what may be assigned: sequences, masks, arrays and empty selections; in PyTorch's words
# what may not.
import numpy as np
import torch

x = torch.arange(24.0).reshape(2, 3, 4)


def said(function):
    try:
        return function()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def assigned(index, value):
    y = x.clone()
    y[index] = value
    return y.flatten().tolist()


indices = {
    "lists": [[0, 1], [1, 0]],
    "one list": [[0, 1]],
    "tensors in a list": [torch.tensor([0, 1]), torch.tensor([2])],
    "range": range(2),
    "range of a dim": (slice(None), range(2)),
    "int16": torch.tensor([0, 1], dtype=torch.int16),
    "int16 array": np.array([0, 1], dtype=np.int16),
    "uint8": torch.tensor([0, 1], dtype=torch.uint8),
    "uint8 and a tensor": (torch.tensor([0, 1], dtype=torch.uint8), torch.tensor([1])),
    "empty": torch.tensor([], dtype=torch.long),
    "False": False,
    "a tensor of False": (0, torch.tensor(False)),
    "shapes": (torch.tensor([0, 1]), torch.tensor([0, 1, 2])),
    "float slice": (0, slice(0.5, 2)),
    "step 0": slice(None, None, 0),
    "str": "a",
    "str in a list": [0, "a"],
}
for name, index in indices.items():
    print(name, said(lambda: x[index].flatten().tolist()))
    print(name, said(lambda: assigned(index, -5)))
    print(name, said(lambda: assigned(index, torch.tensor([-1.0, -2, -3, -4]))))

for value in (np.ones(4), [1, 2, 3, 4], (1, 2), "a", None, np.float32(1), np.int64(1), np.float64(1), np.array(2.0), True,
              torch.ones(5), torch.ones(1, 1, 3, 4)):
    print(said(lambda: assigned(0, value)))


def delete():
    del x[0]


print(said(delete))
print(said(lambda: ~torch.ones(2)))
print(said(lambda: complex(torch.ones(2))))
