"""Calling a module: its hooks before and after forward."""
from collections import OrderedDict

from agc._missing import refuse
from agc.utils.hooks import RemovableHandle

_forward_pre, _forward, _backward = OrderedDict(), OrderedDict(), OrderedDict()  # every module's, before its own
_with_kwargs = OrderedDict()  # those of them that take keyword arguments


def _added(table, hook, prepend=False, with_kwargs=None):
    """`with_kwargs` is the table of those that take keyword arguments, where the hook is one."""
    handle = RemovableHandle(table, extra_dict=with_kwargs)
    table[handle.id] = hook
    if with_kwargs is not None:
        with_kwargs[handle.id] = True
    if prepend:
        table.move_to_end(handle.id, last=False)
    return handle


def register_module_forward_pre_hook(hook):
    """hook(module, args) before the forward of every module."""
    return _added(_forward_pre, hook)


def register_module_forward_hook(hook, *, with_kwargs=False, always_call=False):
    """hook(module, args, output) after the forward of every module."""
    refuse("register_module_forward_hook", always_call=always_call)
    return _added(_forward, hook, with_kwargs=_with_kwargs if with_kwargs else None)


def register_module_full_backward_hook(hook):
    """hook(module, grad_input, grad_output) in a backward through every module."""
    return _added(_backward, hook)


class Hooks:
    """The part of Module that is called."""

    def _init_hooks(self, own):
        for table in ("_backward_hooks", "_backward_pre_hooks", "_forward_hooks", "_forward_hooks_with_kwargs",
                      "_forward_pre_hooks", "_forward_pre_hooks_with_kwargs", "_state_dict_hooks", "_state_dict_pre_hooks",
                      "_load_state_dict_pre_hooks", "_load_state_dict_post_hooks"):
            own[table] = OrderedDict()

    _add_hook = staticmethod(_added)

    def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
        """hook(module, args) before forward may give other arguments."""
        return self._add_hook(self._forward_pre_hooks, hook, prepend,
                              self._forward_pre_hooks_with_kwargs if with_kwargs else None)

    def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
        """hook(module, args, output) after forward may give another output."""
        refuse("register_forward_hook", always_call=always_call)
        return self._add_hook(self._forward_hooks, hook, prepend, self._forward_hooks_with_kwargs if with_kwargs else None)

    def register_full_backward_hook(self, hook, prepend=False):
        """hook(module, grad_input, grad_output) in a backward may give other gradients of the inputs."""
        return self._add_hook(self._backward_hooks, hook, prepend)

    def register_full_backward_pre_hook(self, hook, prepend=False):
        """hook(module, grad_output) in a backward may give other gradients of the outputs."""
        return self._add_hook(self._backward_pre_hooks, hook, prepend)

    def register_backward_hook(self, hook):
        raise NotImplementedError("Module.register_backward_hook() is not in agc yet")

    def forward(self, *input):
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args, **kwargs):
        if not (self._forward_pre_hooks or self._forward_hooks or self._backward_hooks or self._backward_pre_hooks or
                _forward_pre or _forward or _backward):
            return self.forward(*args, **kwargs)
        for key, hook in [*_forward_pre.items(), *self._forward_pre_hooks.items()]:
            args, kwargs = self._before(hook, key in self._forward_pre_hooks_with_kwargs, args, kwargs)
        if not (_backward or self._backward_hooks or self._backward_pre_hooks):
            return self._called(args, kwargs)
        from agc.nn.modules._backward_hooks import called
        return called(self, lambda *given: self._called(given, kwargs), args,
                      [*_backward.values(), *self._backward_hooks.values()], list(self._backward_pre_hooks.values()))

    def _called(self, args, kwargs):
        result = self.forward(*args, **kwargs)
        for key, hook in [*_forward.items(), *self._forward_hooks.items()]:
            with_kwargs = key in _with_kwargs or key in self._forward_hooks_with_kwargs
            other = hook(self, args, kwargs, result) if with_kwargs else hook(self, args, result)
            result = result if other is None else other
        return result

    def _before(self, hook, with_kwargs, args, kwargs):
        """The arguments after a hook has seen them."""
        if not with_kwargs:
            other = hook(self, args)
            if other is None:
                return args, kwargs
            return other if isinstance(other, tuple) else (other,), kwargs
        other = hook(self, args, kwargs)
        if other is None:
            return args, kwargs
        if not isinstance(other, tuple) or len(other) != 2:
            raise RuntimeError(f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got "
                               f"{other}.")
        return other
