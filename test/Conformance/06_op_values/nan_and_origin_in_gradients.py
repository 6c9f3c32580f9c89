# Gradients of losses, bounds, norms and angles where nan stands, or nothing but zeros
import torch
import torch.nn.functional as F

nan = float("nan")


def gradients(name, function, *operands):
    xs = [torch.tensor(x, requires_grad=True) for x in operands]
    y = function(*xs)
    y.sum().backward()
    print(name, y.detach(), *(x.grad for x in xs))


gradients("smooth_l1_loss", lambda a, b: F.smooth_l1_loss(a, b, reduction="none"), [nan, 2.0, 0.5], [0.0, 0.0, 0.0])
gradients("huber_loss", lambda a, b: F.huber_loss(a, b, reduction="none"), [nan, 2.0, 0.5], [0.0, 0.0, 0.0])
gradients("atan2", torch.atan2, [0.0, 1.0, 0.0], [0.0, 0.0, -1.0])
gradients("clamp to nan", lambda x: torch.clamp(x, min=nan), [1.0, -1.0])
gradients("clamp below nan", lambda x: torch.clamp(x, min=0.0, max=nan), [1.0, -1.0])
for order in (float("inf"), -float("inf")):
    gradients(f"norm {order}", lambda x: torch.linalg.vector_norm(x, order, 1), [[1.0, nan, -3.0], [2.0, -2.0, 2.0]])
print(torch.angle(torch.tensor([float("inf"), -float("inf"), nan, -1.0, 0.0])))
