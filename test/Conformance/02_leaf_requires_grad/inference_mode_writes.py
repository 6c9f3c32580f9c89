# Inference tensors outside of inference mode: no writes, no flags; views of them are inference tensors, too
import torch

with torch.inference_mode():
    y = torch.ones(2, 2)
    y.add_(1)
    with torch.inference_mode(False):
        z = torch.ones(2, requires_grad=True) * 2
        print(torch.is_inference_mode_enabled(), z.requires_grad, z.is_inference())
print(y[0].is_inference(), y.clone().is_inference(), y.view(4).is_inference(), (y + 1).add_(1))


@torch.inference_mode()
def f(x):
    return x * 2


w = torch.ones(2, requires_grad=True)
print(f(w).requires_grad, f(w).is_inference(), w.is_inference())
for call in (lambda: y.add_(1), lambda: y.requires_grad_(), lambda: setattr(y, "requires_grad", True), lambda: y[0].zero_(),
             lambda: w * y[0]):
    try:
        call()
        print("done")
    except RuntimeError as e:
        print(e)
print((w + y[0]).requires_grad)
