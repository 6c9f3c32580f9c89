"""torch.optim.swa_utils: a model whose parameters are means of another's, and a rate for the steps that are averaged."""
import itertools
import math
from copy import deepcopy

import agc
from agc._missing import missing
from agc._modes import no_grad
from agc.nn import Module
from agc.nn.modules.batchnorm import _BatchNorm
from agc.optim._cycles import each
from agc.optim.lr_scheduler import LRScheduler


def _check_decay(decay):
    if not 0.0 <= decay <= 1.0:
        raise ValueError(f"Invalid decay value {decay} provided. Please provide a value in [0,1] range.")


def get_ema_avg_fn(decay=0.999):
    """The next exponential moving mean of a parameter."""
    _check_decay(decay)

    @no_grad()
    def ema_update(ema_param, current_param, num_averaged):
        return decay * ema_param + (1 - decay) * current_param
    return ema_update


def get_swa_avg_fn():
    """The mean of one more value of a parameter."""

    @no_grad()
    def swa_update(averaged_param, current_param, num_averaged):
        return averaged_param + (current_param - averaged_param) / (num_averaged + 1)
    return swa_update


def _is_lerped(tensor):
    return tensor.is_floating_point() or tensor.is_complex()


def get_ema_multi_avg_fn(decay=0.999):
    """Exponential moving means of all parameters, in place."""
    _check_decay(decay)

    @no_grad()
    def ema_update(ema_param_list, current_param_list, _):
        for mean, current in zip(ema_param_list, current_param_list):
            if _is_lerped(mean):
                mean.lerp_(current, 1 - decay)
            else:
                mean.copy_(mean * decay + current * (1 - decay))
    return ema_update


def get_swa_multi_avg_fn():
    """Means of one more value of all parameters, in place."""

    @no_grad()
    def swa_update(averaged_param_list, current_param_list, num_averaged):
        count = int(num_averaged) + 1
        for mean, current in zip(averaged_param_list, current_param_list):
            if _is_lerped(mean):
                mean.lerp_(current, 1 / count)
            else:
                mean.add_((current - mean) // count)
    return swa_update


class AveragedModel(Module):
    """A copy of a model whose parameters become means of the model's, one more with each update_parameters."""

    def __init__(self, model, device=None, avg_fn=None, multi_avg_fn=None, use_buffers=False):
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", agc.tensor(0, dtype=agc.long, device=device))
        self.n_averaged._counted = (self.n_averaged._version, 0)
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *args, **kwargs):
        return self.module(*args, **kwargs)

    def _averaged(self, module):
        """The tensors that means are taken of."""
        return itertools.chain(module.parameters(), module.buffers()) if self.use_buffers else module.parameters()

    def _count(self):
        """How many values there were, which is known without running the trace but where the program wrote to it."""
        version, count = getattr(self.n_averaged, "_counted", (None, 0))
        return count if version == self.n_averaged._version else int(self.n_averaged)

    def update_parameters(self, model):
        """One more value of all parameters; the first is copied."""
        pairs = [(mean.detach(), current.detach()) for mean, current in
                 zip(self._averaged(self.module), self._averaged(model))]
        count = self._count()
        if count == 0:
            for mean, current in pairs:
                mean.copy_(current)
        elif self.avg_fn is not None:
            for mean, current in pairs:
                mean.copy_(self.avg_fn(mean, current, self.n_averaged))
        else:
            means, currents = zip(*pairs)
            if self.multi_avg_fn is not None:
                self.multi_avg_fn(list(means), list(currents), self.n_averaged)
            else:
                get_swa_multi_avg_fn()(means, currents, count)
        if not self.use_buffers:
            for own, other in zip(self.module.buffers(), model.buffers()):
                own.detach().copy_(other.detach())
        self.n_averaged.add_(1)
        self.n_averaged._counted = (self.n_averaged._version, count + 1)


@no_grad()
def update_bn(loader, model, device=None):
    """Running statistics of batch normalisation anew: their means over what a loader gives."""
    momenta = {module: module.momentum for module in model.modules() if isinstance(module, _BatchNorm)}
    if not momenta:
        return
    was_training = model.training
    model.train()
    for module in momenta:
        module.reset_running_stats()
        module.momentum = None
    for batch in loader:
        batch = batch[0] if isinstance(batch, (list, tuple)) else batch
        model(batch if device is None else batch.to(device))
    for module, momentum in momenta.items():
        module.momentum = momentum
    model.train(was_training)


def _linear(share):
    return share


def _cosine(share):
    return (1 - math.cos(math.pi * share)) / 2


class SWALR(LRScheduler):
    """From each group's learning rate to swa_lr within some epochs, and there it stays"""

    def __init__(self, optimizer, swa_lr, anneal_epochs=10, anneal_strategy="cos", last_epoch=-1):
        for rate, group in zip(each(optimizer, "swa_lr", swa_lr), optimizer.param_groups):
            group["swa_lr"] = rate
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self._anneal_strategy, self.anneal_epochs = anneal_strategy, anneal_epochs
        super().__init__(optimizer, last_epoch)

    def _share(self, step):
        """How far the way is gone after so many steps."""
        share = max(0, min(1, step / max(1, self.anneal_epochs)))
        return (_cosine if self._anneal_strategy == "cos" else _linear)(share)

    def get_lr(self):
        step = self._step_count - 1
        step = step if self.anneal_epochs else max(1, step)
        before, now = self._share(step - 1), self._share(step)
        rates = []
        for group in self.optimizer.param_groups:
            goal = group["swa_lr"]
            start = goal if before == 1 else (group["lr"] - before * goal) / (1 - before)
            rates.append(goal * now + start * (1 - now))
        return rates


def __getattr__(name):
    raise missing("torch.optim.swa_utils", name, globals())
