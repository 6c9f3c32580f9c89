# an absent weight before a pos_weight or a bias that is given
import torch
import torch.nn.functional as F

x = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5]], requires_grad=True)
t = torch.tensor([[1.0, 0.0, 0.5], [0.0, 1.0, 1.0]])
for pos_weight in (torch.tensor(1.2), torch.tensor([1.2, 2.0, 3.0])):
    loss = torch.nn.BCEWithLogitsLoss(pos_weight=pos_weight)(x, t)
    print(loss.item(), torch.autograd.grad(loss, x)[0])
print(F.binary_cross_entropy_with_logits(x, t, pos_weight=torch.tensor(2.0), reduction="none"))
bias = torch.tensor([1.0, -2.0, 0.5], requires_grad=True)
normed = F.layer_norm(x, (3,), None, bias)
print(normed, torch.autograd.grad(normed.pow(2).sum(), (x, bias)))
print(torch.layer_norm(x, (3,)).sum(1).abs() < 1e-5)
