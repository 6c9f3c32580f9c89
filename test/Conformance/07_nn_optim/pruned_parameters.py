# torch.nn.utils.prune: masks by size, at random, of slices, over several modules and one after the other; gradients, refusals
import torch
import torch.nn.utils.prune as prune
from torch import nn

torch.manual_seed(0)


def show(module):
    for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
        print(name, tuple(tensor.shape), [round(x, 3) for x in tensor.detach().flatten().tolist()[:12]])


def refused(function):
    try:
        print("ran", function())
    except Exception as error:
        print(type(error).__name__, str(error).splitlines()[0])


net = nn.Linear(4, 3)
print(prune.l1_unstructured(net, "weight", amount=0.25) is net, type(net.weight).__name__, prune.is_pruned(net))
show(net)
net(torch.ones(2, 4)).sum().backward()
print(net.weight_orig.grad, net.weight.grad_fn.name(), net.weight_mask.sum())
optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
optimizer.step()
print(net(torch.ones(1, 4)), (net.weight == 0).sum())
prune.ln_structured(net, "weight", amount=1, n=2, dim=0)
print(net.weight_mask, [type(hook).__name__ for hook in net._forward_pre_hooks.values()])
prune.random_unstructured(net, "weight", amount=2)
prune.random_unstructured(net, name="bias", amount=1)
print(net.weight_mask, net.bias_mask, len(list(net._forward_pre_hooks.values())[0]))
print(sorted(net.state_dict()))
prune.remove(net, "weight")
print(sorted(net.state_dict()), isinstance(net.weight, nn.Parameter), net.weight)
prune.remove(net, "bias")
print(prune.is_pruned(net), [name for name, _ in net.named_parameters()], list(net._forward_pre_hooks))

conv = nn.Conv1d(2, 4, 3)
prune.random_structured(conv, "weight", amount=0.5, dim=0)
print(conv.weight_mask.sum((1, 2)), conv(torch.ones(1, 2, 5)).shape)
prune.ln_structured(conv, "weight", amount=1, n=1, dim=-1)
print(conv.weight_mask.sum((0, 1)))
prune.identity(conv, "bias")
print(conv.bias_mask)

several = nn.Sequential(nn.Linear(3, 2), nn.Tanh(), nn.Linear(2, 3))
prune.global_unstructured([(several[0], "weight"), (several[2], "weight"), (several[2], "bias")],
                          pruning_method=prune.L1Unstructured, amount=6)
print([part.weight_mask for part in (several[0], several[2])], several[2].bias_mask, prune.is_pruned(several))
several(torch.ones(1, 3)).sum().backward()
print(several[0].weight_orig.grad)

masked = prune.custom_from_mask(nn.Linear(2, 2), "weight", mask=torch.tensor([[1, 0], [0, 1]]))
print(masked.weight_mask, masked.weight)
scored = prune.l1_unstructured(nn.Linear(2, 2), "weight", amount=2, importance_scores=torch.tensor([[4.0, 1.0], [2.0, 3.0]]))
print(scored.weight_mask)
print(prune.L1Unstructured(amount=1).prune(torch.tensor([3.0, -1.0, 2.0])))


class EveryOther(prune.BasePruningMethod):
    PRUNING_TYPE = "unstructured"

    def compute_mask(self, t, default_mask):
        mask = default_mask.clone()
        mask.view(-1)[::2] = 0
        return mask


own = nn.Linear(2, 2)
EveryOther.apply(own, "weight")
print(own.weight_mask)

refused(lambda: prune.l1_unstructured(nn.Linear(2, 2), "weight", amount=1.5))
refused(lambda: prune.l1_unstructured(nn.Linear(2, 2), "weight", amount=-1))
refused(lambda: prune.l1_unstructured(nn.Linear(2, 2), "weight", amount="all"))
refused(lambda: prune.l1_unstructured(nn.Linear(2, 2), "weight", amount=5))
refused(lambda: prune.ln_structured(nn.Linear(2, 2), "bias", amount=1, n=2, dim=0))
refused(lambda: prune.ln_structured(nn.Linear(2, 2), "weight", amount=1, n=2, dim=2))
refused(lambda: prune.remove(nn.Linear(2, 2), "weight"))
refused(lambda: prune.l1_unstructured(nn.Linear(2, 2), "gone", amount=1))
refused(lambda: prune.custom_from_mask(nn.Linear(2, 2), "weight", mask=torch.ones(2)))
refused(lambda: prune.global_unstructured([(nn.Linear(2, 2), "weight")], prune.RandomStructured, amount=1))
refused(lambda: prune.global_unstructured(3, prune.L1Unstructured, amount=1))
broken = nn.Linear(2, 2)
refused(lambda: prune.custom_from_mask(broken, "weight", mask=torch.ones(3)))
print(sorted(dict(broken.named_parameters())))
