# Each optimizer with its options, for four steps: parameters and state
import torch
from torch import optim


def show(name, make):
    w = torch.linspace(-2.0, 2.0, 9).requires_grad_()
    v = torch.linspace(0.5, -0.5, 4).view(2, 2).requires_grad_()
    made = make([w, v])
    for i in range(4):
        w.grad, v.grad = torch.cos(torch.arange(9.0) * (i + 1)), torch.sin(torch.arange(4.0) - i).view(2, 2)
        made.step()
    print(name, w.detach(), v.detach())
    for key, value in sorted(made.state_dict()["state"].get(0, {}).items()):
        print(key, value)


show("sgd", lambda p: optim.SGD(p, 0.1))
show("sgd momentum", lambda p: optim.SGD(p, 0.1, momentum=0.9, dampening=0.3, weight_decay=0.01))
show("sgd nesterov", lambda p: optim.SGD(p, 0.1, momentum=0.9, nesterov=True, maximize=True, weight_decay=0.1))
show("adam", lambda p: optim.Adam(p, 0.01))
show("adam amsgrad", lambda p: optim.Adam(p, 0.1, (0.8, 0.9), 1e-6, 0.02, True))
show("adam maximize", lambda p: optim.Adam(p, 0.1, maximize=True))
show("adamw", lambda p: optim.AdamW(p, 0.1))
show("adamw amsgrad", lambda p: optim.AdamW(p, 0.1, amsgrad=True))
show("rmsprop", lambda p: optim.RMSprop(p))
show("rmsprop centered", lambda p: optim.RMSprop(p, 0.1, centered=True, weight_decay=0.1))
show("rmsprop momentum", lambda p: optim.RMSprop(p, 0.1, momentum=0.9))
show("rmsprop both", lambda p: optim.RMSprop(p, 0.1, momentum=0.9, centered=True, maximize=True))
show("adagrad", lambda p: optim.Adagrad(p))
show("adagrad decay", lambda p: optim.Adagrad(p, 0.1, 0.2, 0.3, 0.4, 1e-5))
