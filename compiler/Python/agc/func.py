"""torch.func: functions made of functions, which give derivatives."""
import functools

from agc import _agc
from agc._missing import missing, refuse
from agc._modes import enable_grad
from agc._tensor import Tensor
from agc._trees import parts_of, rebuilt
from agc._vmap import vmap  # noqa: F401
from agc.autograd.function import following, transformed
from agc.nn.modules.module import Module


def _map(function, tree, other=lambda leaf: leaf):
    """The same structure with other tensors, and with what `other` gives for what is none."""
    parts = parts_of(tree)
    if parts is None:
        return (function if isinstance(tree, Tensor) else other)(tree)
    return rebuilt(tree, [_map(function, part, other) for part in parts])


def _leaves(tree):
    found = []
    _map(found.append, tree)
    return found


def _fresh(tree):
    """Tensors to differentiate by; their gradients may be differentiated where their own may."""
    return _map(_fresh_tensor, tree, _refused)


def _refused(leaf):
    raise ValueError(f"Thing passed to transform API must be Tensor, got {type(leaf)}")


def _fresh_tensor(tensor):
    tensor = tensor.clone() if tensor.is_inference() else tensor
    return tensor.view_as(tensor) if tensor.requires_grad else tensor.detach().requires_grad_()


def _reaches_others(tensor, own):
    """Whether a tensor depends on a leaf besides those that were made to differentiate by."""
    stack, seen = [_agc.grad_fn(tensor)], set()
    while stack:
        node = stack.pop()
        if node is None or node.id() in seen:
            continue
        seen.add(node.id())
        if node.name() == "AccumulateGrad" and node.id() not in own:
            return True
        stack += following(node)
    return False


def _finished(tree, inputs):
    """Results without a history that ends in what was made for them."""
    own = set()
    with enable_grad():
        for x in inputs:
            if x.is_leaf:
                own.add(_agc.grad_fn(x.view_as(x)).next()[0][0].id())
    return _map(lambda t: t if not t.requires_grad or _reaches_others(t, own) else t.detach(), tree)


def _called(func, args, kwargs):
    """What a function to differentiate gives, which may write to what it is given and what it makes itself."""
    _agc.enter_transform(_leaves([list(args), kwargs]))
    try:
        with transformed():
            return func(*args, **kwargs)
    finally:
        _agc.leave_transform()


def _zeros(gradient, like):
    from agc import zeros_like
    return zeros_like(like) if gradient is None else gradient


def _gradients(outputs, inputs, seeds):
    from agc import autograd
    pairs = [(o, s) for o, s in zip(outputs, seeds) if o.requires_grad]
    if not pairs or not inputs:
        return [_zeros(None, x) for x in inputs]
    found = autograd.grad([o for o, _ in pairs], inputs, [s for _, s in pairs], create_graph=True, allow_unused=True)
    return [_zeros(g, x) for g, x in zip(found, inputs)]


def _like(tree, tensors):
    tensors = iter(tensors)
    return _map(lambda _: next(tensors), tree)


def _chosen(args, argnums):
    """The arguments to differentiate by, as one structure."""
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    for number in numbers:
        if not -len(args) <= number < len(args):
            raise RuntimeError(f"Got argnum={number}, but only {len(args)} positional inputs")
    return [number % len(args) for number in numbers]


def _opened(args, argnums):
    """The arguments, those to differentiate by made anew, and these alone."""
    args, numbers = list(args), _chosen(args, argnums)
    for number in numbers:
        args[number] = _fresh(args[number])
    return args, [args[number] for number in numbers]


def _closed(given, found, argnums):
    """What was found for the tensors of what is differentiated by, in its structure."""
    trees = _like(given, found)
    return trees[0] if isinstance(argnums, int) else tuple(trees)


def grad_and_value(func, argnums=0, has_aux=False):
    """A function that gives the gradient of func's one number, and that number."""
    @functools.wraps(func)
    def wrapped(*args, **kwargs):
        args, given = _opened(args, argnums)
        inputs = _leaves(given)
        with enable_grad():
            result = _called(func, args, kwargs)
            output, aux = _parted(result, has_aux, "grad_and_value")
            if not isinstance(output, Tensor):
                raise RuntimeError("grad_and_value(f)(*args): Expected f(*args) to return a tensor, got "
                                   f"{type(output)}")
            if output.dim() != 0:
                raise RuntimeError("grad_and_value(f)(*args): Expected f(*args) to return a scalar tensor, got tensor with "
                                   f"{output.dim()} dims. Maybe you wanted to use the vjp or jacrev APIs instead?")
            found = _gradients([output], inputs, [None])
        tree, output, aux = _finished((_closed(given, found, argnums), output, aux), inputs)
        return (tree, (output, aux)) if has_aux else (tree, output)
    return wrapped


def _parted(result, has_aux, name):
    if not has_aux:
        return result, None
    if not isinstance(result, tuple) or len(result) != 2:
        raise RuntimeError(f"{name}(f)(*args): output of function f should be a tuple: (output, aux) if has_aux is True")
    return result


def grad(func, argnums=0, has_aux=False):
    """A function that gives the gradient of func's one number."""
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def wrapped(*args, **kwargs):
        gradient, value = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient
    return wrapped


def vjp(func, *primals, has_aux=False):
    """func's results, and the function from their cotangents to the primals'."""
    given = [_fresh(primal) for primal in primals]
    inputs = _leaves(given)
    with enable_grad():
        output, aux = _parted(_called(func, given, {}), has_aux, "vjp")
    outputs = _leaves(output)

    def pulled(*cotangents):
        seeds = _leaves(cotangents[0] if len(cotangents) == 1 else cotangents)
        if len(seeds) != len(outputs):
            raise RuntimeError(f"Expected pytree structure of cotangents to be the same as pytree structure of outputs to "
                               f"the function. cotangents: {len(seeds)} tensors, primal output: {len(outputs)}")
        with enable_grad():
            found = _gradients(outputs, inputs, seeds)
        tree = _finished(_like(given, found), inputs)
        return tuple(tree)
    made = _finished((output, aux), inputs)
    return (made[0], pulled, made[1]) if has_aux else (made[0], pulled)


def jvp(func, primals, tangents, *, strict=False, has_aux=False):
    """func's results, and their derivatives along the tangents."""
    from agc import zeros_like
    given = [_fresh(primal) for primal in primals]
    inputs = _leaves(given)
    with enable_grad():
        output, aux = _parted(_called(func, given, {}), has_aux, "jvp")
        outputs = _leaves(output)
        # The vjp is linear in its cotangents: its own vjp is the jvp.
        seeds = [zeros_like(o).detach().requires_grad_() for o in outputs]
        pulled = _gradients(outputs, inputs, seeds)
        found = _gradients(pulled, seeds, _leaves(list(tangents)))
    made = _finished((output, _like(output, found), aux), [*inputs, *seeds])
    return made if has_aux else made[:2]


def jacrev(func, argnums=0, *, has_aux=False, chunk_size=None, _preallocate_and_copy=False):
    """A function that gives the derivatives of each of func's numbers."""
    refuse("jacrev", has_aux=has_aux)

    @functools.wraps(func)
    def wrapped(*args, **kwargs):
        from agc import stack, zeros_like
        args, given = _opened(args, argnums)
        inputs = _leaves(given)
        with enable_grad():
            output = _called(func, args, kwargs)

            def of(o):
                rows = []
                for i in range(o.numel()):
                    seed = zeros_like(o).detach()
                    seed.view(-1)[i] = 1
                    rows.append(_gradients([o], inputs, [seed]))
                columns = [stack(list(column)).view(list(o.shape) + list(x.shape))
                           for column, x in zip(zip(*rows), inputs)]
                return _closed(given, columns, argnums)
            made = _map(of, output)
        return _finished(made, inputs)
    return wrapped


def jacfwd(func, argnums=0, has_aux=False, *, randomness="error"):
    """jacrev: the derivatives are the same numbers."""
    return jacrev(func, argnums, has_aux=has_aux)


def hessian(func, argnums=0):
    """A function that gives the second derivatives."""
    return jacfwd(jacrev(func, argnums), argnums)


def functional_call(module, parameter_and_buffer_dicts, args=None, kwargs=None, *, tie_weights=True, strict=False):
    """A call of a module with other parameters and buffers, by their names."""
    if not isinstance(module, Module):
        raise TypeError(f"functional_call() expects a module, not {type(module).__name__}")
    dicts = parameter_and_buffer_dicts
    given = {}
    for one in dicts if isinstance(dicts, (tuple, list)) else [dicts]:
        given.update(one)
    known = {**dict(module.named_parameters(remove_duplicate=False)), **dict(module.named_buffers(remove_duplicate=False))}
    if strict and set(known) != set(given):
        raise RuntimeError("Error(s) in passing params and buffers to functional_call: the names differ from the module's")
    held = []
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    try:
        for name, value in _with_tied(given, known, tie_weights).items():
            owner, _, last = name.rpartition(".")
            part = module.get_submodule(owner)
            table = part._parameters if last in part._parameters else part._buffers
            if last not in table:
                continue  # PyTorch sets an attribute that nothing reads
            held.append((table, last, table[last]))
            table[last] = value
        return module(*args, **(kwargs or {}))
    finally:
        for table, last, value in reversed(held):
            table[last] = value


def _with_tied(given, known, tie_weights):
    """The given tensors, also under other names of what they stand for."""
    if not tie_weights:
        return given
    by_tensor = {id(known[name]): value for name, value in given.items() if name in known}
    return {**{name: by_tensor[id(tensor)] for name, tensor in known.items() if id(tensor) in by_tensor}, **given}


def stack_module_state(models):
    """The parameters and buffers of modules, stacked by name."""
    from agc import stack
    models = list(models)
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")

    def stacked(tables):
        return {name: stack([table[name] for table in tables]).detach().requires_grad_(tables[0][name].requires_grad)
                for name in tables[0]}
    return (stacked([dict(m.named_parameters()) for m in models]), stacked([dict(m.named_buffers()) for m in models]))


def __getattr__(name):
    raise missing("torch.func", name, globals())
