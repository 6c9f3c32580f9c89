# ctc_loss: padded and concatenated targets, reductions, what cannot be read, and the gradient in torch's convention
import torch
import torch.nn.functional as F

logits = torch.sin(torch.arange(90.0) * 1.7).view(6, 3, 5).requires_grad_()
logs = logits.log_softmax(2)
targets = torch.tensor([[1, 2, 2], [3, 1, 4], [2, -1, -1]])
steps, lengths = torch.tensor([6, 5, 4]), torch.tensor([3, 2, 1])

for reduction in ("none", "mean", "sum"):
    loss = F.ctc_loss(logs, targets, steps, lengths, reduction=reduction)
    print(loss, loss.grad_fn.name(), loss.grad_fn.next_functions[0][0].name())
    print(*torch.autograd.grad(loss.sum(), [logs, logits], retain_graph=True))
print(F.ctc_loss(logs, torch.tensor([1, 2, 2, 3, 1, 2]), steps, lengths, reduction="none"))
print(F.ctc_loss(logs, targets, (6, 5, 4), (3, 2, 1), blank=4))
print(F.ctc_loss(logs[:, 0], targets[0], steps[0], lengths[0], reduction="none"))
print(F.ctc_loss(logs.double(), targets.int(), steps.int(), torch.tensor([0, 2, 1]), reduction="none"))
print(F.ctc_loss(logs, targets, torch.tensor([0, 5, 4]), torch.tensor([0, 2, 1]), reduction="none"))
short = torch.tensor([2, 5, 4])
for zero in (False, True):
    loss = F.ctc_loss(logs, targets, short, lengths, reduction="none", zero_infinity=zero)
    print(loss, torch.autograd.grad(loss.sum(), logs, retain_graph=True)[0][:, :2])
unscaled = F.ctc_loss(logits, targets, steps, lengths, reduction="none")
print(unscaled, torch.autograd.grad(unscaled.sum(), logits)[0])
print(torch.nn.CTCLoss(blank=1, zero_infinity=True)(logs, targets, short, lengths), torch.nn.CTCLoss())


def refused(*args, **kwargs):
    try:
        print(F.ctc_loss(*args, **kwargs))
    except (RuntimeError, NotImplementedError, ValueError) as e:
        print(type(e).__name__, e)


refused(logs, targets, torch.tensor([7, 5, 4]), lengths)
refused(logs, targets, torch.tensor([-1, 5, 4]), lengths)
refused(logs, targets, steps, torch.tensor([4, 2, 1]))
refused(logs, targets, steps, torch.tensor([-1, 2, 1]))
refused(logs, targets, steps.float(), lengths)
refused(logs, targets, steps[:2], lengths)
refused(logs, targets, steps, lengths[:2])
refused(logs, targets, steps, lengths, blank=5)
refused(logs, torch.tensor([1, 2, 2, 3, 1]), steps, lengths)
refused(logs, targets[:2], steps, lengths)
refused(logs.half(), targets, steps, lengths)
refused(logs, targets, steps, lengths, reduction="most")
gradient, = torch.autograd.grad(F.ctc_loss(logs, targets, steps, lengths), logs, create_graph=True)
gradient.sum().backward()
