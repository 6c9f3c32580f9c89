import torch
import torch.nn.functional as F

# Overloads for numbers have no edge for the number; arguments without a derivative have none either.
x = torch.tensor([1.5, 2.0, 3.0], requires_grad=True)
a, b, c = x * 2, x.exp(), x.neg()
rows = a.reshape(1, 3)
weight = torch.tensor([1.0, 2.0, 3.0])


def results():
    return {
        "fmod": a.fmod(b), "fmod of a number": a.fmod(2), "remainder": a % b, "remainder of a number": a % 2,
        "addcmul": torch.addcmul(a, b, c), "addcmul of a constant": torch.addcmul(a, weight, c),
        "addcdiv": torch.addcdiv(a, b, c), "lerp": torch.lerp(a, b, c), "lerp of a number": torch.lerp(a, b, 0.3),
        "minus number": a - 1, "pow": a ** b, "power of a number": 2 ** a,
        "clamp": torch.clamp(a, b, c), "clamp_min": torch.clamp_min(a, b), "clamp_min of a number": torch.clamp_min(a, 1.0),
        "clamp_max of a number": torch.clamp_max(a, 1.0),
        "nll_loss": F.nll_loss(rows, torch.tensor([1]), weight),
        "bce with logits": F.binary_cross_entropy_with_logits(a, weight, weight),
        "layer_norm": F.layer_norm(a, (3,)), "layer_norm without bias": F.layer_norm(a, (3,), b),
    }


def edges(node):
    return [edge and edge.name() for edge, _ in node.next_functions]


again = results()  # calls of a known form
for name, result in results().items():
    node = result.grad_fn
    print(name, node.name(), edges(node), edges(again[name].grad_fn) == edges(node))
