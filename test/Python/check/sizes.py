# Sizes that only a run tells are followed: what is picked by a mask meets losses, layers and draws.
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import ConcatDataset, DataLoader, TensorDataset, WeightedRandomSampler

torch.manual_seed(0)
data = TensorDataset(torch.randn(12, 3), torch.randint(0, 3, (12,)))
net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 3))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for x, y in DataLoader(data, batch_size=6, shuffle=True):
    optimizer.zero_grad()
    out, kept = net(x), y > 0
    loss = F.cross_entropy(out[kept], y[kept]) + F.mse_loss(out[kept], x[kept]) + F.dropout(out[kept]).sum()
    loss.backward()
    optimizer.step()

# Places that a sampler draws by weights which are not known, in datasets one after the other.
weights = 1.0 / torch.bincount(torch.randn(12).argsort() % 2).float()
both = ConcatDataset([TensorDataset(torch.zeros(5, 2)), TensorDataset(torch.ones(7, 2))])
for part, in DataLoader(both, batch_size=4, sampler=WeightedRandomSampler(weights[torch.arange(12) % 2], 12)):
    part.sum()

# Counts that come from values: how long, how many, which and how far.
lengths = torch.tensor([3, 1, 2, 3, 2, 1]) * 1
most, steps = lengths.max().item(), torch.randn(6, 5, 3)
steps = steps[:, :most]
valid = torch.arange(most)[None, :] < lengths[:, None]
lstm, conv = nn.LSTM(3, 4, bidirectional=True, batch_first=True), nn.Conv1d(3, 4, 2)
print(steps.shape, valid.shape, lstm(steps)[0].shape, conv(steps.transpose(1, 2)).shape, steps[0, most - 1].shape)
print((lstm(steps)[0].sum(-1) * valid).sum(1).shape, F.pad(steps, (0, 0, 0, 5 - most)).shape, steps.repeat(1, most, 1).shape)
packed = nn.utils.rnn.pack_padded_sequence(torch.randn(6, 5, 3), lengths, batch_first=True, enforce_sorted=False)
print(nn.utils.rnn.pad_packed_sequence(lstm(packed)[0], batch_first=True)[0].shape, most ** 2, (steps ** most).shape)
print(F.one_hot(lengths).shape, F.one_hot(lengths, most + 1).float().sum(0).shape, torch.bincount(lengths).shape)
print(torch.zeros(most, most).shape, torch.rand(most, 2).shape, torch.eye(most).shape, torch.randperm(most).shape,
      torch.randint(most, (2,)), torch.full((1, most), 0.5).shape, torch.randint(0, most, (2,)).tolist())
print(x.topk(most, 0).values.shape, x.kthvalue(most, 0).values.shape, x.roll(most, 0).shape, x.tril(most - 1).shape,
      torch.multinomial(torch.ones(4) * 1, most).shape, steps.shape == (6, most, 3), x.split([most, 6 - most])[1].shape)
print(torch.bincount(lengths).tolist(), len(lengths.unique().tolist()), lengths.unique().tolist()[0])
assert steps.shape == (6, most, 3)
numbers = torch.arange(6)
print(numbers[:most], numbers[most:most + 1], numbers[most:most + 1][0].item(), numbers.split([1, most, 5 - most])[0])

picked = net(x)[kept]  # expected: note saved by this op
print(picked, len(picked), picked.size(0) * 2, picked.numel(), picked[0].shape, picked[torch.arange(1)].shape)
print(torch.zeros(picked.shape).shape, torch.randn_like(picked), picked.reshape(picked.size(0), 3, 1).shape)
print(torch.einsum("ij,kj->ik", picked, picked).shape, nn.BatchNorm1d(3)(picked).shape, picked.chunk(3, 1)[0].shape)
F.nll_loss(F.log_softmax(picked, 1), y[kept]).backward()  # expected: note freed by this; fix pass retain_graph=True
picked.sum().backward()  # expected: error backward-twice
if picked.size(0) > 1:  # expected: remark check-ends
    print((picked * 2).shape)
