# what programs print of classes, and that they can be imported where PyTorch has them
import copy
import pickle

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.instancenorm import InstanceNorm1d
from torch.nn.modules.sparse import Embedding
from torch.utils.data import DataLoader, Subset, TensorDataset

x = torch.ones(1, requires_grad=True)
optimizer = torch.optim.SGD([x], 0.1)
for thing in (nn.Linear(1, 1), nn.ReLU(), nn.Sequential(), nn.Conv2d(1, 1, 1), nn.BatchNorm1d(1), nn.Embedding(1, 1), nn.LSTM(1, 1),
              nn.CrossEntropyLoss(), nn.ModuleList(), nn.Dropout(), nn.LayerNorm(1), nn.Flatten(), InstanceNorm1d(1), nn.MaxPool2d(2),
              nn.Parameter(torch.ones(1)), optimizer, torch.optim.Adam([x]), torch.optim.lr_scheduler.StepLR(optimizer, 1),
              DataLoader([1]), TensorDataset(x), Subset([1], [0]), torch.ones(1), torch.Size([1]), torch.float32,
              torch.device("cpu"), x.sum().grad_fn, torch.finfo(torch.float32), torch.ones(2).max(0), torch.strided,
              nn.Module().register_forward_hook(print)):
    print(type(thing))
print(nn.Linear, torch.Tensor, torch.optim.Adam, torch.autograd.Function, nn.Module.__module__, Embedding is nn.Embedding,
      issubclass(nn.BatchNorm2d, _BatchNorm), torch.typename(nn.Linear(1, 1)), torch.typename(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.ReLU())


net = Net()
again = pickle.loads(pickle.dumps(net))
print(again, torch.equal(again.layers[0].weight, net.layers[0].weight), type(copy.deepcopy(net.layers)), type(net))
print(pickle.loads(pickle.dumps([torch.float32, torch.Size([1]), torch.device("cpu"), torch.ones(2), nn.Parameter(torch.ones(1))])))
