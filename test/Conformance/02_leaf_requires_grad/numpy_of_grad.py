# numpy() of what requires grad is refused; of what is detached it is not.
import torch

w = torch.ones(2, requires_grad=True)
print(w.detach().numpy(), (w * 2).detach().numpy().sum())
with torch.no_grad():
    print((w * 2).numpy())
(w * 2).numpy()
