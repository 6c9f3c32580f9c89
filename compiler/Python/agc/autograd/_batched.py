"""grad() of a batch of cotangents: one backward for each, and the gradients stacked."""
from agc._node import named
from agc._tensor import Tensor
from agc.autograd import _engine, graph


def _check(i, output, seed):
    """Refuses a cotangent whose examples have not the shape of its output."""
    if seed is None:
        return
    first = seed[0]
    if isinstance(output, graph.GradientEdge):
        raise RuntimeError("Batched grads are not supported with GradientEdge")
    if first.shape != output.shape:
        raise RuntimeError(
            "If `is_grads_batched=True`, we interpret the first dimension of each grad_output as the batch dimension. The sizes "
            "of the remaining dimensions are expected to match the shape of corresponding output, but a mismatch was detected: "
            f"grad_output[{i}] has a shape of {first.shape[1:]} and output[{i}] has a shape of {output.shape}. If you only want "
            "some tensors in `grad_output` to be considered batched, consider using vmap.")


def _count(outputs, seeds):
    """How many examples there are."""
    for output, seed in zip(outputs, seeds):
        if seed is None and output.requires_grad:
            if output.numel() != 1:
                raise RuntimeError("grad can be implicitly created only for scalar outputs")
            raise ValueError("vmap(vjp, in_dims=0, ...)(<inputs>): Got in_dim=0 for some input, but that input is a Tensor of "
                             "dimensionality 0 so expected in_dim to satisfy 0 <= in_dim < 0.")
    sizes = [seed.shape[0] for seed in seeds if seed is not None]
    if any(size != sizes[0] for size in sizes):
        raise ValueError(f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sizes} for the "
                         "mapped dimension")
    return sizes[0]


def _stacked(gradients):
    """The gradients of all examples; torch's are made by the op that makes each one's here."""
    from agc import stack
    if not isinstance(gradients[0], Tensor):
        return None
    node = gradients[0].grad_fn
    made = stack(gradients)
    return made if node is None else named(made, node.name().rpartition("::")[2])


def grad(given, outputs, inputs, seeds, create, retain, unused):
    """The gradients for each cotangent along the first dim of the seeds; `given` are the outputs as the program has them."""
    seeds = (None,) * len(outputs) if seeds is None else seeds
    for i, (output, seed) in enumerate(zip(given, seeds)):
        _check(i, output, seed)
    count = _count(outputs, seeds)
    found = [_engine.grad(outputs, inputs, [x if x is None else x[i] for x in seeds], create, retain or i + 1 < count, unused)
             for i in range(count)]
    return tuple(map(_stacked, zip(*found)))
