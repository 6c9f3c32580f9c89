# pre-hooks come before what a backward hook sees, and every module's hooks before its own
import torch
from torch.nn.modules import module

torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
x = torch.randn(2, 3, requires_grad=True)
for name, part in net.named_children():
    part.register_full_backward_hook(
        lambda m, gin, gout, name=name: print(name, *(f"{g.norm().item():.5f}" for g in gin + gout)))
doubled = net[2].register_forward_pre_hook(lambda m, args: (args[0] * 2,))
net(x).sum().backward()
doubled.remove()
handles = [module.register_module_forward_pre_hook(lambda m, args: print("before", type(m).__name__)),
           module.register_module_forward_hook(lambda m, args, out: print("after", type(m).__name__, tuple(out.shape))),
           module.register_module_full_backward_hook(lambda m, gin, gout: print("back", type(m).__name__))]
net[0].register_forward_hook(lambda m, args, out: print("own"))
net(x).sum().backward()
for handle in handles:
    handle.remove()
net(x)
