# DataLoader, samplers and random_split: batches in PyTorch's order for a seed
import torch
from torch.utils.data import (BatchSampler, ConcatDataset, DataLoader, Dataset, IterableDataset, RandomSampler,
                              SequentialSampler, Subset, SubsetRandomSampler, TensorDataset, random_split)

torch.manual_seed(3)
data = TensorDataset(torch.arange(7), torch.arange(14.0).view(7, 2))
print(len(data), data[2])
for rows, values in DataLoader(data, 3, shuffle=True):
    print(rows, values)
print(torch.rand(2))
loader = DataLoader(data, 2, drop_last=True)
print(len(loader), len(DataLoader(data, 2)), [rows.tolist() for rows, _ in loader])
print(torch.rand(2))
for lengths in ([3, 4], [0.5, 0.5]):
    print([part.indices for part in random_split(data, lengths)])
print(list(RandomSampler(data, True, 5)), list(RandomSampler(data, num_samples=10)), list(SubsetRandomSampler([4, 5, 6])))
generator = torch.Generator()
generator.manual_seed(1)
print([rows.tolist() for rows, _ in DataLoader(data, 4, shuffle=True, generator=generator)], torch.rand(2))
print(list(BatchSampler(SequentialSampler(range(5)), 2, False)), [r.tolist() for r, _ in Subset(data, [1, 3])])


class Words(Dataset):
    def __len__(self):
        return 3

    def __getitem__(self, i):
        return {"n": i, "x": float(i), "word": "abc"[i], "pair": (i, torch.ones(2) * i)}


class Count(IterableDataset):
    def __iter__(self):
        return iter(range(5))


for batch in DataLoader(Words(), batch_size=2):
    print(batch)
print(list(DataLoader(Count(), batch_size=2)), list(DataLoader(Count(), batch_size=2, drop_last=True)))
print([i for i in DataLoader(Words(), batch_size=None, sampler=[2])], len(ConcatDataset([data, data])))
print(list(DataLoader(range(4), batch_sampler=[[3, 1], [0]], collate_fn=lambda batch: batch)))
for wrong in (dict(batch_size=0), dict(shuffle=True, sampler=[1]), dict(batch_sampler=[[1]], batch_size=2)):
    try:
        DataLoader(data, **wrong)
    except ValueError as error:
        print(error)
