"""gradcheck: a function's gradients beside its differences."""
from agc._missing import missing, refuse
from agc._modes import no_grad
from agc._tensor import Tensor


class GradcheckError(RuntimeError):
    """The gradients are not those of the function."""


def _apart(inputs):
    """The inputs, of which one that is given twice is two."""
    inputs = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    for i, x in enumerate(inputs):
        if isinstance(x, Tensor) and any(x is one for one in inputs[:i]):
            inputs[i] = x.detach().clone().requires_grad_(x.requires_grad)
    return tuple(inputs)


def _outputs(func, inputs):
    made = func(*inputs)
    made = (made,) if isinstance(made, Tensor) else tuple(made)
    return [x for x in made if isinstance(x, Tensor) and (x.is_floating_point() or x.is_complex())]


def _numerical(func, inputs, x, eps):
    """For each output, its elements' differences by x's elements: a row for each of these."""
    from agc import stack
    with no_grad():
        rows = []
        for i in range(x.numel()):
            parts = []
            for sign in (-1, 1):
                at = x.detach().clone()
                at.view(-1)[i] += sign * eps
                parts.append([o.detach().clone() for o in _outputs(func, [at if one is x else one for one in inputs])])
            rows.append([(b - a).reshape(-1) / (2 * eps) for a, b in zip(*parts)])
        return [stack(columns) for columns in zip(*rows)]


def _analytical(output, x):
    from agc import autograd, stack, zeros_like
    columns = []
    for i in range(output.numel()):
        seed = zeros_like(output)
        seed.view(-1)[i] = 1
        found, = autograd.grad(output, x, seed, retain_graph=True, allow_unused=True)
        columns.append((zeros_like(x) if found is None else found.detach()).reshape(-1))
    return stack(columns, 1)


def _check(func, inputs, eps, atol, rtol):
    from agc import allclose
    wanted = [x for x in inputs if isinstance(x, Tensor) and x.requires_grad]
    if not wanted:
        raise ValueError("gradcheck expects at least one input tensor to require gradient, but none of the them have "
                         "requires_grad=True.")
    outputs = _outputs(func, inputs)
    for k, x in enumerate(wanted):
        for j, (output, numerical) in enumerate(zip(outputs, _numerical(func, inputs, x, eps))):
            if not output.requires_grad:
                continue
            analytical = _analytical(output, x)
            if not allclose(analytical, numerical, rtol, atol):
                raise GradcheckError(f"Jacobian mismatch for output {j} with respect to input {k},\n"
                                     f"numerical:{numerical}\nanalytical:{analytical}\n")
    return True


def gradcheck(func, inputs, *, eps=1e-6, atol=1e-5, rtol=1e-3, raise_exception=True, nondet_tol=0.0,
              check_undefined_grad=True, check_grad_dtypes=False, check_batched_grad=False,
              check_batched_forward_grad=False, check_forward_ad=False, check_backward_ad=True, fast_mode=False,
              masked=None):
    """Compares the gradients of a function with finite differences, for inputs that require grad."""
    refuse("gradcheck", check_batched_grad=check_batched_grad, check_forward_ad=check_forward_ad, masked=masked,
           check_batched_forward_grad=check_batched_forward_grad)
    inputs = _apart(inputs)
    if any(isinstance(x, Tensor) and x.is_complex() for x in inputs):
        raise NotImplementedError("gradcheck(): complex inputs are not in agc yet")
    try:
        return _check(func, inputs, eps, atol, rtol)
    except GradcheckError:
        if raise_exception:
            raise
        return False


def gradgradcheck(func, inputs, grad_outputs=None, *, eps=1e-6, atol=1e-5, rtol=1e-3, raise_exception=True, **options):
    """The same of the function's gradients."""
    from agc import autograd, empty_like
    inputs = _apart(inputs)
    if grad_outputs is None:
        grad_outputs = [empty_like(o).uniform_(-1, 1).requires_grad_() for o in _outputs(func, inputs)]
    seeds = (grad_outputs,) if isinstance(grad_outputs, Tensor) else tuple(grad_outputs)

    def gradients(*given):
        own, beside = given[:len(inputs)], given[len(inputs):]
        by = [x for x in own if isinstance(x, Tensor) and x.requires_grad]
        outputs = [(o, s) for o, s in zip(_outputs(func, own), beside) if o.requires_grad]
        found = autograd.grad([o for o, _ in outputs], by, [s for _, s in outputs], create_graph=True,
                              allow_unused=True)
        return tuple(x for x in found if x is not None)

    def differentiable(*given):
        # differences ask for gradients of inputs that were changed a little: they have to require grad then, too
        from agc import enable_grad
        with enable_grad():
            flags = [isinstance(x, Tensor) and x.requires_grad for x in (*inputs, *seeds)]
            return gradients(*[x if not flag or x.requires_grad else x.detach().requires_grad_()
                               for x, flag in zip(given, flags)])

    return gradcheck(differentiable, (*inputs, *seeds), eps=eps, atol=atol, rtol=rtol, raise_exception=raise_exception,
                     **options)


def __getattr__(name):
    raise missing("torch.autograd.gradcheck", name, globals())
