# Warnings name the line of the program, whatever is between it and them
import inspect
import warnings

import torch
import torch.nn.functional as F
from torch import nn

here = inspect.currentframe().f_code.co_filename


def warned(function, inside=False):
    """What a call warns of; `inside`: where PyTorch warns of a line of its own."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        function()
    for w in given:
        print(w.category.__name__, "here" if inside or w.filename == here else "elsewhere", str(w.message).split(" (Triggered")[0].split(". ")[0].rstrip(".")[:90])
    if not given:
        print("no warning")


x = torch.ones((), requires_grad=True)
z = torch.ones(2, dtype=torch.complex64)
mask = torch.tensor([1, 0, 1], dtype=torch.uint8)
y = torch.ones(3)
warned(lambda: torch.ones(2, 3, 4).T)
warned(lambda: torch.ones(2, 3).T)
warned(lambda: torch.ones(()).T)
warned(lambda: (x * x).backward(create_graph=True), inside=True)
warned(lambda: (x * x).backward(create_graph=True))
warned(lambda: torch.ones(1).std())
warned(lambda: torch.ones(3, 1).var(1))
warned(lambda: torch.std_mean(torch.ones(1)))
warned(lambda: torch.ones(3).var(correction=2))
warned(lambda: torch.meshgrid(y, y), inside=True)
warned(lambda: torch.meshgrid(y, y))
warned(lambda: y[mask])
warned(lambda: torch.where(mask, y, y))
warned(lambda: float(x))
warned(lambda: float(x))
warned(lambda: z.float())
warned(lambda: y[:2].copy_(z))
warned(lambda: nn.LSTM(2, 3, dropout=0.5), inside=True)
warned(lambda: F.dropout2d(torch.ones(2, 3)))
warned(lambda: F.dropout2d(torch.ones(2, 3, 4)))
warned(lambda: F.dropout3d(torch.ones(2, 3)))
warned(lambda: F.softmax(y))
warned(lambda: F.mse_loss(y, torch.ones(1, 3)))
warned(lambda: nn.MSELoss(size_average=False), inside=True)
warned(lambda: torch.tensor(y))
warned(lambda: y.new_tensor(y))
warned(lambda: torch.range(0, 2))
warned(lambda: torch.cross(torch.ones(3, 3), torch.ones(3, 3)))
warned(lambda: nn.Linear(0, 2), inside=True)
warned(lambda: (x * 2).grad)
warned(lambda: torch.add(torch.ones(2), 1, out=torch.ones(3)))
warned(lambda: torch.scatter(y, 0, torch.tensor([0]), y, reduce="add"))
