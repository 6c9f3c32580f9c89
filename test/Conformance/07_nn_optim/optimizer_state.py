# state_dict, closures, hooks and groups of an optimizer, and one of the program's own
import torch
from torch import optim


def attempt(function, *arguments):
    try:
        print(function(*arguments))
    except Exception as error:
        print(type(error).__name__, error)


p = [torch.ones(2, requires_grad=True)]
o = optim.Adam([{"params": p, "lr": 0.5}])
for _ in range(2):
    p[0].grad = torch.ones(2)
    o.step()
state = o.state_dict()
print(state["param_groups"])
print(state["state"])
q = [torch.ones(2, requires_grad=True)]
other = optim.Adam(q)
other.load_state_dict(state)
q[0].grad = torch.ones(2)
other.step()
print(q[0], other.param_groups[0]["lr"], other.state[q[0]]["step"])
attempt(optim.SGD([torch.ones(1), torch.zeros(1)], lr=1).load_state_dict, state)
attempt(o.add_param_group, {"params": p})
attempt(o.add_param_group, [1])
x = torch.tensor([2.0], requires_grad=True)
o = optim.SGD([x], lr=0.25)


def closure():
    o.zero_grad()
    loss = (x ** 2).sum()
    loss.backward()
    return loss


print(o.step(closure).item(), x.item(), o.step(closure).item(), x.item())
o.zero_grad(set_to_none=False)
print(x.grad)
before = o.register_step_pre_hook(lambda *given: print("before", len(given)))
after = o.register_step_post_hook(lambda *given: print("after", len(given)))
o.step()
before.remove()
o.step()


class Shrink(optim.Optimizer):
    def __init__(self, params, rate):
        super().__init__(params, dict(rate=rate))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for param in group["params"]:
                param.add_(param, alpha=-group["rate"])


own = Shrink([x], 0.5)
own.step()
print(x.item(), own)
print(optim.SGD([("a", x)], lr=1).state_dict()["param_groups"][0]["param_names"])
