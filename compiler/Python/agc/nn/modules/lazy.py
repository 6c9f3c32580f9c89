"""Modules that learn the sizes of their inputs at the first call, and are their plain forms from then on."""
from agc._modes import no_grad
from agc.nn._uninitialized import UninitializedBuffer, UninitializedParameter, is_lazy
from agc.nn.modules import batchnorm, conv, linear


class LazyModuleMixin:
    """Of a class whose `initialize_parameters` gives shapes to its tensors by the arguments of the first call."""

    cls_to_become = None
    _is_told = False

    def _open(self):
        return [(name, x) for name, x in (*self._parameters.items(), *self._buffers.items()) if is_lazy(x)]

    def has_uninitialized_params(self):
        """Whether a tensor has no shape yet."""
        return bool(self._open())

    def initialize_parameters(self, *args, **kwargs):
        raise NotImplementedError(f"initialize_parameters is not implemented for {type(self).__name__}")

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        super()._save_to_state_dict(destination, prefix, True)
        for name, tensor in self._persistent():
            if tensor is not None and not (keep_vars or is_lazy(tensor)):
                destination[prefix + name] = tensor.detach()

    def _load_one(self, key, name, own, given, *others):
        if is_lazy(own):
            if is_lazy(given):
                return
            own.materialize(given.shape)
        super()._load_one(key, name, own, given, *others)

    def __call__(self, *args, **kwargs):
        if not self._is_told:
            self.initialize_parameters(*args, **kwargs)
            if self.has_uninitialized_params():
                raise RuntimeError(f"module {type(self).__name__} has not been fully initialized")
            self._is_told = True
            if self.cls_to_become is not None:
                self.__class__ = self.cls_to_become
                return self(*args, **kwargs)
        return super().__call__(*args, **kwargs)


class _Lazy(LazyModuleMixin):
    """A lazy form of a layer: `_shapes(input)` sets what an input tells and gives the shapes of its tensors."""

    def _leave_open(self, dtype, parameters, buffers=()):
        for name in parameters:
            self.register_parameter(name, UninitializedParameter(dtype=dtype))
        for name in buffers:
            self.register_buffer(name, UninitializedBuffer(dtype=dtype))

    def reset_parameters(self):
        """Nothing before there are shapes."""
        if self.__dict__.get("_has_shapes"):
            super().reset_parameters()

    def initialize_parameters(self, input):
        """Gives each tensor without a shape the one that follows from an input."""
        shapes, still_open = self._shapes(input), self._open()
        if not still_open:
            return
        with no_grad():
            for name, tensor in still_open:
                tensor.materialize(shapes[name])
            self._has_shapes = True
            self.reset_parameters()
        del self._has_shapes


class LazyLinear(_Lazy, linear.Linear):
    """Linear of whatever width its first input has."""

    cls_to_become = linear.Linear

    def __init__(self, out_features, bias=True, device=None, dtype=None):
        super().__init__(0, 0, False)
        self._leave_open(dtype, ["weight", "bias"] if bias else ["weight"])
        self.out_features = out_features

    def _shapes(self, input):
        self.in_features = input.shape[-1]
        return {"weight": (self.out_features, self.in_features), "bias": (self.out_features,)}


class _LazyConv(_Lazy):
    def __init__(self, out_channels, kernel_size, *args, **options):
        options = dict(zip(self._parameter_names, args)) | options
        bias, dtype = options.pop("bias", True), options.get("dtype")
        super().__init__(0, 0, kernel_size, bias=False, **options)
        self._leave_open(dtype, ["weight", "bias"] if bias else ["weight"])
        self.out_channels = out_channels

    def _shapes(self, input):
        if input.dim() not in (self._rank + 1, self._rank + 2):
            raise RuntimeError(f"Expected {self._rank + 1}D (unbatched) or {self._rank + 2}D (batched) input to "
                               f"{type(self).__name__}, but got input of size: {input.shape}")
        self.in_channels = input.shape[-self._rank - 1]
        if self.in_channels % self.groups:
            raise ValueError("in_channels must be divisible by groups")
        first, second = self.out_channels, self.in_channels
        if self._transposed:
            first, second = second, first
        return {"weight": (first, second // self.groups, *self.kernel_size), "bias": (self.out_channels,)}


class _LazyNorm(_Lazy):
    def __init__(self, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True):
        super().__init__(0, eps, momentum, affine=False, track_running_stats=track_running_stats, dtype=dtype)
        self.affine = affine
        parameters = (["weight", "bias"] if bias else ["weight"]) if affine else []
        self._leave_open(dtype, parameters, ["running_mean", "running_var"] if track_running_stats else [])

    def _shapes(self, input):
        self.num_features = input.shape[1]
        return dict.fromkeys(["weight", "bias", "running_mean", "running_var"], (self.num_features,))


def _classes():
    """A lazy form of each convolution and batch normalisation."""
    for rank in (1, 2, 3):
        for name, base, module in ((f"Conv{rank}d", _LazyConv, conv), (f"ConvTranspose{rank}d", _LazyConv, conv),
                                   (f"BatchNorm{rank}d", _LazyNorm, batchnorm)):
            plain = getattr(module, name)
            options = plain.__init__.__code__.co_varnames[4:plain.__init__.__code__.co_argcount]
            yield "Lazy" + name, type("Lazy" + name, (base, plain), {
                "__module__": __name__, "__doc__": f"{name} of whatever channels its first input has.",
                "cls_to_become": plain, "_parameter_names": options})


globals().update(_classes())
__all__ = ["LazyLinear", "UninitializedBuffer", "UninitializedParameter", *(name for name in list(globals()) if name.startswith(("LazyConv", "LazyBatch")))]
