# bags of words by offsets and by rows, each way to put them together, and what training does
import torch
import torch.nn.functional as F

torch.manual_seed(0)
words, offsets = torch.tensor([1, 2, 4, 5, 4, 3, 2, 9]), torch.tensor([0, 3, 3, 7])
for mode in ("sum", "mean", "max"):
    bag = torch.nn.EmbeddingBag(10, 3, mode=mode)
    out = bag(words, offsets)
    out.pow(2).sum().backward()
    print(bag, out, bag.weight.grad[1:5])
    print(bag(words.view(2, 4)).sum(1))
bag = torch.nn.EmbeddingBag(10, 2, padding_idx=4, include_last_offset=True)
print(bag, bag(words, torch.tensor([0, 2, 3, 8])), bag.weight[4])
weights = torch.linspace(0, 1, 8, requires_grad=True)
summed = F.embedding_bag(words, bag.weight, offsets, mode="sum", per_sample_weights=weights)
print(summed, torch.autograd.grad(summed.sum(), weights))
net = torch.nn.Sequential(torch.nn.EmbeddingBag(10, 4), torch.nn.Linear(4, 2))
optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
for step in range(3):
    loss = F.cross_entropy(net(words.view(4, 2)), torch.tensor([0, 1, 1, 0]))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(loss.item())
for wrong in (lambda: bag(words), lambda: bag(words.view(2, 4), offsets), lambda: bag(words.view(2, 2, 2)),
              lambda: F.embedding_bag(words, bag.weight, offsets, mode="min")):
    try:
        wrong()
    except ValueError as error:
        print(error)
