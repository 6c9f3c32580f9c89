"""Rprop."""
import agc
from agc.optim.optimizer import Stepwise, check_not_negative, counted


def _factors(agreed, smaller, larger):
    """By what the steps change, in their own dtype: where() of two numbers would give the default one."""
    kept = agc.ones_like(agreed)
    return kept.masked_fill(agreed > 0, larger).masked_fill(agreed < 0, smaller)


class Rprop(Stepwise):
    """Each element by a step of its own, which grows while its gradient keeps its sign"""

    def __init__(self, params, lr=1e-2, etas=(0.5, 1.2), step_sizes=(1e-6, 50), *, capturable=False, foreach=None,
                 maximize=False, differentiable=False):
        check_not_negative(("learning rate", lr))
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        super().__init__(params, dict(lr=lr, etas=etas, step_sizes=step_sizes, foreach=foreach, maximize=maximize,
                                      differentiable=differentiable, capturable=capturable))

    def _begin(self, state, param, group):
        state["step"], state["prev"] = agc.tensor(0.0), agc.zeros_like(param)
        state["step_size"] = agc.full_like(param, group["lr"])

    def _update(self, param, gradient, state, group):
        smaller, larger = group["etas"]
        counted(state)
        sizes, agreed = state["step_size"], gradient.mul(state["prev"]).sign()
        turned = agreed < 0
        sizes.mul_(_factors(agreed, smaller, larger)).clamp_(*group["step_sizes"])
        gradient = gradient.masked_fill(turned, 0)
        param.addcmul_(gradient.sign(), sizes, value=-1)
        state["prev"].copy_(gradient)
