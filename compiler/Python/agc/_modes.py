"""Grad modes: context managers that are decorators, too."""
import functools

from agc import _agc
from agc._callables import is_generator
from agc._warnings import warn

__all__ = ["no_grad", "enable_grad", "set_grad_enabled", "inference_mode", "is_grad_enabled",
           "is_inference_mode_enabled"]


class _Mode:
    def __call__(self, function):
        if isinstance(function, type):
            warn("Decorating classes is deprecated and will be disabled in future versions. You should only decorate "
                 "functions or methods. To preserve the current behavior of class decoration, you can directly "
                 "decorate the `__init__` method and nothing else.", FutureWarning)
        if is_generator(function):
            return self._stepping(function)

        @functools.wraps(function, updated=() if isinstance(function, type) else functools.WRAPPER_UPDATES)
        def wrapped(*args, **kwargs):
            with self._again():
                return function(*args, **kwargs)
        return wrapped

    def _stepping(self, function):
        """A generator function, each step of whose generators runs in the mode: between them the caller's own holds."""
        @functools.wraps(function)
        def wrapped(*args, **kwargs):
            generator = function(*args, **kwargs)
            step, given = generator.send, None
            while True:
                try:
                    with self._again():
                        made = step(given)
                except StopIteration as end:
                    return end.value
                try:
                    step, given = generator.send, (yield made)
                except GeneratorExit:
                    with self._again():
                        generator.close()
                    raise
                except BaseException as error:
                    step, given = generator.throw, error
        return wrapped

    def _again(self):
        return type(self)()

    def _enter(self, guard):
        self._before = is_grad_enabled()
        guard.enter()
        self.__dict__.setdefault("_guards", []).append(guard)

    def __exit__(self, *exception):
        if self._guards:
            self._guards.pop().exit()
        if is_grad_enabled() is not self._before:  # the object was entered inside itself, which is what torch goes back to
            (_agc.EnableGrad() if self._before else _agc.NoGrad()).enter()
        return False


class no_grad(_Mode):
    """Nothing is recorded for backward inside."""

    def __new__(cls, function=None):
        mode = super().__new__(cls)
        return mode if function is None else mode(function)

    def __enter__(self):
        self._enter(_agc.NoGrad())


class enable_grad(_Mode):
    """Ops are recorded for backward inside, inside no_grad too."""

    def __new__(cls, function=None):
        mode = super().__new__(cls)
        return mode if function is None else mode(function)

    def __enter__(self):
        self._enter(_agc.EnableGrad())


class set_grad_enabled(_Mode):
    """Sets the mode at once; as a context manager, until its end."""

    def __init__(self, mode):
        if not isinstance(mode, bool):
            raise TypeError(f"set_grad_enabled(): argument 'enabled' (position 1) must be bool, not {type(mode).__name__}")
        self._mode = mode
        self._enter(_agc.EnableGrad() if mode else _agc.NoGrad())

    def __repr__(self):
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self._mode})"

    def _again(self):
        return set_grad_enabled(self._mode)

    def __enter__(self):
        return self

    def __call__(self, function):
        self._guards.pop().exit()
        return super().__call__(function)


class inference_mode(_Mode):
    """no_grad, whose tensors take no part in autograd afterwards; of False the opposite."""

    def __new__(cls, mode=True):
        made = super().__new__(cls)
        made._mode, made._inferences = True if callable(mode) else bool(mode), []
        return made(mode) if callable(mode) else made

    def _again(self):
        return inference_mode(self._mode)

    def __enter__(self):
        self._inferences.append(_agc.is_inference_mode())
        _agc.set_inference_mode(self._mode)
        self._enter(_agc.NoGrad() if self._mode else _agc.EnableGrad())

    def __exit__(self, *exception):
        _agc.set_inference_mode(self._inferences.pop())
        self._guards.pop().exit()
        return False


def is_grad_enabled():
    return _agc.is_grad_enabled()


def is_inference_mode_enabled():
    return _agc.is_inference_mode()
