"""What training programs do with numbers that only a run has, and go on: the check does, to the mistake at its end."""
import copy
import json
import logging
import math
import pickle
import statistics
from collections import deque

import numpy as np
import torch
from torch import nn

net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))  # expected: note the leaf is made here
classes = ("cat", "dog", "bird")
x, y = torch.randn(6, 4), torch.randint(3, (6,))
history, losses, best, correct, wrong = [], [], 0, 0, {name: 0 for name in classes}
log = logging.getLogger()

# Schedules and optimizers that look at a loss.
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, "max")
for epoch in range(3):
    output = net(x)
    loss = nn.functional.cross_entropy(output, y)
    if torch.isnan(loss) or not torch.isfinite(output).all() or math.isnan(loss.item()) or np.isinf(loss.item()):
        break
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    accuracy = (output.argmax(1) == y).float().mean()
    best = max(accuracy, best)
    scheduler.step(best)
    history.append({"epoch": epoch, "loss": round(losses[-1], 3), "state": copy.deepcopy(accuracy)})
    log.warning("%d: %.4f, best %5.1f%%", epoch, loss, 100 * best.item())
    print("epoch %2d loss %.4f %s" % (epoch, loss, "%(a)s" % {"a": loss}))


def closure():
    newton.zero_grad()
    loss = nn.functional.cross_entropy(net(x), y)
    loss.backward()
    return loss


newton = torch.optim.LBFGS(net.parameters(), max_iter=3)
newton.step(closure)

# Metrics: by index, by count, by numpy.
with torch.no_grad():
    predicted = net(x).argmax(1)
    confusion = torch.zeros(3, 3)
    for label, guess in zip(y, predicted):
        confusion[label, guess.item()] += 1
        if label == guess:
            correct += 1
        if not guess == label:
            wrong[classes[guess]] += 1
    counts = torch.bincount(predicted, minlength=3)
    table = {0: "cat", 1: "dog", 2: "bird"}
    print(table.get(predicted[0].item(), "none"), hex(predicted[0].item()), statistics.mean([wrong["cat"] / 2, 1]))
    hits, seen = (predicted == y).sum().item(), int((predicted == 1).sum())
    precision = hits / seen if seen > 0 else 0.0
    print(f"{precision:.2f}", 1 if hits > 3 else 0, min(range(3), key=lambda i: losses[i]), losses.index(max(losses)))
    ranked = sorted([([0, 1], losses[0]), ([1, 0], losses[1])], key=lambda pair: pair[1], reverse=True)
    losses.sort(), ranked.sort(key=lambda pair: -pair[1])
    print(ranked[0][0][-1], np.zeros((3, 3))[predicted[0].item(), 0], max(wrong, key=wrong.get))
    if loss != loss or losses[0] != losses[0]:
        raise ValueError("not a number")
    print(" ".join(f"{classes[i]:5s}" for i in predicted.tolist()), f"{correct / 6:.2f}", wrong["dog"])
    scores = net(x).numpy()
    print(scores.max(1).shape, np.argmax(scores, axis=1).shape, np.mean(losses), statistics.mean(losses), scores[0].sum())
    again = torch.tensor(np.array([scores[0], scores[1]], dtype=np.float64))
    print(again.dtype, torch.from_numpy(scores * 2).dtype, torch.tensor(deque(losses)).shape, sorted(losses)[0], any(wrong.values()))
print(json.dumps(history[0]["loss"]), json.dumps({"losses": losses}, indent=1), list(map(float, accuracy.view(1))))
assert len(pickle.loads(pickle.dumps(losses))) == 3

# Batches at random places of a text.
text = torch.arange(20)
starts = torch.randint(len(text) - 5, (4,))
batch = torch.stack([text[i:i + 5] for i in starts])
print(batch.shape)

# Masks, and data that takes the place of its own alias.
mask = net(x) > 0
filled = torch.zeros(6, 3).masked_scatter(mask, net(x))
filled.sum().backward()
for parameter in net.parameters():
    parameter.data -= 0.1 * parameter.grad
copied = copy.deepcopy(net.state_dict())
net[0].bias.add_(1)  # expected: error leaf-written; fix write it inside
