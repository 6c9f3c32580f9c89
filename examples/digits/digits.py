"""The network of digits.cpp in PyTorch's words: runs under PyTorch, runs under `agc run digits.py`, and `agc -c digits.py`
compiles what it exports for C.

With a number it prints that many losses, one for each step; without, it trains and prints the test accuracy.
"""
import pathlib
import sys
import time

import torch
import torch.nn.functional as F

try:
    import agc
except ImportError:  # under PyTorch
    agc = None

HERE = pathlib.Path(__file__).resolve().parent
BATCH, EPOCHS = 64, 30


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(64, 64)
        self.fc2 = torch.nn.Linear(64, 10)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


torch.manual_seed(0)
model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss


@torch.no_grad()
def predict(x):
    logits = model(x)
    return logits


if agc:
    agc.export(train_step, x=agc.f32[BATCH, 64], y=agc.i64[BATCH])
    agc.export(predict, x=agc.f32["n", 64])


def read_digits():
    """Pixels divided by 16 and classes; every fifth row is test data."""
    rows = [line.split(",") for line in (HERE / "digits.csv").read_text().splitlines() if not line.startswith("#")]
    data = torch.tensor([[int(field) for field in row] for row in rows])
    x, y = data[:, :64].float() / 16, data[:, 64]
    test = torch.arange(len(rows)) % 5 == 4
    return x[~test], y[~test], x[test], y[test]


def main(losses=None):
    x, y, x_test, y_test = read_digits()
    steps = len(x) // BATCH
    start = time.perf_counter()
    for step in range(losses or EPOCHS * steps):
        first = step % steps * BATCH
        loss = train_step(x[first:first + BATCH], y[first:first + BATCH])
        if losses:
            print(f"{loss.item():.9g}")
        elif (step + 1) % (5 * steps) == 0:
            print(f"epoch {(step + 1) // steps:2}  loss {loss.item():.6f}", flush=True)
    if losses:
        return
    seconds = time.perf_counter() - start
    accuracy = (predict(x_test).argmax(1) == y_test).float().mean().item()
    print(f"test accuracy {100 * accuracy:.2f} % of {len(x_test)} rows, {1e6 * seconds / (EPOCHS * steps):.1f} us a step")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
