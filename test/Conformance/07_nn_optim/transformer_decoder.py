import torch
from torch import nn

torch.manual_seed(0)
for batch_first in (False, True):
    for norm_first in (False, True):
        layer = nn.TransformerDecoderLayer(8, 2, 16, dropout=0.0, batch_first=batch_first, norm_first=norm_first)
        decoder = nn.TransformerDecoder(layer, 2, nn.LayerNorm(8))
        target = torch.randn(3, 2, 8)
        memory = torch.randn(3, 5, 8) if batch_first else torch.randn(4, 2, 8)
        result = decoder(target, memory)
        print(result.shape, result[0, 0])
        (result * target).sum().backward()
        print(decoder.layers[0].multihead_attn.in_proj_weight.grad[0], decoder.layers[1].linear1.weight.grad[:2])
print(layer)

model = nn.Transformer(8, 2, 1, 2, 16, dropout=0.0)
source, target = torch.randn(5, 2, 8), torch.randn(3, 2, 8)
mask = nn.Transformer.generate_square_subsequent_mask(3)
print(mask, model(source, target, tgt_mask=mask)[:, 0], len(list(model.parameters())))
print(model(source, target, tgt_mask=mask, src_key_padding_mask=torch.tensor([[False] * 4 + [True]] * 2))[:, 1])
for shapes in (((5, 3, 8), (3, 2, 8)), ((5, 2, 7), (3, 2, 7))):
    try:
        model(*(torch.randn(*shape) for shape in shapes))
    except RuntimeError as error:
        print(error)

attention = nn.MultiheadAttention(8, 2, kdim=4, vdim=6)
result, shares = attention(torch.randn(3, 2, 8), torch.randn(5, 2, 4), torch.randn(5, 2, 6))
print(result[0], shares.shape, attention.in_proj_weight)
print([(name, tuple(parameter.shape)) for name, parameter in attention.named_parameters()], list(attention.state_dict()))
