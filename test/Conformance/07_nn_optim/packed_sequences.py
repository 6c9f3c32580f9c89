# Sequences of several lengths, packed, padded and through recurrent layers
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence, unpack_sequence
torch.manual_seed(0)
a, b, c = torch.arange(1., 4), torch.arange(4., 6), torch.tensor([6.])
p = pack_sequence([a, b, c])
print(p)
print(p.data, p.batch_sizes, p.sorted_indices)
print(pack_sequence([b, a, c], enforce_sorted=False))
print(pad_packed_sequence(p, batch_first=True))
print(pad_packed_sequence(p, padding_value=-1., total_length=5))
print(unpack_sequence(p))
for call in [lambda: pack_padded_sequence(torch.ones(3, 2), [1, 2]),
             lambda: pack_padded_sequence(torch.ones(3, 2), [2, 1, 1]),
             lambda: pack_padded_sequence(torch.ones(3, 2), [2, 0]),
             lambda: pad_packed_sequence(p, total_length=2)]:
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
x = torch.randn(4, 5, 3, requires_grad=True)
for kind in (torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU):
    for bi in (False, True):
        m = kind(3, 2, num_layers=2, bidirectional=bi, batch_first=True)
        for i, q in enumerate(m.parameters()):
            torch.nn.init.constant_(q, 0.1 * (i % 5) - 0.2)
        packed = pack_padded_sequence(x, torch.tensor([2, 5, 1, 5]), batch_first=True, enforce_sorted=False)
        out, h = m(packed)
        padded, lengths = pad_packed_sequence(out, batch_first=True)
        h = h if kind is not torch.nn.LSTM else h[0] + h[1]
        print(type(out).__name__, padded.shape, lengths, padded.sum().item(), h.sum().item(), h)
        x.grad = None
        (padded.pow(2).sum() + h.sum()).backward()
        print(x.grad.abs().sum().item(), x.grad[0, 1:3], [round(q.grad.sum().item(), 4) for q in m.parameters()])
        h0 = torch.ones(2 * (1 + bi), 4, 2) * torch.arange(4.).view(1, 4, 1)
        out, h = m(packed, h0 if kind is not torch.nn.LSTM else (h0, h0))
        print(out.data.sum().item(), (h if kind is not torch.nn.LSTM else h[1])[0])
