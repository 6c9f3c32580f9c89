# Sequences of several lengths in one tensor: order of dims, sides, dtypes, gradients, refusals
import torch
from torch.nn.utils.rnn import pad_sequence, unpad_sequence


def told(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


rows = [torch.arange(3.), torch.arange(1.), torch.arange(2.)]
weight = torch.ones(2, 2, requires_grad=True)
for batch_first in (False, True):
    for side in ("right", "left"):
        told(lambda: pad_sequence(rows, batch_first, -1.5, side))
        told(lambda: pad_sequence([weight, torch.zeros(3, 2)], batch_first=batch_first, padding_side=side).shape)
made = pad_sequence([weight, torch.zeros(3, 2)], padding_side="left")
print(type(made.grad_fn).__name__, made.requires_grad, made.is_leaf)
(made * torch.arange(12.).reshape(3, 2, 2)).sum().backward()
print(weight.grad)
told(lambda: pad_sequence([torch.arange(3), torch.arange(1)], padding_value=7))
told(lambda: pad_sequence([torch.arange(3), torch.arange(1)], padding_value=1.5))
told(lambda: pad_sequence([torch.arange(3), torch.ones(1)]))
told(lambda: pad_sequence([torch.ones(1), torch.arange(3)]))
told(lambda: pad_sequence([torch.ones(0, 2), torch.ones(2, 2)]))
told(lambda: pad_sequence(torch.ones(2, 3)))
told(lambda: pad_sequence(row for row in rows))
told(lambda: pad_sequence([]))
told(lambda: pad_sequence(3))
told(lambda: pad_sequence([1, 2]))
told(lambda: pad_sequence(rows, padding_side="foo"))
told(lambda: pad_sequence([torch.tensor(1.)]))
told(lambda: pad_sequence([torch.ones(2, 3), torch.ones(2, 4)]))
told(lambda: torch.nn.utils.rnn.pad_sequence(rows).shape)
for batch_first in (False, True):
    print(unpad_sequence(pad_sequence(rows, batch_first), torch.tensor([3, 1, 2]), batch_first))
