# What a view is read for before and after its numbers are asked for adds up in one order, to the bit.
import torch

for asked in (False, True):
    r = torch.tensor([1.0, 0.7], requires_grad=True)
    v = r.view(2)
    lp = v.log() - v * torch.tensor([1.0271727, 0.6015])
    if asked:
        lp.detach().tolist()
    (lp.sum() + (1 - v.log()).sum()).backward()
    print(r.grad.tolist())
