"""state_dict: a module's parameters and buffers by name, out of the module and into it."""
from collections import OrderedDict, namedtuple

from agc._modes import no_grad
from agc._tensor import Tensor
from agc.nn.parameter import Parameter

_EXTRA = "_extra_state"


class _IncompatibleKeys(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    """What load_state_dict did not find, and what it had no place for."""

    __slots__ = ()

    def __repr__(self):
        return super().__repr__() if any(self) else "<All keys matched successfully>"

    __str__ = __repr__


class StateDict:
    """The part of Module that saves and loads."""

    _version = 1

    def get_extra_state(self):
        """State besides parameters and buffers; a subclass that has some returns it."""
        raise RuntimeError("Reached a code path in Module.get_extra_state() that should never be called. Please file "
                           "an issue at https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml to "
                           "report this bug.")

    def set_extra_state(self, state):
        """Takes what get_extra_state gave."""
        raise RuntimeError("Reached a code path in Module.set_extra_state() that should never be called. Please file "
                           "an issue at https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml to "
                           "report this bug.")

    def _has(self, method):
        return getattr(type(self), method) is not getattr(StateDict, method)

    def _persistent(self):
        """The names and tensors that are saved, parameters first."""
        yield from self._parameters.items()
        yield from ((n, b) for n, b in self._buffers.items() if n not in self._non_persistent_buffers_set)

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        for name, tensor in self._persistent():
            if tensor is not None:
                destination[prefix + name] = tensor if keep_vars else tensor.detach()
        if self._has("get_extra_state"):
            destination[prefix + _EXTRA] = self.get_extra_state()

    def state_dict(self, *args, destination=None, prefix="", keep_vars=False):
        """Parameters and persistent buffers by their dotted names; they share memory with the module's."""
        if args:
            destination = args[0]
            prefix = args[1] if len(args) > 1 else prefix
            keep_vars = args[2] if len(args) > 2 else keep_vars
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        metadata = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = metadata
        for hook in self._state_dict_pre_hooks.values():
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for hook in self._state_dict_hooks.values():
            result = hook(self, destination, prefix, metadata)
            destination = destination if result is None else result
        return destination

    def register_state_dict_pre_hook(self, hook):
        return self._add_hook(self._state_dict_pre_hooks, hook)

    def register_state_dict_post_hook(self, hook):
        return self._add_hook(self._state_dict_hooks, hook)

    def register_load_state_dict_pre_hook(self, hook):
        return self._add_hook(self._load_state_dict_pre_hooks, hook)

    def register_load_state_dict_post_hook(self, hook):
        return self._add_hook(self._load_state_dict_post_hooks, hook)

    # ------------------------------------------------------------ loading

    def _load_one(self, key, name, own, given, assign, errors):
        """Copies a saved tensor into the module's, or puts it into its place."""
        if not isinstance(given, Tensor):
            errors.append(f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object '
                          f"from checkpoint but received {type(given)}")
            return
        if own.dim() == 0 and tuple(given.shape) == (1,):
            given = given[0]
        if given.shape != own.shape:
            errors.append(f"size mismatch for {key}: copying a param with shape {given.shape} from checkpoint, the "
                          f"shape in current model is {own.shape}.")
            return
        try:
            with no_grad():
                if not assign:
                    own.copy_(given)
                elif isinstance(own, Parameter) and not isinstance(given, Parameter):
                    setattr(self, name, Parameter(given, requires_grad=own.requires_grad))
                else:
                    setattr(self, name, given)
        except Exception as error:
            errors.append(f'While copying the parameter named "{key}", whose dimensions in the model are {own.size()} '
                          f"and whose dimensions in the checkpoint are {given.size()}, an exception occurred : "
                          f"{error.args}.")

    def _load_from_state_dict(self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys,
                              error_msgs):
        for hook in self._load_state_dict_pre_hooks.values():
            hook(self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        assign = local_metadata.get("assign_to_params_buffers", False)
        for name, own in list(self._persistent()):
            key = prefix + name
            if own is None:
                continue
            if key in state_dict:
                self._load_one(key, name, own, state_dict[key], assign, error_msgs)
            elif strict:
                missing_keys.append(key)
        extra = prefix + _EXTRA
        if self._has("set_extra_state"):
            if extra in state_dict:
                self.set_extra_state(state_dict[extra])
            elif strict:
                missing_keys.append(extra)
        elif strict and extra in state_dict:
            unexpected_keys.append(extra)
        if strict:
            unexpected_keys.extend(self._foreign(state_dict, prefix, extra))

    def _foreign(self, state_dict, prefix, extra):
        """The keys below prefix that neither this module nor a child of its has a place for."""
        local = {name for name, tensor in self._persistent() if tensor is not None}
        for key in state_dict:
            if not key.startswith(prefix) or key == extra:
                continue
            name, *rest = key[len(prefix):].split(".", 1)
            if (rest and name not in self._modules) or (not rest and name not in local):
                yield key

    def load_state_dict(self, state_dict, strict=True, assign=False):
        """Copies what state_dict has into the parameters and buffers of the same names."""
        from collections.abc import Mapping
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        missing, unexpected, errors = [], [], []
        metadata = getattr(state_dict, "_metadata", None)
        state = OrderedDict(state_dict)

        def load(module, part, prefix):
            local = {} if metadata is None else metadata.get(prefix[:-1], {})
            if assign:
                local["assign_to_params_buffers"] = True
            module._load_from_state_dict(part, prefix, local, True, missing, unexpected, errors)
            for name, child in module._modules.items():
                if child is not None:
                    below = f"{prefix}{name}."
                    load(child, {k: v for k, v in part.items() if k.startswith(below)}, below)
            keys = _IncompatibleKeys(missing, unexpected)
            for hook in module._load_state_dict_post_hooks.values():
                if hook(module, keys) is not None:
                    raise AssertionError("Hooks registered with ``register_load_state_dict_post_hook`` are not "
                                         "expected to return new values, if incompatible_keys need to be modified, "
                                         "it should be done inplace.")

        load(self, state, "")
        if strict:
            quoted = lambda keys: ", ".join(f'"{k}"' for k in keys)  # noqa: E731
            if unexpected:
                errors.insert(0, f"Unexpected key(s) in state_dict: {quoted(unexpected)}. ")
            if missing:
                errors.insert(0, f"Missing key(s) in state_dict: {quoted(missing)}. ")
        if errors:
            raise RuntimeError("Error(s) in loading state_dict for {}:\n\t{}".format(type(self).__name__,
                                                                                   "\n\t".join(errors)))
        return _IncompatibleKeys(missing, unexpected)
