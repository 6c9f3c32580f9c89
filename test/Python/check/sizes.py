# Sizes that only a run tells are followed: what is picked by a mask meets losses, layers and draws.
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

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
picked = net(x)[kept]  # expected: note saved by this op
print(picked, len(picked), picked.size(0) * 2, picked.numel(), picked[0].shape, picked[torch.arange(1)].shape)
print(torch.zeros(picked.shape).shape, torch.randn_like(picked), picked.reshape(picked.size(0), 3, 1).shape)
print(torch.einsum("ij,kj->ik", picked, picked).shape, nn.BatchNorm1d(3)(picked).shape, picked.chunk(3, 1)[0].shape)
F.nll_loss(F.log_softmax(picked, 1), y[kept]).backward()  # expected: note freed by this; fix pass retain_graph=True
picked.sum().backward()  # expected: error backward-twice
if picked.size(0) > 1:  # expected: remark check-ends
    print("never")
