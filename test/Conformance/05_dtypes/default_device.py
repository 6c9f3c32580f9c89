# The default device is the CPU, however it is named
import torch

for device in ("cpu", None, torch.device("cpu"), "cpu:0"):
    print(torch.set_default_device(device), repr(torch.get_default_device()))
    print(torch.ones(2).device, torch.tensor(1).device, torch.nn.Linear(1, 1).weight.device)
try:
    torch.set_default_device("nowhere")
except RuntimeError:
    print("refused", torch.get_default_device())
