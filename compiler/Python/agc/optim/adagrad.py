"""Adagrad."""
import agc
from agc.optim.optimizer import Stepwise, by_parts, check_not_negative, counted, number


def _both(param, value):
    """A number, and of a complex parameter as both of its parts."""
    return complex(value, value) if param.is_complex() else value


class Adagrad(Stepwise):
    """param -= lr * gradient / (the root of the sum of the gradients' squares)"""

    def __init__(self, params, lr=1e-2, lr_decay=0, weight_decay=0, initial_accumulator_value=0, eps=1e-10,
                 foreach=None, *, maximize=False, differentiable=False, fused=None):
        check_not_negative(("learning rate", lr), ("lr_decay value", lr_decay), ("weight_decay value", weight_decay),
                           ("initial_accumulator_value value", initial_accumulator_value), ("epsilon value", eps))
        super().__init__(params, dict(lr=lr, lr_decay=lr_decay, eps=eps, weight_decay=weight_decay,
                                      initial_accumulator_value=initial_accumulator_value, foreach=foreach,
                                      maximize=maximize, differentiable=differentiable, fused=fused))
        for group in self.param_groups:
            for param in group["params"]:
                self._begin(self.state[param], param, group)

    def _begin(self, state, param, group):
        state["step"] = agc.tensor(0.0)
        state["sum"] = agc.full_like(param, _both(param, group["initial_accumulator_value"]))

    @by_parts
    def _update(self, param, gradient, state, group):
        step = counted(state)
        if group["weight_decay"] != 0:
            gradient = gradient.add(param, alpha=group["weight_decay"])
        rate = number(group["lr"] / (1 + (step - 1) * group["lr_decay"]), param)
        total = state["sum"]
        total.addcmul_(gradient, gradient, value=1)
        param.addcdiv_(gradient * -rate, total.sqrt().add_(group["eps"]))
