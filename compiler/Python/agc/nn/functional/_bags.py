"""Rows of a table, put together bag by bag."""

import agc
from agc._missing import refuse
from agc._node import derived_once, node, not_implemented, underived
from agc._warnings import warn
from agc.nn._names import typename
from agc.nn.functional._layers import embedding

__all__ = ["embedding_bag"]


@node("EmbeddingBagBackward0", saves="per_sample_weights")
def embedding_bag(input, weight, offsets=None, max_norm=None, norm_type=2, scale_grad_by_freq=False, mode="mean",
                  sparse=False, per_sample_weights=None, include_last_offset=False, padding_idx=None):
    """Sums, means or maxima of rows of a table: of each row of a matrix of indices, or from each offset to the next."""
    if weight.dtype is agc.int64 and input.is_floating_point():
        warn("Argument order of nn.functional.embedding_bag was changed. Usage `embedding_bag(weight, input, ...)` is "
             "deprecated, and should now be `embedding_bag(input, weight, ...)`.")
        weight, input = input, weight
    refuse("embedding_bag", max_norm=max_norm, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse)
    if mode not in ("sum", "mean", "max"):
        raise ValueError("mode has to be one of sum, mean or max")
    if mode == "max":
        refuse("embedding_bag of mode 'max'", padding_idx=padding_idx)
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError("embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for "
                                  f"mode='sum' (got mode='{mode}'). Please open a feature request on GitHub.")
    if per_sample_weights is not None and per_sample_weights.dtype is not weight.dtype:
        raise RuntimeError("Expected tensor for argument #1 'weight' to have the same type as tensor for argument #1 "
                           f"'per_sample_weights'; but type {typename(weight)} does not equal {typename(per_sample_weights)} "
                           "(while checking arguments for embedding_bag)")
    bags, count = _bags(input, offsets, include_last_offset)
    input = input.reshape(-1)
    rows = derived_once(embedding(input, weight), not_implemented("_embedding_bag_backward"))
    ones = agc.ones(input.shape, dtype=weight.dtype)
    if padding_idx is not None:
        ones = (input != padding_idx % weight.size(0)).to(weight.dtype)
        rows = rows * ones.unsqueeze(1)
    if per_sample_weights is not None:
        weights = derived_once(per_sample_weights, underived("_embedding_bag_per_sample_weights_backward"))
        rows = rows * weights.reshape(-1, 1)
    made = agc.zeros(count, weight.size(1), dtype=weight.dtype)
    if mode == "max":
        return made.scatter_reduce(0, bags.unsqueeze(1).expand_as(rows), rows, "amax", include_self=False)
    made = made.index_add(0, bags, rows)
    if mode == "sum":
        return made
    return made / agc.zeros(count, dtype=weight.dtype).index_add(0, bags, ones).clamp(min=1).unsqueeze(1)


def _bags(input, offsets, include_last_offset):
    """The bag of each index, and how many bags there are."""
    if input.dim() == 2:
        if offsets is not None:
            raise ValueError("if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed "
                             f"length sequences. However, found offsets of type {type(offsets)}")
        return agc.arange(input.size(0)).repeat_interleave(input.size(1)), input.size(0)
    if input.dim() != 1:
        raise ValueError(f"input has to be 1D or 2D Tensor, but got Tensor of dimension {input.dim()}")
    if offsets is None:
        raise ValueError("offsets has to be a 1D Tensor but got None")
    if offsets.dim() != 1:
        raise ValueError("offsets has to be a 1D Tensor")
    starts = offsets[:-1] if include_last_offset else offsets
    # An index before the first offset is in bag -1, which there is not.
    return agc.searchsorted(starts, agc.arange(input.size(0)), right=True) - 1, starts.size(0)
