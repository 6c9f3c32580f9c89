# What functions compute has no base, though the last step to it may look like a view: writes to it have the write's node
import torch
import torch.nn.functional as F

x = torch.arange(6.0).view(2, 3).requires_grad_()
image = torch.ones(1, 2, 2, 3, requires_grad=True)
results = {
    "row @ matrix": x[0] @ x.t(),
    "conv1d": F.conv1d(x[None], torch.ones(4, 2, 2)),
    "conv2d": F.conv2d(image, torch.ones(2, 2, 1, 1)),
    "conv_transpose1d": F.conv_transpose1d(x[None], torch.ones(2, 1, 2)),
    "group_norm": F.group_norm(image, 1),
    "fold": F.fold(torch.ones(1, 4, 2, requires_grad=True), (2, 3), 2),
    "rot90": x.rot90(),
    "kron": torch.kron(x, x),
    "quantile": x.quantile(0.5),
    "mode": x.mode(1).values,
    "grid_sample": F.grid_sample(image, torch.zeros(1, 1, 1, 2), align_corners=True),
}
for name, result in results.items():
    print(name, result._is_view(), result.grad_fn.name(), tuple(result.shape))
    result.mul_(2)
    print(result.grad_fn.name())
print(results["row @ matrix"].tolist())
sum(result.sum() for result in results.values()).backward()
print(x.grad.tolist(), image.grad.tolist())
print(F.margin_ranking_loss(torch.tensor([1, 4]), torch.tensor([3, 2]), torch.tensor([1, 1])))
