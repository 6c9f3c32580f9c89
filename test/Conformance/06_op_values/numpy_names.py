import torch

x = torch.tensor([[1., 2.], [3., 5.]])
print(torch.sum(x, axis=0), x.sum(axis=1, keepdims=True), x.mean(axis=(0, 1)), x.amax(axis=0, keepdims=True))
print(x.max(axis=1), torch.min(x, axis=0, keepdims=True).values, x.argmax(axis=1), torch.argmin(x, axis=0, keepdims=True))
print(torch.softmax(x, axis=1), x.cumsum(axis=0), x.std(axis=0, keepdims=True), x.logsumexp(axis=0), x.all(axis=0))
print(torch.cat([x, x], axis=1), torch.stack([x, x], axis=2).shape, x.unsqueeze(axis=0).shape, x.chunk(2, axis=1))
print(torch.add(x1=x, x2=x), torch.add(input=x, other=2), torch.abs(x=x), torch.mul(x, x2=x), torch.matmul(input=x, other=x))
print(torch.sort(x, axis=0, descending=True), torch.unbind(x, axis=1), x.select(axis=0, index=1), torch.diff(x, axis=0))
w = x.clone().requires_grad_()
w.prod(axis=1).sum(axis=0).backward()
print(w.grad)
try:
    torch.nn.functional.softmax(x, axis=1)
except TypeError as error:
    print(error)
