# Loops that make another number of rounds each time: a recurrent cell over sequences, what they leave summed, joined,
# stacked or written into a tensor, and a chain of gradients that is asked for twice.
import torch
import torch.nn.functional as F

torch.manual_seed(0)
cell, head = torch.nn.GRUCell(5, 7), torch.nn.Linear(7, 3)
parameters = [*cell.parameters(), *head.parameters()]
with torch.no_grad():
    for i, p in enumerate(parameters):
        p.copy_(torch.arange(p.numel()).reshape(p.shape).float().add(i).sin() * 0.5)
optimizer = torch.optim.SGD(parameters, lr=0.1, momentum=0.5)


def states(n):
    x = torch.arange(n * 5).reshape(n, 1, 5).float().sin()
    h = torch.zeros(1, 7)
    for i in range(n):
        h = cell(x[i], h)
        yield h


def loss_of(n, way):
    if way == "listed":
        return sum([F.cross_entropy(head(h), torch.tensor([i % 3])) for i, h in enumerate(states(n))])
    if way == "joined":
        return torch.cat([(head(h) ** 2).sum(1) for h in states(n)]).mean()
    if way == "stacked":
        return torch.stack([head(h)[0] for h in states(n)], 1).exp().mean()
    out = torch.zeros(n, 7)
    for i, h in enumerate(states(n)):
        out[i] = h[0] * 2
    return (head(out) ** 2).mean()


for way in "listed", "joined", "stacked", "written":
    for n in 6, 9, 2, 12:
        optimizer.zero_grad()
        loss = loss_of(n, way)
        loss.backward()
        optimizer.step()
        print(way, n, f"{loss.item():.5f}", " ".join(f"{p.grad.norm().item():.5f}" for p in parameters))
    with torch.no_grad():
        print([f"{loss_of(n, way).item():.5f}" for n in (3, 11)])

for n in 8, 11, 3, 16:
    x = torch.linspace(0.1, 1, 4).requires_grad_()
    t = x
    for i in range(n):
        t = torch.tanh(t * x + 0.25)
        if i == n // 2:
            held = t
            held.retain_grad()
    (t * t).sum().backward(retain_graph=True)
    print([f"{value:.5f}" for value in x.grad.tolist()])
    (t.sum() * 2).backward()
    print([f"{value:.5f}" for value in x.grad.tolist() + held.grad.tolist()])
