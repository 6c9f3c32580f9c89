"""Attention over sequences of the lengths in sys.argv: a line each, with the bits of what it computes and the segments
that were not known."""
import hashlib
import sys

import agc as torch
from agc import _agc


def step(n, q, k, v):
    x = torch.linspace(-1, 1, n * 4).reshape(n, 4)
    future = torch.arange(n).unsqueeze(1) < torch.arange(n)
    scores = ((x @ q) @ (x @ k).T).masked_fill(future, float("-inf"))
    h = x + scores.softmax(-1) @ (x @ v)
    loss = h[1:].square().mean() + torch.cat([h, h[-1:]]).std()
    loss.backward()
    found = [loss.detach(), q.grad, k.grad, v.grad, h.detach().reshape(-1).flip(0).cumsum(0)]
    q.grad = k.grad = v.grad = None
    _agc.synchronize()
    return hashlib.sha256(b"".join(map(_agc.to_bytes, found))).hexdigest()[:16]


torch.manual_seed(1)
weights = [torch.randn(4, 4, requires_grad=True) for _ in range(3)]
for n in map(int, sys.argv[1:]):
    _, segments, _, hits, *_ = _agc.stats()
    digest = step(n, *weights)
    _, after, _, found, *_ = _agc.stats()
    print(n, digest, (after - found) - (segments - hits))
