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
gradients("kl_div", lambda a, b: F.kl_div(a, b, reduction="none"), [0.0, -1.0, nan], [0.0, 0.5, 1.0])
gradients("prelu", F.prelu, [1.0, -1.0, 0.0], [float("inf")])
gradients("copysign", torch.copysign, [0.0, -1.0, float("inf")], [-0.0, 2.0, -1.0])
gradients("quantile", lambda x: torch.quantile(x, 0.3, 1), [[1.0, nan, 2.0], [3.0, 1.0, 2.0]])
gradients("multi_margin_loss", lambda x: F.multi_margin_loss(x, torch.tensor([0, 1]), reduction="none"),
          [[2.0, 1.0, 0.5], [nan, 1.0, 0.0]])
gradients("erfinv", torch.erfinv, [0.0, 0.5, -0.999, 1.0, 2.0])
print(torch.bucketize(torch.tensor([nan, 1.0, 5.0]), torch.tensor([0.0, 1.0, 2.0])))
# A zero's sign: relu keeps it, and what is equal has none in a loss's gradients.
x, t = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
for loss in (F.mse_loss, F.smooth_l1_loss, F.huber_loss):
    print(*(torch.signbit(g) for g in torch.autograd.grad(loss(x, t), (x, t))))
print(torch.signbit(torch.relu(torch.tensor([-0.0, 0.0, -1.0]))), torch.signbit(torch.angle(torch.tensor([-0.0]))))
