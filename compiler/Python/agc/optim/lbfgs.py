"""L-BFGS."""
import agc
from agc._modes import enable_grad, no_grad
from agc._tensor import Tensor
from agc.optim.optimizer import Optimizer, check_not_negative


class LBFGS(Optimizer):
    """Newton's method with a Hessian estimated from the last steps; step() calls a closure several times"""

    def __init__(self, params, lr=1, max_iter=20, max_eval=None, tolerance_grad=1e-7, tolerance_change=1e-9,
                 history_size=100, line_search_fn=None):
        check_not_negative(("learning rate", lr))
        super().__init__(params, dict(lr=lr, max_iter=max_iter,
                                      max_eval=max_iter * 5 // 4 if max_eval is None else max_eval,
                                      tolerance_grad=tolerance_grad, tolerance_change=tolerance_change,
                                      history_size=history_size, line_search_fn=line_search_fn))
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        self._params = self.param_groups[0]["params"]

    def _gradient(self):
        return agc.cat([(agc.zeros_like(p) if p.grad is None else p.grad).reshape(-1) for p in self._params])

    def _move(self, rate, direction):
        at = 0
        for param in self._params:
            param.add_(direction[at:at + param.numel()].view_as(param) * rate)
            at += param.numel()

    def _evaluate(self, closure, begin, rate, direction):
        """The loss and its gradient some way along a direction."""
        self._move(rate, direction)
        loss = float(closure())
        gradient = self._gradient()
        for param, value in zip(self._params, begin):
            param.copy_(value)
        return loss, gradient

    def step(self, closure):
        """Moves the parameters, several times; the closure computes the loss anew with its gradients."""
        with no_grad():
            return self._step(enable_grad()(closure))

    def _step(self, closure):
        group, state = self.param_groups[0], self.state[self._params[0]]
        lr, search = group["lr"], group["line_search_fn"]
        if search not in (None, "strong_wolfe"):
            raise RuntimeError("only 'strong_wolfe' is supported")
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        first = closure()
        loss, evaluations, gradient = float(first), 1, self._gradient()
        state["func_evals"] += 1
        if gradient.abs().max() <= group["tolerance_grad"]:
            return first
        for iteration in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            direction = self._direction(state, gradient, group["history_size"])
            state["d"], state["prev_flat_grad"], state["prev_loss"] = direction, gradient.clone(), loss
            rate = min(1.0, 1.0 / gradient.abs().sum()) * lr if state["n_iter"] == 1 else lr
            state["t"] = rate
            slope = gradient.dot(direction)
            if slope > -group["tolerance_change"]:
                break
            used, before = 0, loss
            if search:
                begin = [param.clone() for param in self._params]
                loss, gradient, rate, used = _strong_wolfe(
                    lambda at: self._evaluate(closure, begin, at, direction), rate, direction, loss, gradient, slope,
                    group["max_eval"] - evaluations)
                self._move(rate, direction)
                state["t"] = rate
            else:
                self._move(rate, direction)
                if iteration != group["max_iter"]:
                    loss, gradient, used = float(closure()), self._gradient(), 1
            evaluations += used
            state["func_evals"] += used
            if iteration == group["max_iter"] or evaluations >= group["max_eval"] or \
                    gradient.abs().max() <= group["tolerance_grad"] or \
                    direction.mul(rate).abs().max() <= group["tolerance_change"] or \
                    abs(loss - before) < group["tolerance_change"]:
                break
        return first

    @staticmethod
    def _direction(state, gradient, history):
        """The gradient times the estimated inverse Hessian, after what the last step has taught."""
        if state["n_iter"] == 1:
            state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1)
            return gradient.neg()
        change, moved = gradient.sub(state["prev_flat_grad"]), state["d"].mul(state["t"])
        curvature = change.dot(moved)
        changes, steps, inverses = state["old_dirs"], state["old_stps"], state["ro"]
        if curvature > 1e-10:
            if len(changes) == history:
                for remembered in (changes, steps, inverses):
                    remembered.pop(0)
            changes.append(change)
            steps.append(moved)
            inverses.append(1.0 / curvature)
            state["H_diag"] = curvature / change.dot(change)
        q, shares = gradient.neg(), [None] * len(changes)
        for i in reversed(range(len(changes))):
            shares[i] = steps[i].dot(q) * inverses[i]
            q = q + changes[i] * -shares[i]
        state["al"] = shares
        direction = q * state["H_diag"]
        for i, share in enumerate(shares):
            direction = direction + steps[i] * (share - changes[i].dot(direction) * inverses[i])
        return direction


def _cubic(x1, f1, g1, x2, f2, g2, bounds=None):
    """Where a cubic through two points with their slopes is least, within bounds."""
    low, high = bounds if bounds else (x1, x2) if x1 <= x2 else (x2, x1)
    d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
    square = d1 ** 2 - g1 * g2
    if not square >= 0:
        return (low + high) / 2.0
    d2 = square.sqrt() if isinstance(square, Tensor) else square ** 0.5
    if x1 <= x2:
        least = x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2 * d2))
    else:
        least = x1 - (x1 - x2) * ((g1 + d2 - d1) / (g1 - g2 + 2 * d2))
    return min(max(least, low), high)


def _bracket(evaluate, t, direction, f, g, slope, c1, c2, most):
    """Points around one that satisfies Wolfe's conditions: where, loss, gradient and slope of each; whether one does."""
    f_new, g_new = evaluate(t)
    slope_new, count, tries = g_new.dot(direction), 1, 0
    last = (0, f, g, slope)
    while tries < most:
        here = (t, f_new, g_new, slope_new)
        if f_new > (f + c1 * t * slope) or (tries > 1 and f_new >= last[1]):
            return [last, here], False, count, tries
        if abs(slope_new) <= -c2 * slope:
            return [here], True, count, tries
        if slope_new >= 0:
            return [last, here], False, count, tries
        following = _cubic(last[0], last[1], last[3], t, f_new, slope_new, (t + 0.01 * (t - last[0]), t * 10))
        last, t = here, following
        f_new, g_new = evaluate(t)
        slope_new, count, tries = g_new.dot(direction), count + 1, tries + 1
    return [(0, f, g, slope), (t, f_new, g_new, slope_new)], False, count, tries


def _strong_wolfe(evaluate, t, direction, f, g, slope, most, c1=1e-4, c2=0.9, tolerance=1e-9):
    """A rate along a direction that satisfies Wolfe's strong conditions."""
    longest = direction.abs().max()
    bracket, done, count, tries = _bracket(evaluate, t, direction, f, g, slope, c1, c2, most)
    stuck = False
    low, high = (0, 1) if bracket[0][1] <= bracket[-1][1] else (1, 0)
    while not done and tries < most:
        (x1, f1, _, s1), (x2, f2, _, s2) = bracket
        if abs(x2 - x1) * longest < tolerance:
            break
        t, least, most_far = _cubic(x1, f1, s1, x2, f2, s2), min(x1, x2), max(x1, x2)
        margin = 0.1 * (most_far - least)
        if min(most_far - t, t - least) < margin:
            if stuck or t >= most_far or t <= least:
                t = most_far - margin if abs(t - most_far) < abs(t - least) else least + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        f_new, g_new = evaluate(t)
        slope_new, count, tries = g_new.dot(direction), count + 1, tries + 1
        if f_new > (f + c1 * t * slope) or f_new >= bracket[low][1]:
            bracket[high] = (t, f_new, g_new, slope_new)
            low, high = (0, 1) if bracket[0][1] <= bracket[1][1] else (1, 0)
            continue
        if abs(slope_new) <= -c2 * slope:
            done = True
        elif slope_new * (bracket[high][0] - bracket[low][0]) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = (t, f_new, g_new, slope_new)
    t, f_new, g_new, _ = bracket[low]
    return f_new, g_new, t, count
