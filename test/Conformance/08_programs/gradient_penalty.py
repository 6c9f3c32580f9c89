# a critic with a gradient penalty in the words of older programs, imports by module among them
import torch
from torch import autograd, nn
from torch.distributions.categorical import Categorical
from torch.distributions.normal import Normal
from torch.optim.adamw import AdamW

torch.manual_seed(3)
critic = nn.Sequential(nn.Linear(2, 8), nn.Softplus(), nn.Linear(8, 1))
maker = nn.Linear(2, 2)
optimizer = AdamW(critic.parameters(), lr=1e-2)
one = torch.tensor(1, dtype=torch.float)


def penalty(real, fake):
    alpha = torch.rand(real.size(0), 1).expand(real.size())
    between = autograd.Variable(alpha * real + (1 - alpha) * fake, requires_grad=True)
    score = critic(between)
    gradients = autograd.grad(outputs=score, inputs=between, grad_outputs=torch.ones(score.size()), create_graph=True,
                              retain_graph=True, only_inputs=True)[0]
    return ((gradients.norm(2, dim=1) - 1) ** 2).mean() * 10


for step in range(4):
    real = torch.randn(8, 2) + torch.tensor([2.0, -1.0])
    fake = autograd.Variable(maker(torch.randn(8, 2)).data)
    critic.zero_grad()
    critic(real).mean().backward(one * -1)
    critic(fake).mean().backward(one)
    cost = penalty(real.data, fake.data)
    cost.backward()
    optimizer.step()
    print(step, cost.item(), critic[0].weight.grad.norm().item())
v = autograd.Variable(one)
print(isinstance(v, autograd.Variable), v.requires_grad, v.data_ptr() == one.data_ptr(), autograd.Variable().shape)
print(Normal(0.0, 1.0), Categorical(torch.ones(2)))
