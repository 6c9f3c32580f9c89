import torch
from torch import nn, optim
def run(make, steps=6, closure=False):
    torch.manual_seed(0)
    m = nn.Linear(3, 2)
    x, y = torch.randn(8, 3), torch.randn(8, 2)
    o = make(m.parameters())
    out = []
    for _ in range(steps):
        def c():
            o.zero_grad()
            l = (torch.tanh(m(x)) - y).square().mean()
            l.backward()
            return l
        if closure: l = o.step(c)
        else:
            l = c(); o.step()
        out.append(f"{l.item():.5f}")
    return out, sorted(next(iter(o.state.values())).keys())
for n, f in [("adadelta", lambda p: optim.Adadelta(p)),
             ("adamax", lambda p: optim.Adamax(p, lr=0.1)), ("nadam", lambda p: optim.NAdam(p, lr=0.1, weight_decay=0.01)),
             ("radam", lambda p: optim.RAdam(p, lr=0.1)), ("rprop", lambda p: optim.Rprop(p, lr=0.1))]:
    print(n, run(f, 4))
print("lbfgs", run(lambda p: optim.LBFGS(p, lr=0.5, max_iter=3), 2, True))
print("lbfgsw", run(lambda p: optim.LBFGS(p, history_size=5, max_iter=4, line_search_fn="strong_wolfe"), 1, True))
p = [nn.Parameter(torch.zeros(2))]
for mode in ("triangular", "triangular2", "exp_range"):
    o = optim.SGD(p, lr=0.1, momentum=0.9)
    s = optim.lr_scheduler.CyclicLR(o, 0.01, 0.1, step_size_up=2, step_size_down=3, mode=mode, gamma=0.9)
    r = []
    for _ in range(9):
        o.step(); s.step(); r.append(f"{s.get_last_lr()[0]:.4f}/{o.param_groups[0]['momentum']:.3f}")
    print(mode, r, sorted(k for k in s.state_dict() if not k.startswith("_")))
print(torch.cuda.is_available(), torch.backends.cudnn.benchmark, torch.backends.mps.is_available())
torch.backends.cudnn.deterministic = True
torch.cuda.manual_seed_all(0)
try: torch.ones(2).cuda()
except AssertionError as e: print(e)
