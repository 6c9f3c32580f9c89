"""The loss of connectionist temporal classification (Graves et al. 2006): minus the logarithm of the probability of all ways
to read the target out of a sequence, by a recursion over its steps."""
import agc
from agc import _agc, _dtype
from agc._node import flat, named, underived
from agc._sizes import require, unlike
from agc._tensor import Tensor, forbid
from agc.autograd.function import Function
from agc.nn.functional._losses import _known

__all__ = ["ctc_loss"]

_NEVER = float("-inf")


class _Ways:
    """The places of a target with a blank around each label, and how a reading goes from one to the next: it stays, goes on
    by one, or passes over a blank between two labels that differ."""

    def __init__(self, targets, target_lengths, lengths, blank):
        self.lengths = lengths.unsqueeze(1)  # of the sequences
        count, length = targets.shape
        labels = agc.where(agc.arange(length) < target_lengths.unsqueeze(1), targets, blank)
        blanks = agc.full((count, length + 1), blank)
        self.labels = agc.stack([agc.cat([labels, blanks[:, :1]], 1), blanks], 2).flip(2).flatten(1)[:, :-1]
        before = agc.nn.functional.pad(self.labels[:, :-2], (2, 0), value=blank)
        skips = self.labels != before
        self.steps = agc.where(skips.unsqueeze(2) | (agc.arange(3) > 0), 0.0, _NEVER)  # by two places, by one, and none
        place = agc.arange(2 * length + 1)
        last = 2 * target_lengths.unsqueeze(1)
        self.ends = (place == last) | (place == last - 1)

    def forwards(self, log_probs):
        """For each step the logarithm of the probability to have come to each place, and that after the last step of each."""
        steps, states = self.steps.to(log_probs.dtype), []
        now = agc.where(agc.arange(self.labels.shape[1]) == 0, 0.0, _NEVER).to(log_probs.dtype).expand(self.labels.shape)
        for t, step in enumerate(self._read(log_probs)):
            from_places = agc.nn.functional.pad(now, (2, 0), value=_NEVER).unfold(1, 3, 1)
            states.append((from_places + steps).logsumexp(2) + step)
            now = agc.where(t < self.lengths, states[-1], now)
        return states, now

    def backwards(self, log_probs):
        """For each step the logarithm of the probability of what follows at each place, from the last step on."""
        steps = agc.nn.functional.pad(self.steps[:, 2:, 0], (0, 2), value=_NEVER).unsqueeze(2)
        steps = agc.cat([steps.new_zeros(*self.labels.shape, 2), steps], 2).to(log_probs.dtype)
        end = agc.where(self.ends, 0.0, _NEVER).to(log_probs.dtype)
        now, states = end, []
        for t, step in reversed(list(enumerate(self._read(log_probs)))):
            states.append(now)
            to_places = agc.nn.functional.pad(now + step, (0, 2), value=_NEVER).unfold(1, 3, 1)
            now = agc.where(t < self.lengths, (to_places + steps).logsumexp(2), end)
        return states[::-1]

    def _read(self, log_probs):
        return log_probs.gather(2, self.labels.expand(log_probs.shape[0], *self.labels.shape)).unbind(0)


class _Ctc(Function):
    _node = "CtcLossBackward0"

    @staticmethod
    def forward(ctx, log_probs, ways, zero_infinity):
        ctx.ways, ctx.zero_infinity = ways, zero_infinity
        ctx.states, end = ways.forwards(log_probs)
        result = -agc.where(ways.ends, end, _NEVER).logsumexp(1)
        ctx.save_for_backward(log_probs, result)
        return result

    @staticmethod
    def backward(ctx, gradient):
        log_probs, losses = ctx.saved_tensors
        return flat(lambda: _Ctc._gradient(ctx, gradient, log_probs, losses.detach()), [gradient, log_probs],
                    refusal=underived("_ctc_loss_backward")), None, None

    @staticmethod
    def _gradient(ctx, gradient, log_probs, losses):
        """The gradient, in which log_probs are the logarithms of a softmax's, as torch takes it."""
        log_probs, losses = log_probs.detach(), losses.unsqueeze(1)
        after = agc.stack(ctx.ways.backwards(log_probs))
        passed = (agc.stack(ctx.states) + after + losses).exp()
        there = agc.zeros_like(log_probs).scatter_add(2, ctx.ways.labels.expand(after.shape), passed)
        made = (log_probs.exp() - there) * gradient.detach().unsqueeze(1)
        never = losses == float("inf")
        made = agc.where(never, 0.0 if ctx.zero_infinity else float("nan"), made)
        return agc.where(agc.arange(log_probs.shape[0]).view(-1, 1, 1) < ctx.ways.lengths, made, 0.0)


def _lengths(name, given, count):
    """The lengths as a tensor."""
    if isinstance(given, Tensor):
        if given.is_floating_point() or given.is_complex():
            raise RuntimeError(f"{name} must be integral")
        given = given.long().reshape([-1]) if given.dim() == 0 else given.long()
    else:
        given = agc.tensor(list(given), dtype=_dtype.int64)
    if unlike(given.shape, [count]):
        raise RuntimeError(f"{name} must be of size batch_size")
    return given


def _check_lengths(name, lengths, most):
    """Refuses a length below 0 or, where there is one, above the greatest."""
    def text():
        if _agc.is_exporting():
            return f"ctc_loss(): {name} out of range"
        found = lengths.tolist()
        wrong = next(n for n in found if n < 0 or most is not None and n > most)
        bound = "least 0" if wrong < 0 else f"most {most}"
        return f"Expected {name} to have value at {bound}, but got value {wrong} (while checking arguments for " \
               "ctc_loss_allocate_outputs)"

    bad = (lengths < 0) if most is None else (lengths < 0) | (lengths > most)
    forbid(bad.any(), text)


def _padded(targets, target_lengths, count):
    """Targets as rows."""
    where = "dimension {} but got size {} for argument #2 'targets' (while checking arguments for ctc_loss_allocate_outputs)"
    if targets.dim() == 1:
        lengths = target_lengths.tolist()
        total, longest = sum(lengths), max(lengths, default=0)
        require(targets.shape[0], "==", total, f"Expected tensor to have size {total} at " +
                where.format("0,", targets.shape[0]))
        starts = (target_lengths.cumsum(0) - target_lengths).unsqueeze(1)
        places = (starts + agc.arange(longest)).clamp(max=max(total - 1, 0))
        return targets[places] if total else agc.zeros((count, longest), dtype=_dtype.int64)
    require(targets.shape[0], "==", count, f"Expected tensor to have size {count} at " + where.format("0,", targets.shape[0]))

    def text():
        if _agc.is_exporting():
            return "ctc_loss(): a target is longer than the targets' rows"
        return f"Expected tensor to have size at least {max(target_lengths.tolist())} at " + where.format("1,", targets.shape[1])

    forbid((target_lengths > targets.shape[1]).any(), text)
    return targets


def ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    """Minus the logarithm of the probability of a target for sequences of logarithms of probabilities, [steps, batch, classes]."""
    _known(reduction)
    is_batched = log_probs.dim() == 3
    if not is_batched:
        log_probs, targets = log_probs.unsqueeze(1), targets.unsqueeze(0) if targets.dim() == 1 else targets
    steps, count, classes = log_probs.shape
    if not isinstance(steps, int):
        raise NotImplementedError("ctc_loss() of a number of steps that is known only in a call is not in agc yet")
    if log_probs.dtype not in (_dtype.float32, _dtype.float64):
        raise NotImplementedError(f"\"ctc_loss_cpu\" not implemented for '{log_probs.dtype._title}'")
    input_lengths = _lengths("input_lengths", input_lengths, count)
    target_lengths = _lengths("target_lengths", target_lengths, count)
    if not 0 <= blank < classes:
        raise RuntimeError("blank must be in label range")
    _check_lengths("target_lengths", target_lengths, None)
    targets = _padded(targets.long(), target_lengths, count)
    _check_lengths("input_lengths", input_lengths, steps)
    losses = _Ctc.apply(log_probs, _Ways(targets, target_lengths, input_lengths, blank), zero_infinity)
    if zero_infinity:
        losses = agc.where(losses == float("inf"), 0.0, losses)
    if reduction == "mean":
        return (losses / target_lengths.clamp_min(1)).mean()
    if reduction == "sum":
        return losses.sum()
    return losses if is_batched else named(losses.squeeze(0), "SqueezeBackward1")
