# Options of recurrent modules and of attention: directions, layers, unbatched inputs, masks, initial numbers
import torch
from torch import nn

torch.manual_seed(2)
for make in (lambda: nn.LSTM(3, 2, 2, batch_first=True, bidirectional=True), lambda: nn.GRU(3, 2, bias=False),
             lambda: nn.RNN(3, 2, nonlinearity="relu"), lambda: nn.GRU(3, 2, 2, bidirectional=True)):
    module = make()
    x = torch.linspace(-1.0, 1.0, 12).view(2, 2, 3).requires_grad_()
    out, state = module(x)
    out.sum().backward()
    print(module, out.detach(), state, x.grad)
    print([tuple(p.shape) for p in module.parameters()], list(module.state_dict())[:4])
    print(module(torch.ones(2, 3))[0])
for wrong in (lambda: nn.LSTM(3, 0), lambda: nn.RNN(3, 2, nonlinearity="x"), lambda: nn.GRU(3, 2)(torch.ones(2, 2, 4)),
              lambda: nn.MultiheadAttention(4, 3)):
    try:
        wrong()
    except (RuntimeError, ValueError, AssertionError) as error:
        print(type(error).__name__, error)
attention = nn.MultiheadAttention(4, 2)
x = torch.linspace(-1.0, 1.0, 24).view(3, 2, 4)
causal = torch.ones(3, 3, dtype=torch.bool).triu(1)
padded = torch.tensor([[False, False, True], [False, False, False]])
for given in (((x, x, x), dict(attn_mask=causal)), ((x, x[:2], x[:2]), dict(need_weights=False)),
              ((x, x, x), dict(key_padding_mask=padded, average_attn_weights=False))):
    out, shares = attention(*given[0], **given[1])
    print(out.detach(), shares if shares is None else shares.detach())
print(attention(x[:, 0], x[:, 0], x[:, 0])[0].detach())
layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, norm_first=True, activation="gelu")
print(layer(x, src_mask=causal).detach())
print(nn.TransformerEncoder(layer, 2, nn.LayerNorm(4))(x).shape)
