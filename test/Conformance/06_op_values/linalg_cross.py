import torch

torch.manual_seed(0)
a, b = torch.randn(4, 3, requires_grad=True), torch.arange(12.).reshape(4, 3)
c = torch.linalg.cross(a, b)
print((c - torch.cross(a, b, dim=-1)).abs().max())
print(torch.linalg.cross(b, torch.ones(1, 3)), torch.linalg.cross(b.T, b.T.flip(1), dim=0))
out = torch.empty(4, 3)
print(torch.linalg.cross(b, b + 1, out=out) is out, out[0])
for wrong in (lambda: torch.linalg.cross(b, b, dim=0), lambda: torch.linalg.cross(b, b[0]), lambda: torch.linalg.cross(b, b, -1)):
    try:
        wrong()
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, str(e).splitlines()[0])
