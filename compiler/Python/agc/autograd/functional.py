"""torch.autograd.functional: derivatives of functions."""
from agc._missing import missing, refuse
from agc._modes import enable_grad
from agc._tensor import Tensor


def _tuple(value, name, function):
    """The tensors of what was given as `name`, and whether it was one tensor and no tuple."""
    many = isinstance(value, tuple)
    made = value if many else (value,)
    for i, x in enumerate(made):
        if not isinstance(x, Tensor):
            raise TypeError(f"The {name} given to {function} must be either a Tensor or a tuple of Tensors but the "
                            f"{f'value at index {i}' if many else f'given {name}'} has type {type(x)}.")
    return made, not many


def _prepared(inputs, create_graph):
    """Inputs to differentiate by: the program's own where the result keeps its graph."""
    if create_graph:
        return tuple(x.view_as(x) if x.requires_grad else x.detach().requires_grad_() for x in inputs)
    return tuple(x.detach().requires_grad_() for x in inputs)


def _results(func, inputs, what):
    with enable_grad():
        outputs = func(*inputs)
    return _tuple(outputs, "outputs of the user-provided function", what)


def _gradients(outputs, inputs, seeds, create_graph, strict=False):
    from agc import autograd, zeros_like
    for i, output in enumerate(outputs):
        if strict and not output.requires_grad:
            raise RuntimeError(f"Output {i} of the user-provided function does not require gradients. The outputs must "
                               "be computed in a differentiable manner from the input when running in strict mode.")
    pairs = [(o, s) for o, s in zip(outputs, seeds) if o.requires_grad]
    if not pairs:
        found = (None,) * len(inputs)
    else:
        found = autograd.grad([o for o, _ in pairs], inputs, [s for _, s in pairs], allow_unused=True,
                              create_graph=create_graph, retain_graph=True)
    for i, gradient in enumerate(found):
        if gradient is None and strict:
            raise RuntimeError(f"The output of the user-provided function is independent of input {i}. This is not "
                               "allowed in strict mode.")
    return tuple(zeros_like(x) if g is None else g for x, g in zip(inputs, found))


def _kept(results, create_graph):
    return tuple(results) if create_graph else tuple(x.detach() for x in results)


def _one(values, single):
    return values[0] if single else tuple(values)


def vjp(func, inputs, v=None, create_graph=False, strict=False):
    """The outputs, and the gradients of their product with v."""
    inputs, single = _tuple(inputs, "inputs", "vjp")
    inputs = _prepared(inputs, create_graph)
    outputs, one = _results(func, inputs, "vjp")
    if v is None:
        if len(outputs) != 1 or outputs[0].numel() != 1:
            raise RuntimeError("The vector v can only be None if the user-provided function returns a single Tensor with "
                               "a single element.")
        v = (outputs[0].new_ones(outputs[0].shape),)
    found = _gradients(outputs, inputs, _tuple(v, "v", "vjp")[0], create_graph, strict)
    return _one(_kept(outputs, create_graph), one), _one(_kept(found, create_graph), single)


def jvp(func, inputs, v=None, create_graph=False, strict=False):
    """The outputs, and the product of their derivative with v."""
    from agc import zeros_like
    inputs, _ = _tuple(inputs, "inputs", "jvp")
    inputs = _prepared(inputs, create_graph)
    if v is None:
        if len(inputs) != 1 or inputs[0].numel() != 1:
            raise RuntimeError("The vector v can only be None if the input to the user-provided function is a single "
                               "Tensor with a single element.")
        v = (inputs[0].new_ones(inputs[0].shape),)
    outputs, one = _results(func, inputs, "jvp")
    # The vjp is linear in its cotangents: its own vjp is the jvp.
    seeds = tuple(zeros_like(o).requires_grad_() for o in outputs)
    found = _gradients(outputs, inputs, seeds, True, strict)
    made = _gradients(found, seeds, _tuple(v, "v", "jvp")[0], create_graph)
    return _one(_kept(outputs, create_graph), one), _one(_kept(made, create_graph), one)


def jacobian(func, inputs, create_graph=False, strict=False, vectorize=False, strategy="reverse-mode"):
    """The derivatives of each output's elements: of the shape of the output and the input."""
    refuse("jacobian", strategy=None if strategy == "reverse-mode" else strategy)
    from agc import stack, zeros_like
    inputs, single = _tuple(inputs, "inputs", "jacobian")
    inputs = _prepared(inputs, create_graph)
    outputs, one = _results(func, inputs, "jacobian")
    rows = []
    for output in outputs:
        columns = [[] for _ in inputs]
        for i in range(output.numel()):
            seed = zeros_like(output)
            seed.view(-1)[i] = 1
            for column, gradient in zip(columns, _gradients([output], inputs, [seed], create_graph, strict)):
                column.append(gradient)
        made = [stack(c).view(output.shape + x.shape) if c else output.new_zeros(output.shape + x.shape)
                for c, x in zip(columns, inputs)]
        rows.append(_one(_kept(made, create_graph), single))
    return _one(rows, one)


def hessian(func, inputs, create_graph=False, strict=False, vectorize=False, outer_jacobian_strategy="reverse-mode"):
    """The second derivatives of a function of one number."""
    _, single = _tuple(inputs, "inputs", "hessian")

    def gradient(*given):
        result = func(*given)
        if not isinstance(result, Tensor) or result.numel() != 1:
            raise RuntimeError("The Tensor returned by the function given to hessian should contain a single element")
        found = _gradients([result.reshape(())], given, [None], True, strict)
        return _one(found, single)

    return jacobian(gradient, inputs, create_graph, False, vectorize, outer_jacobian_strategy)


def vhp(func, inputs, v=None, create_graph=False, strict=False):
    """The function's value, and the product of v with its second derivatives."""
    return _hessian_product("vhp", func, inputs, v, create_graph, strict)


def hvp(func, inputs, v=None, create_graph=False, strict=False):
    """The same as vhp: second derivatives are symmetric."""
    return _hessian_product("hvp", func, inputs, v, create_graph, strict)


def _hessian_product(name, func, inputs, v, create_graph, strict):
    inputs, single = _tuple(inputs, "inputs", name)
    inputs = _prepared(inputs, create_graph)
    outputs, one = _results(func, inputs, name)
    if len(outputs) != 1 or outputs[0].numel() != 1:
        raise RuntimeError(f"The Tensor returned by the function given to {name} should contain a single element")
    first = _gradients([outputs[0].reshape(())], inputs, [None], True, strict)
    v = tuple(x.new_ones(x.shape) for x in inputs) if v is None else _tuple(v, "v", name)[0]
    found = _gradients(first, inputs, v, create_graph, strict)
    return _one(_kept(outputs, create_graph), one), _one(_kept(found, create_graph), single)


def __getattr__(name):
    raise missing("torch.autograd.functional", name, globals())
