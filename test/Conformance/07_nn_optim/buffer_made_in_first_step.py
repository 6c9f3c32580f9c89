# A copy made without grad in the first step is still there after the values it came from are gone
import torch

w = torch.zeros(3).detach().requires_grad_()
buffer = None
for step in range(3):
    loss = ((w - 1) * (w - 1)).sum()
    loss.backward()
    with torch.no_grad():
        decayed = w.grad.add(w, alpha=0.01)
        if buffer is None:
            buffer = decayed.detach().clone()
        w.add_(buffer * -0.1)
    print(loss.item())
print(buffer, w.grad)
