"""Optimizer: parameters in groups with options each, and what is remembered for a parameter."""
import functools
from collections import OrderedDict, defaultdict
from copy import deepcopy

import agc
from agc import _agc
from agc._missing import refuse
from agc._modes import enable_grad, no_grad
from agc._tensor import Tensor
from agc._warnings import warn
from agc.utils.hooks import RemovableHandle


class _Required:
    def __repr__(self):
        return "<required parameter>"


required = _Required()


def check_not_negative(*options):
    """Refuses options below zero: what messages call them, and their values."""
    for name, value in options:
        if isinstance(value, Tensor) and value.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        if not value >= 0.0:
            raise ValueError(f"Invalid {name}: {value}")


def check_betas(betas):
    """Refuses decays of running means outside [0, 1)."""
    for i, beta in enumerate(betas):
        if not 0.0 <= beta < 1.0:
            raise ValueError(f"Invalid beta parameter at index {i}: {beta}")


def _end_turn(optimizer):
    """A turn of a loop, and a segment, ends with an optimizer's step."""
    _agc.synchronize()


def _hooked(step):
    """A step between its hooks."""
    @functools.wraps(step)
    def wrapped(self, *args, **kwargs):
        for hook in list(self._step_pre_hooks.values()):
            other = hook(self, args, kwargs)
            if other is not None:
                args, kwargs = other
        result = step(self, *args, **kwargs)
        for hook in list(self._step_post_hooks.values()):
            hook(self, args, kwargs)
        _end_turn(self)
        return result
    return wrapped


def _named(params):
    """A group's parameters, and their names where they are given as pairs."""
    if isinstance(params, Tensor):
        return [params], None
    if isinstance(params, set):
        raise TypeError("optimizer parameters need to be organized in ordered collections, but the ordering of tensors "
                        "in sets will change between runs. Please use a list instead.")
    params = list(params)
    if not any(isinstance(param, tuple) for param in params):
        return params, None
    if not all(isinstance(param, tuple) for param in params):
        raise ValueError("all optimizer params should be with/without names. Some param names are missing")
    return [param for _, param in params], [name for name, _ in params]


class Optimizer:
    """Groups of parameters with their options; a subclass says what a step does."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "step" in cls.__dict__:
            cls.step = _hooked(cls.step)

    def __init__(self, params, defaults):
        self.defaults = defaults
        self._step_pre_hooks, self._step_post_hooks = OrderedDict(), OrderedDict()
        if isinstance(params, Tensor):
            from agc.nn._names import typename
            raise TypeError("params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                            + typename(params))
        self.state, self.param_groups = defaultdict(dict), []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(dict(group))

    def add_param_group(self, param_group):
        """Parameters with options of their own; the defaults stand for what is not given."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params, names = _named(param_group["params"])
        param_group["params"] = params
        if names is not None:
            param_group["param_names"] = names
        for param in params:
            if not isinstance(param, Tensor):
                from agc.nn._names import typename
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {typename(param)}")
            if not (param.is_leaf or param.retains_grad):
                raise ValueError("can't optimize a non-leaf Tensor")
        for name, default in self.defaults.items():
            if default is required and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            param_group.setdefault(name, default)
        if len(set(params)) != len(params):
            warn("optimizer contains a parameter group with duplicate parameters; in future, this will cause "
                 "an error; see github.com/pytorch/pytorch/issues/40967 for more information")
        others = {param for group in self.param_groups for param in group["params"]}
        if any(("param_names" in group) != ("param_names" in param_group) for group in self.param_groups):
            raise ValueError("all optimizer param groups should be with/without names. cannot add param group "
                             f"{'with' if 'param_names' in param_group else 'without'} names to the optimizer")
        if not others.isdisjoint(params):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)

    def zero_grad(self, set_to_none=True):
        """No gradient, or with set_to_none=False one of zeros."""
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is None:
                    continue
                if set_to_none:
                    param.grad = None
                else:
                    if param.grad.grad_fn is not None:
                        param.grad.detach_()
                    else:
                        param.grad.requires_grad_(False)
                    param.grad.zero_()

    def step(self, closure=None):
        """Updates the parameters."""
        raise NotImplementedError

    def register_step_pre_hook(self, hook):
        handle = RemovableHandle(self._step_pre_hooks)
        self._step_pre_hooks[handle.id] = hook
        return handle

    def register_step_post_hook(self, hook):
        handle = RemovableHandle(self._step_post_hooks)
        self._step_post_hooks[handle.id] = hook
        return handle

    # ------------------------------------------------------------ saving

    def _numbered(self):
        """Each parameter's number over all groups."""
        numbers = {}
        for group in self.param_groups:
            for param in group["params"]:
                numbers.setdefault(param, len(numbers))
        return numbers

    def state_dict(self):
        """What is remembered, by the number of the parameter, and the groups' options."""
        numbers = self._numbered()
        groups = [{**{k: v for k, v in group.items() if k != "params"},
                   "params": [numbers[param] for param in group["params"]]} for group in self.param_groups]
        state = {numbers.get(key, key): value for key, value in self.state.items()}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict):
        """Takes what state_dict gave, for parameters in the same order."""
        saved = deepcopy(state_dict["param_groups"])
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(new["params"]) != len(own["params"]) for new, own in zip(saved, self.param_groups)):
            raise ValueError("loaded state dict contains a parameter group that doesn't match the size of optimizer's "
                             "group")
        params = {number: param for new, own in zip(saved, self.param_groups)
                  for number, param in zip(new["params"], own["params"])}
        self.state = defaultdict(dict)
        for key, value in state_dict["state"].items():
            self.state[params.get(key, key)] = _adapted(value, params.get(key))
        for new, own in zip(saved, self.param_groups):
            new["params"] = own["params"]
        self.param_groups = saved

    def __getstate__(self):
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.__dict__.setdefault("_step_pre_hooks", OrderedDict())
        self.__dict__.setdefault("_step_post_hooks", OrderedDict())

    def __repr__(self):
        text = type(self).__name__ + " ("
        for i, group in enumerate(self.param_groups):
            text += f"\nParameter Group {i}\n"
            for key in sorted(group):
                if key != "params":
                    text += f"    {key}: {group[key]}\n"
        return text + ")"


def _adapted(value, param, key=None):
    """Remembered values in a parameter's dtype, but for the count of steps."""
    if isinstance(value, Tensor):
        if key == "step" or param is None or not param.is_floating_point():
            return value
        return value.to(param.dtype)
    if isinstance(value, dict):
        return {k: _adapted(v, param, k) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_adapted(v, param) for v in value)
    return value


class Stepwise(Optimizer):
    """An optimizer that updates each parameter by itself, by its gradient and its own state.

    `foreach` and `fused` say how PyTorch computes, not what: they are taken and change nothing."""

    def __init__(self, params, defaults):
        refuse(type(self).__name__, capturable=defaults.get("capturable"),
               differentiable=defaults.get("differentiable"))
        super().__init__(params, defaults)

    def step(self, closure=None):
        """Updates the parameters that have a gradient; a closure computes the loss anew before that."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with no_grad():
            for group in self.param_groups:
                for param in group["params"]:
                    if param.grad is None:
                        continue
                    state = self.state.get(param, {})
                    if not state:
                        begin = self._begin_exported if _agc.is_exporting() else self._begin
                        with _agc.Outside():  # what is remembered outlives an exported function's call
                            begin(state, param, group)
                        if state:
                            self.state[param] = state
                    gradient = -param.grad if group["maximize"] else param.grad
                    self._update(param, gradient, state, group)
                    if state:
                        self.state[param] = state
        return loss

    def _begin(self, state, param, group):
        """What is remembered before a parameter's first step."""

    def _begin_exported(self, state, param, group):
        """The same for a step that is compiled once for the first and all others."""
        self._begin(state, param, group)

    def _update(self, param, gradient, state, group):
        """One parameter's step."""
        raise NotImplementedError


def by_parts(update):
    """An update of a complex parameter as of its real and imaginary parts, each a number of its own, as PyTorch's."""
    @functools.wraps(update)
    def wrapped(self, param, gradient, state, group):
        if not param.is_complex():
            return update(self, param, gradient, state, group)
        parts = {key: agc.view_as_real(value) if isinstance(value, Tensor) and value.is_complex() else value
                 for key, value in state.items()}
        update(self, agc.view_as_real(param), agc.view_as_real(gradient), parts, group)
        state["step"] = parts["step"]
    return wrapped


def number(value, param):
    """A number that a parameter's step computes with, where it is a tensor: in the parameter's dtype."""
    return value.to(param.dtype) if isinstance(value, Tensor) else value


def counted(state):
    """The number of this step, which state["step"] counts. It is known without running the trace, but where the program
    wrote to the count. In an exported function it is a tensor, as another number in each call."""
    step = state["step"]
    if _agc.is_exporting():
        return step.add_(1).to(agc.float64)
    if not isinstance(step, Tensor):
        step = state["step"] = agc.tensor(float(step))
    version, count = getattr(step, "_counted", (None, 0.0))
    count = (count if version == step._version else float(step)) + 1
    step.add_(1)
    step._counted = (step._version, count)
    return count
