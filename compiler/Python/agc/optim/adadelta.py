"""Adadelta."""
import agc
from agc.optim.optimizer import Stepwise, check_not_negative, counted


class Adadelta(Stepwise):
    """param -= lr * gradient * (the root of the steps' running mean square) / (that of the gradients')"""

    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0, foreach=None, *, capturable=False,
                 maximize=False, differentiable=False):
        check_not_negative(("learning rate", lr))
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}")
        check_not_negative(("epsilon value", eps), ("weight_decay value", weight_decay))
        super().__init__(params, dict(lr=lr, rho=rho, eps=eps, weight_decay=weight_decay, maximize=maximize,
                                      capturable=capturable, foreach=foreach, differentiable=differentiable))

    def _begin(self, state, param, group):
        state["step"] = agc.tensor(0.0)
        state["square_avg"], state["acc_delta"] = agc.zeros_like(param), agc.zeros_like(param)

    def _update(self, param, gradient, state, group):
        rho, eps = group["rho"], group["eps"]
        counted(state)
        if group["weight_decay"] != 0:
            gradient = gradient.add(param, alpha=group["weight_decay"])
        square, steps = state["square_avg"], state["acc_delta"]
        square.mul_(rho).addcmul_(gradient, gradient, value=1 - rho)
        delta = steps.add(eps).sqrt_().div_(square.add(eps).sqrt_()).mul_(gradient)
        steps.mul_(rho).addcmul_(delta, delta, value=1 - rho)
        param.add_(delta * -group["lr"])
