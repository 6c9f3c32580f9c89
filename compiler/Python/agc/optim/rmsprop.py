"""RMSprop."""
import agc
from agc.optim.optimizer import Stepwise, by_parts, check_not_negative, counted


class RMSprop(Stepwise):
    """param -= lr * gradient / (the root of the gradients' running mean square)"""

    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False,
                 capturable=False, foreach=None, maximize=False, differentiable=False):
        check_not_negative(("learning rate", lr), ("epsilon value", eps), ("momentum value", momentum),
                           ("weight_decay value", weight_decay), ("alpha value", alpha))
        super().__init__(params, dict(lr=lr, momentum=momentum, alpha=alpha, eps=eps, centered=centered,
                                      weight_decay=weight_decay, capturable=capturable, foreach=foreach,
                                      maximize=maximize, differentiable=differentiable))

    def _begin(self, state, param, group):
        state["step"], state["square_avg"] = agc.tensor(0.0), agc.zeros_like(param)
        if group["momentum"] > 0:
            state["momentum_buffer"] = agc.zeros_like(param)
        if group["centered"]:
            state["grad_avg"] = agc.zeros_like(param)

    @by_parts
    def _update(self, param, gradient, state, group):
        alpha = group["alpha"]
        counted(state)
        if group["weight_decay"] != 0:
            gradient = gradient.add(param, alpha=group["weight_decay"])
        square = state["square_avg"]
        square.mul_(alpha).addcmul_(gradient, gradient, value=1 - alpha)
        if group["centered"]:
            mean = state["grad_avg"]
            mean.lerp_(gradient, 1 - alpha)
            square = square.addcmul(mean, mean, value=-1)
        root = square.sqrt().add_(group["eps"])
        if group["momentum"] > 0:
            buffer = state["momentum_buffer"]
            buffer.mul_(group["momentum"]).addcdiv_(gradient, root)
            param.add_(buffer * -group["lr"])
        else:
            param.addcdiv_(gradient * -group["lr"], root)
