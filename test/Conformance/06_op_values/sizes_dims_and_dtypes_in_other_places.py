import torch

x = torch.arange(24.0).reshape(2, 3, 4)
print(torch.ones(4).broadcast_to(2, 3, 4).shape, torch.ones(4).broadcast_to((2, 4)).shape, torch.ones(4).broadcast_to(size=(4,)).shape)
print(torch.broadcast_to(torch.ones(4), (2, 4)).shape)
print(x.max(dim=torch.tensor(1)), torch.min(x, dim=torch.tensor(-1)).indices, x.max(torch.tensor(1.0)).shape)
print(x.max(1, True).values.shape, torch.max(x, 1, keepdim=True).values.shape, torch.max(x, other=x) is x)
print(x.clone().cumsum_(0, dtype=torch.float32)[1], x.int().cumsum_(0)[1], x.clone().cumprod_(0)[1])
for call in (lambda: torch.ones(4).broadcast_to(2, 3), lambda: x.cumsum_(0, dtype=torch.float64),
             lambda: x.int().cumsum_(0, dtype=torch.float32), lambda: x.cumprod_(0, dtype=torch.float64)):
    try:
        call()
    except RuntimeError as error:
        print(error)
