# Layers' functions: products, tables, normalisation, distances, attention; values, gradients and messages
import torch
import torch.nn.functional as F


def show(name, function, *shapes):
    tensors = []
    for i, shape in enumerate(shapes):
        count = torch.Size(shape).numel()
        tensors.append(torch.sin(torch.arange(count) * (1.7 + i)).view(shape).requires_grad_())
    y = function(*tensors)
    (y * torch.arange(1.0, y.numel() + 1).view(y.shape)).sum().backward()
    print(name, y.detach(), *[t.grad for t in tensors])


show("linear", F.linear, (2, 3), (4, 3), (4,))
show("linear of a batch", F.linear, (2, 2, 3), (4, 3), (4,))
show("linear of a vector", F.linear, (3,), (4, 3))
show("bilinear", F.bilinear, (2, 3), (2, 2), (4, 3, 2), (4,))
show("embedding", lambda w: F.embedding(torch.tensor([[0, 2], [1, 1]]), w, padding_idx=-1), (3, 2))
show("layer_norm", lambda x, w, b: F.layer_norm(x, (4,), w, b), (3, 4), (4,), (4,))
show("layer_norm of two dims", lambda x: F.layer_norm(x, (3, 4)), (2, 3, 4))
show("rms_norm", lambda x, w: F.rms_norm(x, (4,), w), (3, 4), (4,))
show("group_norm", lambda x, w, b: F.group_norm(x, 2, w, b), (2, 4, 3), (4,), (4,))
mean, var = torch.zeros(3), torch.ones(3)
show("batch_norm", lambda x, w, b: F.batch_norm(x, mean, var, w, b, True), (4, 3), (3,), (3,))
print(mean, var)
show("batch_norm by running statistics", lambda x: F.batch_norm(x, mean, var), (4, 3))
show("normalize", F.normalize, (2, 3))
show("normalize by columns", lambda x: F.normalize(x, p=1, dim=0), (2, 3))
show("cosine_similarity", F.cosine_similarity, (2, 3), (2, 3))
show("cosine_similarity broadcast", lambda x, y: F.cosine_similarity(x, y, -1), (2, 1, 3), (4, 3))
show("pairwise_distance", F.pairwise_distance, (2, 3), (2, 3))
show("pairwise_distance kept", lambda x, y: F.pairwise_distance(x, y, 1.0, keepdim=True), (2, 3), (2, 3))
qkv = ((2, 3, 4),) * 3
mask = torch.tensor([[True, False, True], [False, False, False], [True, True, True]])
show("attention", F.scaled_dot_product_attention, *qkv)
show("causal attention", lambda *t: F.scaled_dot_product_attention(*t, is_causal=True), *qkv)
show("masked attention", lambda *t: F.scaled_dot_product_attention(*t, mask), *qkv)
show("biased attention", lambda *t: F.scaled_dot_product_attention(*t, torch.tensor([[0.0, -1, 2]]), scale=0.3), *qkv)
show("heads that share", lambda *t: F.scaled_dot_product_attention(*t, enable_gqa=True), (1, 4, 3, 2), (1, 2, 3, 2),
     (1, 2, 3, 2))
print(F.one_hot(torch.tensor([0, 2, 1])), F.one_hot(torch.tensor([[0], [2]]), 4))
x = torch.ones(2, 3, requires_grad=True)
print(F.dropout(x, 0.5, False) is x, F.dropout(x, 0.0) is x)
ones = torch.ones
for wrong in (lambda: F.linear(ones(2, 3), ones(4, 2)), lambda: F.layer_norm(ones(2, 3), (4,)),
              lambda: F.layer_norm(ones(2, 3), (3,), ones(2)), lambda: F.group_norm(ones(2, 4), 3),
              lambda: F.batch_norm(ones(1, 3), None, None, training=True),
              lambda: F.embedding(ones(1), ones(3, 2)), lambda: F.embedding(torch.tensor([5]), ones(3, 2)),
              lambda: F.one_hot(ones(1)), lambda: F.dropout(ones(1), 1.5),
              lambda: F.pad(ones(1, 2, 3), (1, 2), "reflect", 1.0)):
    try:
        wrong()
    except (RuntimeError, IndexError, ValueError) as error:
        print(type(error).__name__, error)
