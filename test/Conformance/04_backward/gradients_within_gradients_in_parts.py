# A backward taken part by part of what was computed by another gradient, along the same operations.
import torch


def run(rounds, asks, to_input):
    x = torch.tensor([0.3, -0.6, 0.9], requires_grad=True)
    y = torch.tensor([1.1, 0.7, -0.4], requires_grad=True)
    h = x
    for i in range(rounds):
        h = (h * y).sin() + x
        if asks:
            print(f"{h.sum().item():.4f}")
    last = (h * y).exp()
    (g,) = torch.autograd.grad(last.sum(), x if to_input else h, retain_graph=True)
    (last * g * y).sum().backward()
    print(x.grad, y.grad)


run(6, asks=True, to_input=True)
run(6, asks=True, to_input=False)
for rounds in (5, 7, 6, 9):
    run(rounds, asks=False, to_input=rounds % 2 == 0)
