# Along no dims any and all look at each element alone; prod takes one dim
import torch

x = torch.tensor([[1.0, 0.0, 2.0], [0.0, 0.0, 3.0]])
for t in (x, x > 0, x[0], x[1, 2], x.to(torch.uint8)):
    for dim in ((), []):
        print(t.all(dim=dim), t.any(dim=dim, keepdim=True), torch.all(t, dim), torch.any(t, dim))
    print(t.all(), t.any(dim=None), t.sum(dim=()), t.amax(dim=()))
print(x.all(dim=(0, 1)), x.any(dim=(-1,)))
for dim in ((), [0], (0, 1)):
    try:
        print(x.prod(dim=dim))
    except TypeError as error:
        print(error)
