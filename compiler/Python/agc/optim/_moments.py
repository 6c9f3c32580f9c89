"""Adamax, NAdam and RAdam: further optimizers by the gradients' running means."""
import agc
from agc.optim.adam import begin_means, next_means
from agc.optim.optimizer import Stepwise, check_betas, check_not_negative, counted, number


class Adamax(Stepwise):
    """param -= lr * (the gradients' running mean) / (their running largest size)"""

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, foreach=None, *, maximize=False,
                 differentiable=False, capturable=False):
        check_not_negative(("learning rate", lr), ("epsilon value", eps))
        check_betas(betas)
        check_not_negative(("weight_decay value", weight_decay))
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, foreach=foreach,
                                      maximize=maximize, differentiable=differentiable, capturable=capturable))

    def _begin(self, state, param, group):
        state["step"] = agc.tensor(0.0)
        state["exp_avg"], state["exp_inf"] = agc.zeros_like(param), agc.zeros_like(param)

    def _update(self, param, gradient, state, group):
        beta1, beta2 = group["betas"]
        step = counted(state)
        if group["weight_decay"] != 0:
            gradient = gradient.add(param, alpha=group["weight_decay"])
        mean, largest = state["exp_avg"], state["exp_inf"]
        mean.lerp_(gradient, 1 - beta1)
        largest.copy_(agc.maximum(largest.mul_(beta2), gradient.abs().add_(group["eps"])))
        param.addcdiv_(mean * number(-(group["lr"] / (1 - beta1 ** step)), param), largest)


class NAdam(Stepwise):
    """Adam with Nesterov's momentum"""

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3,
                 decoupled_weight_decay=False, *, foreach=None, maximize=False, capturable=False, differentiable=False):
        check_not_negative(("learning rate", lr), ("epsilon value", eps))
        check_betas(betas)
        check_not_negative(("weight_decay value", weight_decay), ("momentum_decay value", momentum_decay))
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay,
                                      momentum_decay=momentum_decay, decoupled_weight_decay=decoupled_weight_decay,
                                      maximize=maximize, foreach=foreach, capturable=capturable,
                                      differentiable=differentiable))

    def _begin(self, state, param, group):
        state["step"], state["mu_product"] = agc.tensor(0.0), agc.tensor(1.0)  # in the order of PyTorch's state
        state["exp_avg"], state["exp_avg_sq"] = agc.zeros_like(param), agc.zeros_like(param)

    def _update(self, param, gradient, state, group):
        beta1, beta2 = group["betas"]
        lr, step = group["lr"], counted(state)
        momentum, following = (beta1 * (1.0 - 0.5 * (0.96 ** (n * group["momentum_decay"]))) for n in (step, step + 1))
        product = state["mu_product"]
        product.mul_(number(momentum, product))
        mean, square, gradient = next_means(param, gradient, state, group)
        denominator = square.div(number(1 - beta2 ** step, param)).sqrt().add_(group["eps"])
        # The product is a tensor, as its number would run the trace; in double, as PyTorch's numbers are.
        product = product.double()
        param.addcdiv_(gradient * (-lr * (1.0 - momentum) / (1.0 - product)).to(param.dtype), denominator)
        param.addcdiv_(mean * (-lr * following / (1.0 - product * following)).to(param.dtype), denominator)


class RAdam(Stepwise):
    """Adam, rectified while its running mean square is of few gradients"""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, decoupled_weight_decay=False, *,
                 foreach=None, maximize=False, capturable=False, differentiable=False):
        check_not_negative(("learning rate", lr), ("epsilon value", eps))
        check_betas(betas)
        check_not_negative(("weight_decay value", weight_decay))
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, maximize=maximize,
                                      foreach=foreach, capturable=capturable, differentiable=differentiable,
                                      decoupled_weight_decay=decoupled_weight_decay))

    def _begin(self, state, param, group):
        begin_means(state, param)

    def _begin_exported(self, state, param, group):
        raise NotImplementedError("RAdam in an exported function is not in agc yet: its first steps are others")

    def _update(self, param, gradient, state, group):
        beta1, beta2 = group["betas"]
        step = counted(state)
        mean, square, _ = next_means(param, gradient, state, group)
        rest = 1 - beta2 ** step
        update = mean / (1 - beta1 ** step) * group["lr"]
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * step * (beta2 ** step) / rest
        if length > 5.0:
            rectified = ((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) ** 0.5
            update = update * (rest ** 0.5 / square.sqrt().add_(group["eps"])) * rectified
        param.add_(-update)
