# gumbel_softmax draws exponential numbers; pdist takes each pair of rows once
import torch
import torch.nn.functional as F

torch.manual_seed(0)
logits = torch.randn(3, 4, requires_grad=True)
hard = F.gumbel_softmax(logits, tau=0.5, hard=True)
(hard * torch.arange(4.0)).sum().backward()
print(hard.detach(), logits.grad)
print(F.gumbel_softmax(logits.detach()), torch.rand(2))
x = torch.randn(4, 2, requires_grad=True)
distances = torch.pdist(x)
print(distances, torch.autograd.grad((1 / distances).sum(), x)[0], torch.pdist(x[:1]).shape)
print(torch.pdist(x.detach(), 1.0))
