# RNNCell, LSTMCell and GRUCell: initial numbers, steps with and without a batch and a bias, gradients, refusals
import torch
from torch import nn

ones = torch.ones


def told(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


def states(made):
    return made if isinstance(made, tuple) else (made,)


torch.manual_seed(3)
for make in (nn.RNNCell, nn.LSTMCell, nn.GRUCell, lambda *s, **o: nn.RNNCell(*s, nonlinearity="relu", **o)):
    for options in ({}, {"bias": False}, {"dtype": torch.float64}):
        cell = make(3, 2, **options)
        print(cell, cell.state_dict(), cell.bias_ih is None)
        kind = options.get("dtype", torch.float32)
        x = torch.linspace(-1, 1, 6, dtype=kind).reshape(2, 3).requires_grad_()
        hidden = None
        for _ in range(3):
            hidden = cell(x, hidden)
        print([(state.detach(), state.grad_fn.name()) for state in states(hidden)])
        sum((state * state).sum() for state in states(hidden)).backward()
        print(x.grad, [p.grad for p in cell.parameters()])
        alone = states(cell(x[0], cell(x[0])))
        print([(state.detach(), state.shape) for state in alone])
    given = (lambda *s: (ones(*s), ones(*s))) if isinstance(cell, nn.LSTMCell) else ones
    cell = make(3, 2)
    for input, hidden in ((ones(2, 4), None), (ones(4), None), (ones(2, 3), given(3, 2)), (ones(2, 3), given(2, 5)),
                          (ones(3), given(3)), (ones(1, 2, 3), None), (ones(2, 3), given(1, 2, 2))):
        told(lambda: cell(input, hidden))
told(lambda: nn.RNNCell(3, 2, nonlinearity="foo"))
told(lambda: nn.RNNCell(3, 2, nonlinearity="foo")(ones(2, 3)))
told(lambda: nn.LSTMCell(3, 2)(ones(2, 3), (ones(2, 2), ones(2, 3))))
told(lambda: nn.LSTMCell(3, 2)(ones(2, 3), (ones(2, 2), ones(3, 2))))
told(lambda: nn.LSTMCell(3, 2)(ones(2, 3), (ones(2, 2),)))
told(lambda: nn.LSTMCell(3, 2)(ones(2, 3), ones(2, 2)))
told(lambda: nn.GRUCell(3, 0))
