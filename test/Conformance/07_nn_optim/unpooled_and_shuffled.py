# Max unpooling, normalisation by neighbouring channels, channels in another order, distances of rows
import torch
import torch.nn.functional as F

x = torch.linspace(-2, 3, 48).view(1, 4, 3, 4).requires_grad_()
(v, i), (v1, i1) = F.max_pool2d(x, 2, return_indices=True), F.max_pool1d(x[0], 2, return_indices=True)
v3, i3 = F.max_pool3d(x, (2, 1, 2), return_indices=True)
calls = {
    "local_response_norm": lambda: (F.local_response_norm(x, 3), F.local_response_norm(x[0], 2, 0.1, 0.5, 2.0),
                                    torch.nn.LocalResponseNorm(2)(x)),
    "of a matrix": lambda: F.local_response_norm(x[0, 0], 2),
    "channel_shuffle": lambda: (F.channel_shuffle(x, 2), torch.nn.ChannelShuffle(4)(x)),
    "three groups": lambda: torch.channel_shuffle(x, 3), "a matrix's channels": lambda: F.channel_shuffle(x[0, 0], 2),
    "no group": lambda: F.channel_shuffle(x, 0), "pdist": lambda: F.pdist(x[0, 0]),
    "max_unpool": lambda: (F.max_unpool2d(v, i, 2), F.max_unpool2d(v, i, 2, output_size=(3, 4)), F.max_unpool1d(v1, i1, 2),
                           torch.nn.MaxUnpool2d(2)(v, i, output_size=x.size()), torch.nn.MaxUnpool1d(2)(v1, i1),
                           F.max_unpool3d(v3, i3, (2, 1, 2), output_size=(4, 3, 4))),
    "too large": lambda: F.max_unpool2d(v, i, 2, output_size=(9, 4)), "of int32": lambda: F.max_unpool2d(v, i.int(), 2),
    "one channel's": lambda: F.max_unpool2d(v, i[:, :1], 2), "too far": lambda: F.max_unpool2d(v, i * 30, 2),
}
print(torch.nn.LocalResponseNorm(2), torch.nn.ChannelShuffle(2), torch.nn.MaxUnpool2d(2, stride=1), torch.nn.MaxUnpool1d(3))
found = []
for name, call in calls.items():
    try:
        results = call()
        for y in results if isinstance(results, tuple) else (results,):
            print(name, type(y.grad_fn).__name__, tuple(y.shape), y.stride())
            found += [y, *torch.autograd.grad(y.square().sum(), x, retain_graph=True)]
    except (RuntimeError, ValueError) as error:
        print(name, type(error).__name__, error)
print([y.tolist() for y in found])
