# a sum to integers has no gradient and is refused; a norm's dtype holds all that its input may be
import torch


def attempt(function):
    try:
        result = function()
        print(result, result.requires_grad)
    except (RuntimeError, NotImplementedError) as error:
        print(type(error).__name__, str(error).split("\n")[0])


x = torch.ones(3, requires_grad=True)
for dtype in (torch.int64, torch.bool, torch.uint8, torch.float64, torch.complex64):
    for function in (torch.sum, torch.prod, torch.nansum, torch.mean, torch.nanmean):
        attempt(lambda: function(x, dtype=dtype))
    for function in (torch.cumsum, torch.cumprod, torch.softmax):
        attempt(lambda: function(x, 0, dtype=dtype))
with torch.no_grad():
    attempt(lambda: x.sum(dtype=torch.int64))
    attempt(lambda: x.cumsum(0, dtype=torch.int64))
attempt(lambda: x.sum().sum(dtype=torch.int64))
attempt(lambda: x.detach().sum(dtype=torch.int64))

for values in (torch.ones(3), torch.ones(3, dtype=torch.int64), torch.ones(3, dtype=torch.complex64)):
    for dtype in (None, torch.int64, torch.float64, torch.float16, torch.complex64, torch.complex128):
        attempt(lambda: torch.linalg.vector_norm(values, dtype=dtype))
        attempt(lambda: torch.linalg.vector_norm(values, 1, dtype=dtype))
        attempt(lambda: torch.norm(values, dtype=dtype))
        attempt(lambda: torch.linalg.matrix_norm(values[None], dtype=dtype))
