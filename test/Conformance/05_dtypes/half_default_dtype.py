# float16 and bfloat16 as the default dtype
import torch

for kind in (torch.bfloat16, torch.float16):
    torch.set_default_dtype(kind)
    print(torch.ones(2), torch.tensor(0.1), torch.arange(2).float(), torch.tensor([1, 2]) / 3)
torch.set_default_dtype(torch.float32)
