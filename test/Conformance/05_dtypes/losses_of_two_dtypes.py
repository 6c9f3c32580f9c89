# Which losses promote, which keep the input's dtype, and which refuse another dtype beside it
import torch
import torch.nn.functional as F

functions = {
    "prelu": lambda a, b: F.prelu(a, b[:1]), "huber_loss": F.huber_loss, "mse_loss": F.mse_loss,
    "smooth_l1_loss": F.smooth_l1_loss, "l1_loss": F.l1_loss, "binary_cross_entropy": F.binary_cross_entropy,
    "with a weight": lambda a, b: F.binary_cross_entropy(a, a, weight=b),
    "with logits": F.binary_cross_entropy_with_logits,
    "nll_loss": lambda a, b: F.nll_loss(a.reshape(1, 2), torch.tensor([0]), weight=b),
    "classes": lambda a, b: F.cross_entropy(a.reshape(1, 2), b[:1]),
    "kl_div": lambda a, b: F.kl_div(a, b, reduction="sum"), "layer_norm": lambda a, b: F.layer_norm(a, (2,), b),
}
dtypes = [torch.float16, torch.float32, torch.float64, torch.int64, torch.uint8, torch.bool]
for name, function in functions.items():
    for other in dtypes:
        x, y = torch.tensor([1.0, 0.0], requires_grad=True), torch.tensor([1, 1], dtype=other)
        try:
            loss = function(x, y).sum()
            print(name, other, loss.dtype, loss.detach())
            loss.backward()
        except Exception as error:
            print(name, other)
            print(f"{type(error).__name__}: {error}")
print(F.huber_loss(torch.ones(2, dtype=torch.float16), torch.zeros(2)))
print(F.layer_norm(torch.eye(2).half(), (2,), torch.ones(2)))
