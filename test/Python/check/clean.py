# What looks like the warned mistakes and is right: nothing is reported.
import torch
from torch import nn

torch.manual_seed(0)
x, target = torch.randn(8, 3), torch.randn(8, 1)

# Updates by hand: in place, through .data, and by a new leaf.
w = torch.zeros(3, 1, requires_grad=True)
for _ in range(3):
    ((x @ w - target) ** 2).mean().backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()
for _ in range(3):
    ((x @ w - target) ** 2).mean().backward()
    w.data -= 0.1 * w.grad.data
    w.grad = None
for _ in range(3):
    ((x @ w - target) ** 2).mean().backward()
    w = (w - 0.1 * w.grad).detach().requires_grad_()

# A check of an update by hand, beside the parameter.
line = nn.Linear(3, 1)
optimizer = torch.optim.SGD(line.parameters(), lr=0.1)
for step in range(4):
    loss = ((line(x) - target) ** 2).mean() / 2
    loss.backward()
    if step % 2:  # gradients of two batches add up on purpose
        expected = line.weight - 0.1 * line.weight.grad
        optimizer.step()
        assert torch.allclose(line.weight, expected)
        optimizer.zero_grad()
for _ in range(2):
    optimizer.zero_grad(set_to_none=False)
    ((line(x) - target) ** 2).mean().backward()
    nn.utils.clip_grad_norm_(line.parameters(), 1.0)
    optimizer.step()

# Numbers of results that new tensors begin at: one is trained, one is only asked, and one is none of a result.
scale = torch.tensor((x @ w).mean().item(), requires_grad=True)
asked = torch.tensor([(x @ w).mean().item()], requires_grad=True)
rate = torch.tensor(x.mean().item(), requires_grad=True)
trainer = torch.optim.SGD([scale], lr=0.1)
(scale * (x.mean() - rate) ** 2).backward()
trainer.step()
print(asked, torch.tensor([(x @ w).sum().item()]).mean())

# A gradient by a tensor in the middle, which is read.
base, head = nn.Linear(3, 4), nn.Linear(4, 1)
h = base(x)
middle = h.detach().requires_grad_()
head(middle).sum().backward()
h.backward(middle.grad)

# A teacher that is only asked, frozen parameters, retained gradients, saved and then written, graphs kept.
teacher = nn.Linear(3, 1)
with torch.no_grad():
    wanted = teacher(x)
for parameter in base.parameters():
    parameter.requires_grad_(False)
kept = x @ w
kept.retain_grad()
((kept - wanted) ** 2).sum().backward(retain_graph=True)
((kept - wanted) ** 2).sum().backward()
print(kept.grad, w.grad)
w.grad = None
loss = (x @ w).sum()
loss.backward()
x.zero_()
fast = w - 0.1 * torch.autograd.grad(((x @ w) ** 2).sum(), w, create_graph=True)[0]
((x @ fast) ** 2).sum().backward()


class Features(nn.Module):  # asked without a gradient, and in no optimizer
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(3, 4), nn.Linear(4, 1)

    def forward(self, x):
        with torch.no_grad():
            found = self.body(x)
        return self.head(found)


features = Features()
optimizer = torch.optim.SGD(features.head.parameters(), lr=0.1)
features(x).sum().backward()
optimizer.step()
