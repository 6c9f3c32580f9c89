# A reshape that has to copy gives a tensor of its own; what it looks at where the elements lie apart has another node
import torch


def path(t):
    node, names = t.grad_fn, []
    while node:
        names.append(node.name())
        node = node.next_functions[0][0] if node.next_functions else None
    return names


x = torch.arange(6.0).view(2, 3).requires_grad_()
copied = x.t().reshape(6)
print(copied._is_view(), path(copied))
copied.mul_(2)
print(path(copied), copied.tolist())
copied.sum().backward()
print(x.grad.tolist())
print(path(x.t().flatten()), path(x.expand(2, 2, 3).reshape(-1)), path(x.reshape(3, 2)))
raveled = x.t().ravel()
print(raveled._is_view(), path(raveled), path(x[:, 1].ravel()))
column = (x * 1)[:, 1]
print(path(column.reshape(-1)), path(column.reshape(1, 2)), path(column.reshape(2)), path(column.view(2, 1)))
print(path((x * 1).unsqueeze(-1).unbind(1)[1].flatten()))
with torch.no_grad():
    made = x.t().reshape(6)
made.add_(1)
print(made.requires_grad, made.is_leaf, made.tolist())
