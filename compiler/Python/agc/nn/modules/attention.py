"""Multi-head attention, and the encoder of a transformer."""
import math

import agc
from agc._missing import refuse
from agc.nn import functional as F
from agc.nn import init
from agc.nn.modules.container import ModuleList
from agc.nn.modules.dropout import Dropout
from agc.nn.modules.linear import Linear
from agc.nn.modules.module import Module
from agc.nn.modules.normalization import LayerNorm
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
        refuse("MultiheadAttention", add_bias_kv=add_bias_kv, add_zero_attn=add_zero_attn,
               kdim=None if kdim == embed_dim else kdim, vdim=None if vdim == embed_dim else vdim)
        self.embed_dim, self.num_heads, self.dropout, self.batch_first = embed_dim, num_heads, dropout, batch_first
        self.head_dim = embed_dim // num_heads
        if self.head_dim * num_heads != embed_dim:
            raise AssertionError("embed_dim must be divisible by num_heads")
        self.in_proj_weight = Parameter(agc.empty(3 * embed_dim, embed_dim, device=device, dtype=dtype))
        in_bias = Parameter(agc.empty(3 * embed_dim, device=device, dtype=dtype)) if bias else None
        self.register_parameter("in_proj_bias", in_bias)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, device=device, dtype=dtype)
        init.xavier_uniform_(self.in_proj_weight)
        if bias:
            init.constant_(self.in_proj_bias, 0.0)
            init.constant_(self.out_proj.bias, 0.0)

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
        inputs = [x.unsqueeze(0) if not batched else x if self.batch_first else x.transpose(0, 1)
                  for x in (query, key, value)]
        weights = self.in_proj_weight.chunk(3)
        biases = [None] * 3 if self.in_proj_bias is None else self.in_proj_bias.chunk(3)
        q, k, v = (self._heads(F.linear(x, w, b)) for x, w, b in zip(inputs, weights, biases))
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
        joined = agc.matmul(shares, v).transpose(1, 2).reshape(q.size(0), q.size(2), self.embed_dim)
        output = self.out_proj(joined)
        output = output.squeeze(0) if not batched else output if self.batch_first else output.transpose(0, 1)
        if not need_weights:
            return output, None
        shares = shares.mean(1) if average_attn_weights else shares
        return output, shares if batched else shares.squeeze(0)


class TransformerEncoderLayer(Module):
    """Attention and a network of two layers, each added to its input and normalised."""

    def __init__(self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation=F.relu, layer_norm_eps=1e-5,
                 batch_first=False, norm_first=False, bias=True, device=None, dtype=None):
        super().__init__()
        made = dict(device=device, dtype=dtype)
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **made)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **made)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **made)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, **made)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, **made)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        if isinstance(activation, str):
            if activation not in ("relu", "gelu"):
                raise RuntimeError(f"activation should be relu/gelu, not {activation}")
            activation = getattr(F, activation)
        self.activation = activation

    def _attend(self, x, mask, padding, is_causal):
        return self.dropout1(self.self_attn(x, x, x, padding, False, mask, is_causal=is_causal)[0])

    def _feed(self, x):
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))

    def forward(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False):
        attend = lambda x: self._attend(x, src_mask, src_key_padding_mask, is_causal)  # noqa: E731
        if self.norm_first:
            src = src + attend(self.norm1(src))
            return src + self._feed(self.norm2(src))
        src = self.norm1(src + attend(src))
        return self.norm2(src + self._feed(src))


class TransformerEncoder(Module):
    """Copies of an encoder layer, one after the other."""

    def __init__(self, encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True):
        super().__init__()
        from copy import deepcopy
        self.layers = ModuleList([deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers, self.norm = num_layers, norm

    def forward(self, src, mask=None, src_key_padding_mask=None, is_causal=None):
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, bool(is_causal))
        return src if self.norm is None else self.norm(src)
