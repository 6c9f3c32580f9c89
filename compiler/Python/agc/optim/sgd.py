"""Stochastic gradient descent with momentum."""
import agc
from agc.optim.optimizer import Stepwise, check_not_negative


class SGD(Stepwise):
    """param -= lr * (the gradient, or its running sum)"""

    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, maximize=False,
                 foreach=None, differentiable=False, fused=None):
        check_not_negative(("learning rate", lr), ("momentum value", momentum), ("weight_decay value", weight_decay))
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(params, dict(lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay,
                                      nesterov=nesterov, maximize=maximize, foreach=foreach,
                                      differentiable=differentiable, fused=fused))

    def _begin_exported(self, state, param, group):
        if group["momentum"] != 0:
            state["momentum_buffer"] = agc.zeros_like(param)
            if group["dampening"] != 0:
                state["step"] = agc.tensor(0.0)

    def _update(self, param, gradient, state, group):
        momentum = group["momentum"]
        if group["weight_decay"] != 0:
            gradient = gradient.add(param, alpha=group["weight_decay"])
        if momentum != 0:
            buffer = state.get("momentum_buffer")
            if buffer is None:
                buffer = state["momentum_buffer"] = gradient.detach().clone()
            elif "step" in state:  # exported: the first gradient is not damped
                damped = agc.where(state["step"] == 0, gradient, gradient * (1 - group["dampening"]))
                buffer.mul_(momentum).add_(damped)
                state["step"].add_(1)
            else:
                buffer.mul_(momentum).add_(gradient, alpha=1 - group["dampening"])
            gradient = gradient.add(buffer, alpha=momentum) if group["nesterov"] else buffer
        param.add_(gradient * -group["lr"])
