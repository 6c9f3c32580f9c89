# what a loader makes of tuples, of strings among them, and of dictionaries
import torch
from torch.utils.data import default_collate

samples = [{"x": torch.ones(2) * i, "name": ("s", i * 0.5), "pair": [i, "a"]} for i in range(4)]
for start in (0, 2):
    print(default_collate(samples[start:start + 2]))
print(default_collate([("a", 1), ("b", 2)]), default_collate([["a", [1.0]], ["b", [2.0]]]))
