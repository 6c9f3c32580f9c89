import torch
for d in (0, 1):
    for shapes in ([(0, 3), (0, 3)], [(2, 0), (2, 0)], [(0, 3)], [(0, 0), (0, 0)]):
        x = [torch.zeros(s, requires_grad=True) for s in shapes]
        y = torch.cat([*x], d) * 2
        y.sum().backward()
        print(tuple(y.shape), y.tolist(), [tuple(t.grad.shape) for t in x])
print(torch.cat([torch.ones(0, 3), torch.ones(0, 4)], 1).shape)
print(torch.cat([torch.ones(0), torch.arange(3.), torch.ones(0), torch.ones(2)]).tolist())
print(torch.stack([torch.ones(0)] * 3).shape, torch.cat([torch.arange(float(i % 3)) for i in range(40)]).tolist())
print(torch.cat([torch.ones(0)] * 40).shape, torch.cat([torch.ones(2, i % 4) * i for i in range(50)], 1).tolist())
