#!/usr/bin/env python3
"""Writes init.safetensors and losses.txt: PyTorch's parameters of seed 0, and the losses of its
first 100 training steps from them, which the example's test compares with the emitted model's.

Needs PyTorch (2.13 made the recorded files). With --accuracy it trains all epochs and prints the
test accuracy and the time per step, one thread.
"""
import json
import pathlib
import struct
import sys
import time

import torch
import torch.nn.functional as F

from digits import BATCH, EPOCHS, Net, read_digits

HERE = pathlib.Path(__file__).parent
RECORDED = 100


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = Net()
    write_safetensors(HERE / "init.safetensors",
                      {name: p.detach() for name, p in model.named_parameters()})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    x, y, x_test, y_test = read_digits()
    steps = len(x) // BATCH
    losses = []
    start = time.perf_counter()
    epochs = EPOCHS if "--accuracy" in sys.argv else -(-RECORDED // steps)
    for step in range(epochs * steps):
        first = step % steps * BATCH
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x[first:first + BATCH]), y[first:first + BATCH])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    seconds = time.perf_counter() - start
    text = f"# PyTorch {torch.__version__}: the loss of each of the first {RECORDED} steps\n"
    text += "".join(f"{loss:.9g}\n" for loss in losses[:RECORDED])
    (HERE / "losses.txt").write_text(text)
    if "--accuracy" in sys.argv:
        accuracy = (model(x_test).argmax(1) == y_test).float().mean().item()
        print(f"accuracy {100 * accuracy:.2f} %, {1e6 * seconds / len(losses):.1f} us a step")


main()
