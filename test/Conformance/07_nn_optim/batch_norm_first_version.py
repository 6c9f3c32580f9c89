# A state without a version comes from where batch normalisation counted no batches.
import torch
import torch.nn as nn

net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
net(torch.ones(4, 2))
state = {key: value for key, value in net.state_dict().items() if key != "1.num_batches_tracked"}
print(net.load_state_dict(state), net[1].num_batches_tracked)
versioned = net.state_dict()
del versioned["1.num_batches_tracked"]
try:
    net.load_state_dict(versioned)
except RuntimeError as error:
    print(error)
print(net.state_dict()._metadata["1"])
