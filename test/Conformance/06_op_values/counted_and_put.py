import torch


def tell(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


x = torch.tensor([1., 2, 2, 3, 7, -1, 4.5])
print(torch.histc(x, 5), x.histc(4, 0, 4), torch.histc(x, bins=3, min=-2, max=3), torch.histc(torch.ones(3), 3))
print(torch.histc(torch.tensor([float("nan"), 1.]), 3, 0, 2), torch.histc(torch.empty(0), 3), torch.histc(x.half(), 3))
print(torch.histc(x.double(), 2, out=torch.empty(0, dtype=torch.float64)))
for bad in ((x, 0), (x, 3, 5, 1), (x.long(), 3), (x, 3, 0, float("inf"))):
    tell(lambda: torch.histc(*bad))

a, b = torch.tensor([[1, 1, 2], [2, 3, 1]]), torch.tensor([[1, 1], [1, 1], [2, 1], [1, 1]])
print(torch.unique_consecutive(a), a.unique_consecutive(return_inverse=True, return_counts=True))
print(torch.unique_consecutive(b, True, True, 0), torch.unique_consecutive(b, dim=1, return_counts=True))
print(torch.unique_consecutive(torch.empty(0), True, True), torch.unique_consecutive(torch.tensor(3.), True, True))
y = torch.unique_consecutive(x.clone().requires_grad_())
print(y)
tell(lambda: y.sum().backward())

s = torch.zeros(2, 3)
print(s.put_(torch.tensor([1, -1]), torch.tensor([5., 6.])))
print(s.put_(torch.tensor([[1, 1]]), torch.tensor([[5., 6.]]), accumulate=True), torch.zeros(3, 2).t().put_(
    torch.tensor([1]), torch.tensor([4.])))
for bad in (([1, 2], [1.]), ([1.], [1.]), ([1], [1])):
    tell(lambda: s.put_(torch.tensor(bad[0]), torch.tensor(bad[1])))
for accumulate in (False, True):
    w, v = torch.zeros(2, 3, requires_grad=True), torch.tensor([1., 2.], requires_grad=True)
    r = (w * 2).put_(torch.tensor([1, 4]), v, accumulate)
    (r * torch.arange(6.).reshape(2, 3)).sum().backward()
    print(r.grad_fn.name(), w.grad, v.grad)
