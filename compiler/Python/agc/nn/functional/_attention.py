"""Attention."""
import math

from agc import _agc, _dtype, _ops

__all__ = ["scaled_dot_product_attention"]


def scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None,
                                 enable_gqa=False):
    """softmax(query @ key.T * scale + mask) @ value"""
    import agc
    from agc.nn.functional._random import dropout
    if query.dim() < 2 or key.dim() < 2 or value.dim() < 2:
        raise RuntimeError("Expected query, key, and value to all be  at least 2 dimensional, but got query, key, "
                           f"value of dimensions: {query.dim()}, {key.dim()}, {value.dim()} respectively.")
    if not query.dtype is key.dtype is value.dtype:
        raise RuntimeError("Expected query, key, and value to have the same dtype, but got query.dtype: {} key.dtype: {} and "
                           "value.dtype: {} instead.".format(*(_agc.cpp_name_of(x.dtype._number)
                                                               for x in (query, key, value))))
    if is_causal and attn_mask is not None:
        raise RuntimeError("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
    if enable_gqa:
        key = _repeated(key, query.size(-3) // key.size(-3))
        value = _repeated(value, query.size(-3) // value.size(-3))
    root = math.sqrt(1 / math.sqrt(query.size(-1)) if scale is None else scale)
    scores = _agc.matmul(query * root, key.transpose(-2, -1) * root)
    if is_causal:
        attn_mask = agc.ones(query.size(-2), key.size(-2), dtype=_dtype.bool).tril()
    if attn_mask is None:
        weights = _ops.softmax(scores, -1)
    elif attn_mask.dtype is _dtype.bool:
        scores = _ops.where(attn_mask, scores, -math.inf)
        weights = _without_empty_rows(scores)
    else:
        weights = _without_empty_rows(scores + attn_mask)
    if dropout_p > 0:
        weights = dropout(weights, dropout_p)
    return _agc.matmul(weights, value)


def _without_empty_rows(scores):
    """softmax, of which a row without any choice is 0."""
    empty = _ops.all(scores == -math.inf, -1, True)
    return _ops.where(empty, 0.0, _ops.softmax(scores, -1))


def _repeated(heads, times):
    """Each head several times, for the queries that share it."""
    if times == 1:
        return heads
    shape = list(heads.shape)
    grown = heads.unsqueeze(-3).expand(shape[:-2] + [times] + shape[-2:])
    return grown.reshape(shape[:-3] + [shape[-3] * times] + shape[-2:])
