# a program's own tensor class: what functions give of its tensors is of that class, too
import pickle

import torch
import torch.nn.functional as F


class Mine(torch.Tensor):
    pass


class Special(Mine):
    pass


class Labelled(torch.Tensor):
    def __new__(cls, data, label=None):
        made = torch.as_tensor(data, dtype=torch.float32).as_subclass(cls)
        made.label = label
        return made

    def hello(self):
        return f"hello {self.label}"


class Weight(torch.nn.Parameter):
    pass


x = Mine([1.0, 2.0, 3.0])
plain = torch.ones(3)
for result in (x + 1, 1 + x, plain * x, x * plain, 2 ** x, -x, abs(x), x @ x, x == 1, x > 1, x[0], x.view(3, 1).T, x.sin(), torch.sin(x),
               x.data, x.half(), x.detach(), x.clone(), torch.mul(plain, x), torch.cat([plain, x]), F.relu(x), x.sum(), x.softmax(0),
               F.linear(x, torch.ones(2, 3)), torch.nn.Flatten(0)(x), torch.zeros_like(x), x.new_zeros(2), torch.where(x > 1, x, 0.0),
               torch.einsum("i,i", x, x), x.as_subclass(Special) + x, torch.as_tensor(x), torch.add(plain, 1, out=Mine([0.0, 0.0, 0.0]))):
    print(result)
for result in (x.split(2), torch.chunk(x, 2), x.max(0), torch.sort(x), list(x), x.unbind()):
    print(type(result).__name__, result)
print(x.sum().item(), x.tolist(), x.shape, float(x[0]), len(x), torch.allclose(x, x), type(x.numpy()), x.add_(1) is x)
print(x.as_subclass(torch.Tensor), type(plain), plain, pickle.loads(pickle.dumps(x)))

x.requires_grad_()
y = x * 2
print(y, y.grad_fn.next_functions[0][0].name(), isinstance(y, Mine))
y.sum().backward()
print(x.grad, torch.autograd.grad((x * x).sum(), x), F.mse_loss(x, torch.zeros(3)))

labelled = Labelled([1, 2], "here")
print(labelled, labelled.hello(), type(labelled * 2).__name__, hasattr(labelled * 2, "label"), labelled.mean())
weight = Weight(torch.ones(2))
print(type(weight * 2), type(weight), weight + 1)
