# What PyTorch lets pass and users regret.
import torch
from torch import nn

torch.manual_seed(0)
x, target = torch.randn(8, 3), torch.randn(8, 1)

# The .grad of a result is read.
w = torch.zeros(3, 1, requires_grad=True)
y = x @ w  # expected: note computed here, by MmBackward0
y.sum().backward()
print(y.grad)  # expected: warning grad-of-non-leaf; fix call retain_grad() on it before backward


# The leaf is made anew by its update.
def train(w, v):
    for _ in range(2):
        loss = ((x @ w + v) ** 2).mean()  # expected: note the new tensor is used here
        loss.backward()
        if w.grad is None:
            return
        w = w - 0.1 * w.grad  # expected: warning leaf-remade; fix update the leaf in place


train(torch.zeros(3, 1, requires_grad=True), 1.0)  # expected: note the leaf is made here


# A gradient ends at a tensor that was cut off, and the parameters behind it get none.
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3, 4)  # expected: warning parameter-unreached; fix let a loss depend on it
        self.fc2 = nn.Linear(4, 1)
        self.spare = nn.Linear(4, 1)  # expected: warning parameter-unreached; note nothing is computed from it; fix let a

    def forward(self, x):
        h = torch.tanh(self.fc1(x))  # expected: note what requires grad is made here
        cut = h.detach()  # expected: note its history ends here; note its history ends here, by detach; fix leave the
        cut.requires_grad_()  # expected: warning detached-flagged
        return self.fc2(cut)


net = Net()
optimizer = torch.optim.SGD(net.fc2.parameters(), lr=0.1)
((net(x) - target) ** 2).mean().backward()
optimizer.step()

# Gradients add up from step to step.
line = nn.Linear(3, 1)  # expected: note the gradient of this tensor
optimizer = torch.optim.Adam(line.parameters())
for _ in range(3):
    ((line(x) - target) ** 2).mean().backward()  # expected: warning gradients-pile-up; fix call optimizer.zero_grad()
    optimizer.step()  # expected: note the tensor was updated here in between

# A loss is made anew of its number.
loss = ((line(x) - target) ** 2).mean()  # expected: note what requires grad is made here
loss = torch.tensor([2 * loss.item()], requires_grad=True)  # expected: warning item-flagged; note its numbers leave; fix compute
loss.backward()
losses = [line(x).mean().item()]  # expected: note its numbers leave; note what requires grad is made here; fix compute with
mean = torch.tensor(sum(losses) / len(losses))
mean.requires_grad_()  # expected: warning item-flagged
mean.square().backward()

# A saved tensor is written where autograd does not see it.
s = torch.ones(3, requires_grad=True).sigmoid()  # expected: note saved for backward by this op
s.data.mul_(2)  # expected: note written here
s.sum().backward()  # expected: warning saved-written-unseen; fix write it before it is used
