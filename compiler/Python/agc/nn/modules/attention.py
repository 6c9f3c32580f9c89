"""Multi-head attention."""
import math

import agc
from agc._missing import refuse
from agc.nn import functional as F
from agc.nn import init
from agc.nn.modules.linear import Linear
from agc.nn.modules.module import Module
from agc.nn.parameter import Parameter


class NonDynamicallyQuantizableLinear(Linear):
    """Linear, under the name that PyTorch prints."""


class MultiheadAttention(Module):
    """Attention in several subspaces at once, and their joint projection."""

    def __init__(self, embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, kdim=None,
                 vdim=None, batch_first=False, device=None, dtype=None):
        super().__init__()
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError("embed_dim and num_heads must be greater than 0, got "
                             f"embed_dim={embed_dim} and num_heads={num_heads} instead")
        refuse("MultiheadAttention", add_bias_kv=add_bias_kv, add_zero_attn=add_zero_attn)
        self.embed_dim, self.num_heads, self.dropout, self.batch_first = embed_dim, num_heads, dropout, batch_first
        self.head_dim = embed_dim // num_heads
        if self.head_dim * num_heads != embed_dim:
            raise AssertionError("embed_dim must be divisible by num_heads")
        self.kdim, self.vdim = (embed_dim if size is None else size for size in (kdim, vdim))
        apart = ("q_proj_weight", embed_dim), ("k_proj_weight", self.kdim), ("v_proj_weight", self.vdim)
        self._qkv_same_embed_dim = self.kdim == self.vdim == embed_dim
        for name, size in apart:
            self.register_parameter(name, None if self._qkv_same_embed_dim else
                                    Parameter(agc.empty(embed_dim, size, device=device, dtype=dtype)))
        self.register_parameter("in_proj_weight", Parameter(agc.empty(3 * embed_dim, embed_dim, device=device, dtype=dtype))
                                if self._qkv_same_embed_dim else None)
        in_bias = Parameter(agc.empty(3 * embed_dim, device=device, dtype=dtype)) if bias else None
        self.register_parameter("in_proj_bias", in_bias)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, device=device, dtype=dtype)
        for weight in self._weights() if not self._qkv_same_embed_dim else [self.in_proj_weight]:
            init.xavier_uniform_(weight)
        if bias:
            init.constant_(self.in_proj_bias, 0.0)
            init.constant_(self.out_proj.bias, 0.0)

    def _weights(self):
        """What queries, keys and values are multiplied by."""
        if self._qkv_same_embed_dim:
            return self.in_proj_weight.chunk(3)
        return self.q_proj_weight, self.k_proj_weight, self.v_proj_weight

    def _heads(self, x):
        """(batch, length, embed) as (batch, heads, length, head)."""
        return x.reshape(x.size(0), x.size(1), self.num_heads, self.head_dim).transpose(1, 2)

    def _mask(self, mask, batch):
        """A mask as numbers that are added to scores."""
        if mask is None:
            return None
        if mask.dtype is agc.bool:
            mask = agc.zeros(mask.shape).masked_fill(mask, -math.inf)
        return mask if mask.dim() == 2 else mask.reshape(batch, self.num_heads, *mask.shape[-2:])

    def forward(self, query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,
                average_attn_weights=True, is_causal=False):
        if is_causal and attn_mask is None:
            raise RuntimeError("Need attn_mask if specifying the is_causal hint.")
        batched = query.dim() == 3
        if self._qkv_same_embed_dim and query.size(-1) != self.embed_dim:
            raise AssertionError(f"was expecting embedding dimension of {self.embed_dim}, but got {query.size(-1)}")
        if self._qkv_same_embed_dim and key.shape != value.shape:
            raise AssertionError(f"key shape {key.shape} does not match value shape {value.shape}")
        inputs = [x.unsqueeze(0) if not batched else x if self.batch_first else x.transpose(0, 1)
                  for x in (query, key, value)]
        biases = [None] * 3 if self.in_proj_bias is None else self.in_proj_bias.chunk(3)
        q, k, v = (self._heads(F.linear(x, w, b)) for x, w, b in zip(inputs, self._weights(), biases))
        scores = agc.matmul(q * (1.0 / math.sqrt(self.head_dim)), k.transpose(-2, -1))
        mask = self._mask(attn_mask, q.size(0))
        if mask is not None:
            scores = scores + mask
        if key_padding_mask is not None:
            padding = self._mask(key_padding_mask.reshape(-1, key_padding_mask.size(-1)), q.size(0))
            scores = scores + padding[:, None, None, :]
        shares = F.softmax(scores, -1)
        if self.dropout and self.training:
            shares = F.dropout(shares, self.dropout)
        output = self.out_proj(agc.matmul(shares, v).permute(2, 0, 1, 3).reshape(q.size(2), q.size(0), self.embed_dim))
        output = output.squeeze(1) if not batched else output.transpose(0, 1) if self.batch_first else output
        if not need_weights:
            return output, None
        shares = shares.mean(1) if average_attn_weights else shares
        return output, shares if batched else shares.squeeze(0)
