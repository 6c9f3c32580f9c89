# Calls with an argument too many, too few, unknown or of another class, of methods that take few; and where the path of
# what they raise ends
import traceback

import torch

x, i = torch.ones(2, 3), torch.tensor([0])
calls = [
    lambda: x.exp(1), lambda: torch.exp(x, 1), lambda: torch.exp(), lambda: x.exp(a=1), lambda: x.exp_(1), lambda: x.exp_(a=1),
    lambda: x.add(), lambda: x.add_(), lambda: x.add(x, x), lambda: x.add(x, 2, 2), lambda: x.add(x, foo=1), lambda: x.mm(),
    lambda: x.mm(x, x), lambda: x.mm(x, foo=1), lambda: x.relu(1), lambda: x.matmul(x, x), lambda: x.mul(), lambda: x.mul(x, 2),
    lambda: x.fmod(x, 1), lambda: x.remainder_(x, foo=1), lambda: x.clamp_max(), lambda: x.bitwise_and(x, 1), lambda: x.sigmoid(1),
    lambda: x.abs(1), lambda: x.eq(), lambda: x.lt(x, 1), lambda: x.detach(1), lambda: x.is_complex(1), lambda: x.numel(1),
    lambda: torch.Tensor.add(1, x), lambda: torch.Tensor.exp([1.0]), lambda: torch.Tensor.exp(), lambda: torch.Tensor.double(1),
    lambda: torch.Tensor.true_divide(2, x), lambda: torch.Tensor.cos_(2), lambda: torch.Tensor.sum("a"),
    lambda: x.diag(True), lambda: torch.diagonal(x, dim1=True), lambda: torch.diff(x, True), lambda: x.cumsum(True),
    lambda: torch.softmax(x, True), lambda: torch.addbmm(x, x, x, alpha=None), lambda: torch.quantile(x, 0.5, True),
    lambda: torch.linspace(x, -3, True, dtype=torch.float32, device="cpu"), lambda: torch.var_mean(x, False, 1),
    lambda: torch.eye(0, "s", device="cpu", dtype=torch.float32, requires_grad=False)]
for call in calls:
    try:
        print(call.__code__.co_firstlineno, type(call()).__name__)
    except Exception as error:
        print(call.__code__.co_firstlineno, f"{type(error).__name__}: {error}")


def caught(call):
    try:
        call()
    except Exception as error:
        return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


for call in (lambda: x.exp(1), lambda: torch.mm(x, x), lambda: x.view(7), lambda: torch.exp("a"), lambda: x.add_(torch.ones(4, 2, 3)),
             lambda: torch.zeros(2, 1.5), lambda: torch.nn.functional.conv2d(x, x), lambda: torch.sum(x, 5)):
    print(caught(call))
