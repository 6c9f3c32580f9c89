# state_dict and load_state_dict: what matches, what does not, and the messages
import torch
from torch import nn


def net():
    made = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    with torch.no_grad():
        for i, p in enumerate(made.parameters()):
            p.fill_(0.5 + i)
    return made


def attempt(function, *arguments, **named):
    try:
        print(function(*arguments, **named))
    except Exception as error:
        print(type(error).__name__, error)


n, m = net(), net()
state = n.state_dict()
print(list(state), list(state._metadata), state["0.weight"].requires_grad)
print(m.load_state_dict(state), torch.equal(m[0].weight, n[0].weight), m[0].weight is n[0].weight)
del state["0.bias"]
state["zzz"], state["1.w"], state["2.weight"] = torch.ones(1), torch.ones(1), torch.ones(2, 2)
attempt(m.load_state_dict, state)
del state["2.weight"]
attempt(m.load_state_dict, state, strict=False)
attempt(m.load_state_dict, {**state, "0.weight": 3}, strict=False)
attempt(m.load_state_dict, [1])
linear, other = net()[2], nn.Linear(3, 1)
weight = other.weight
other.load_state_dict(linear.state_dict(), assign=True)
print(other.weight is weight, other.weight.data_ptr() == linear.weight.data_ptr(), other.weight)


class Extra(nn.Module):
    def get_extra_state(self):
        return {"k": 1}

    def set_extra_state(self, state):
        print("got", state)


extra = nn.Sequential(Extra())
print(extra.state_dict())
extra.load_state_dict(extra.state_dict())
attempt(extra.load_state_dict, {})
