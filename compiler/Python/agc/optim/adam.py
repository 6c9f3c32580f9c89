"""Adam and AdamW."""
import agc
from agc._tensor import Tensor
from agc.optim.optimizer import Stepwise, by_parts, check_betas, check_not_negative, counted, number


def begin_means(state, param):
    """What is remembered of a parameter's gradients: their count, running mean and running mean square."""
    state["step"] = agc.tensor(0.0)
    state["exp_avg"], state["exp_avg_sq"] = agc.zeros_like(param), agc.zeros_like(param)


def next_means(param, gradient, state, group):
    """The running mean and mean square with a further gradient, and that after the weight's decay."""
    beta1, beta2 = group["betas"]
    decay = group["weight_decay"]
    if decay != 0 and group["decoupled_weight_decay"]:
        param.mul_(1 - group["lr"] * decay)
    elif decay != 0:
        gradient = gradient.add(param, alpha=decay)
    mean, square = state["exp_avg"], state["exp_avg_sq"]
    mean.lerp_(gradient, 1 - beta1)
    square.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
    return mean, square, gradient


class Adam(Stepwise):
    """param -= lr * (the gradients' running mean) / (the root of their running mean square)"""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, *, foreach=None,
                 maximize=False, capturable=False, differentiable=False, fused=None, decoupled_weight_decay=False):
        plain = foreach and not capturable
        if plain and isinstance(lr, Tensor):
            raise ValueError("lr as a Tensor is not supported for capturable=False and foreach=True")
        check_not_negative(("learning rate", lr), ("epsilon value", eps))
        check_betas(betas)
        check_not_negative(("weight_decay value", weight_decay))
        if not any(isinstance(betas[0], kind) and isinstance(betas[1], kind) for kind in (float, Tensor)):
            raise ValueError("betas must be either both floats or both Tensors")
        for i, beta in enumerate(betas):
            if plain and isinstance(beta, Tensor):
                raise ValueError(f"betas[{i}] as a Tensor is not supported for capturable=False and foreach=True")
        if fused and differentiable:
            raise RuntimeError("`fused` does not support `differentiable`")
        if fused and foreach:
            raise RuntimeError("`fused` and `foreach` cannot be `True` together.")
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad,
                                      maximize=maximize, foreach=foreach, capturable=capturable,
                                      differentiable=differentiable, fused=fused,
                                      decoupled_weight_decay=decoupled_weight_decay))

    def _begin(self, state, param, group):
        begin_means(state, param)
        if group["amsgrad"]:
            state["max_exp_avg_sq"] = agc.zeros_like(param)

    @by_parts
    def _update(self, param, gradient, state, group):
        beta1, beta2 = group["betas"]
        step = counted(state)
        mean, square, _ = next_means(param, gradient, state, group)
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"]
            square = largest.copy_(agc.maximum(largest, square))
        root = number((1 - beta2 ** step) ** 0.5, param)
        denominator = (square.sqrt() / root).add_(group["eps"])
        # addcdiv's `value` is part of the code, and this one is another in each step.
        param.addcdiv_(mean * number(-(group["lr"] / (1 - beta1 ** step)), param), denominator)


class AdamW(Adam):
    """Adam, whose weight decay shrinks the parameter itself"""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, *,
                 maximize=False, foreach=None, capturable=False, differentiable=False, fused=None):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, foreach=foreach, maximize=maximize,
                         capturable=capturable, differentiable=differentiable, fused=fused,
                         decoupled_weight_decay=True)
