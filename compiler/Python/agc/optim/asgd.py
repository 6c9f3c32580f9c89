"""ASGD."""
import agc
from agc.optim.optimizer import Stepwise, by_parts, check_not_negative, counted


class ASGD(Stepwise):
    """Steps that shrink, of parameters that decay; their mean from step t0 on is in the state, as ax"""

    def __init__(self, params, lr=1e-2, lambd=1e-4, alpha=0.75, t0=1e6, weight_decay=0, foreach=None, maximize=False,
                 differentiable=False, capturable=False):
        check_not_negative(("learning rate", lr), ("weight_decay value", weight_decay))
        super().__init__(params, dict(lr=lr, lambd=lambd, alpha=alpha, t0=t0, weight_decay=weight_decay,
                                      foreach=foreach, maximize=maximize, differentiable=differentiable,
                                      capturable=capturable))

    def _begin(self, state, param, group):
        state["step"], state["eta"] = agc.tensor(0.0), agc.as_tensor(group["lr"], dtype=agc.float32).clone().detach()
        state["mu"], state["ax"] = agc.tensor(1.0), agc.zeros_like(param)

    @by_parts
    def _update(self, param, gradient, state, group):
        step, lambd, mu, mean = counted(state), group["lambd"], state["mu"], state["ax"]
        if group["weight_decay"] != 0:
            gradient = gradient.add(param, alpha=group["weight_decay"])
        # The step's size is a tensor, as its number would run the trace; in double, as PyTorch's numbers are.
        eta = state["eta"].double()
        param.mul_((1 - lambd * eta).to(param.dtype)).add_(gradient * (-eta).to(param.dtype))
        mean.copy_(agc.where(mu == 1, param, mean + (param - mean) * mu.to(param.dtype)))
        state["eta"].copy_(agc.as_tensor(group["lr"] / (1 + lambd * group["lr"] * step) ** group["alpha"]))
        since = step - group["t0"]
        mu.copy_(1 / since.clamp(min=1) if isinstance(since, agc.Tensor) else agc.tensor(1 / max(1, since)))
