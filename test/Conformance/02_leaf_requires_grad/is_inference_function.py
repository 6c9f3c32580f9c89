# torch.is_inference: the method as a function
import torch

x = torch.ones(2, requires_grad=True)
with torch.inference_mode():
    y = x * 2
print(torch.is_inference(x), torch.is_inference(y), torch.is_inference(x * 2))
torch.is_inference(3)
