# An `if` on a number that only a run has is passed where autograd knows nothing of what is done there.
import copy
import math
import sys

import torch

net = torch.nn.Linear(2, 1)  # expected: note the leaf is made here; note the gradient of this tensor
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
x = torch.ones(4, 2)
best, state, waited, kept = math.inf, None, 0, []


class Stopper:
    def __init__(self):
        self.best, self.count = None, 0

    def stops(self, value):
        if self.best is None:
            self.best = value
        elif value > self.best - 1e-3:  # expected: remark branch-taken
            self.count += 1
            if self.count >= 3:
                return True
        else:
            self.best, self.count = value, 0
        return False


stopper = Stopper()
for epoch in range(9):
    optimizer.zero_grad()
    loss = net(x).mean()
    loss.backward()
    optimizer.step()
    if loss.item() < best:  # expected: remark branch-taken
        best, state = loss.item(), copy.deepcopy(net.state_dict())
        torch.save(net.state_dict(), "best.pt")
        with torch.no_grad():
            kept.append(net(x).mean())
    else:
        waited += 1
    if not math.isfinite(loss.item()) or epoch > 0 and loss > 1e6:  # expected: remark branch-taken
        print("diverged")
        sys.exit(1)
    if loss.item() < 1e-3 and waited < 9:  # expected: remark branch-taken
        print(epoch)
        break
print(len(kept))
while True:
    loss = net(x).mean()
    loss.backward()  # expected: warning gradients-pile-up; fix call optimizer.zero_grad()
    optimizer.step()  # expected: note the tensor was updated here in between
    if stopper.stops(loss.item()):
        break
for rate in (0.1, 0.2):
    if loss.item() > rate:  # expected: remark branch-taken
        for group in optimizer.param_groups:
            group["lr"] = rate
net.weight.mul_(2)  # expected: error leaf-written; fix write it inside 'with torch.no_grad():'
if loss.item() > 1:  # expected: remark check-ends
    net.weight.requires_grad_(False)
    print("never")
