# weights averaged over the last steps, at a learning rate of their own, and statistics for them
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, SWALR, update_bn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
swa = AveragedModel(net)
main = torch.optim.lr_scheduler.CosineAnnealingLR(opt, 10)
for strategy in ('linear', 'cos'):
    sched = SWALR(opt, swa_lr=0.05, anneal_epochs=3, anneal_strategy=strategy)
    x = torch.rand(16, 2)
    y = x.sum(1, keepdim=True)
    for e in range(6):
        for i in range(0, 16, 4):
            opt.zero_grad()
            nn.functional.mse_loss(net(x[i:i + 4]), y[i:i + 4]).backward()
            opt.step()
        if e < 2:
            main.step()
        else:
            swa.update_parameters(net)
            sched.step()
        print(e, sched.get_last_lr(), opt.param_groups[0]['lr'])
    print({k: v for k, v in sched.state_dict().items()})
update_bn([(x[i:i + 4], 0) for i in range(0, 16, 4)], swa)
print(swa.module[1].running_mean, swa.module[1].running_var, swa.module[1].num_batches_tracked, swa.n_averaged, swa.training, swa.module[1].momentum)
print(SWALR(opt, [0.2], 0).get_last_lr())
for bad in (lambda: SWALR(opt, 0.1, 2, 'x'), lambda: SWALR(opt, 0.1, -1), lambda: SWALR(opt, [0.1, 0.2])):
    try:
        bad()
    except ValueError as error:
        print(error)
