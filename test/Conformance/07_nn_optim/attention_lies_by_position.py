# nn.MultiheadAttention: how its output lies in memory, and with it which elements a later dropout takes
import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(4, 3, 8)
for batch_first in (False, True):
    for need_weights in (False, True):
        mha = nn.MultiheadAttention(8, 2, dropout=0.25, batch_first=batch_first)
        out, _ = mha(x, x, x, need_weights=need_weights)
        print(batch_first, need_weights, out.stride(), mha(x[0], x[0], x[0])[0].stride())
        print(nn.functional.dropout(out, 0.5).detach() == 0)
layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.25)
print(layer(x).detach())
