import torch
import torch.nn.functional as F

weight = torch.arange(20.0).reshape(5, 4).requires_grad_()
inputs = {"row": torch.ones(4), "strided row": torch.ones(8)[::2], "rows": torch.ones(2, 4), "batch": torch.ones(2, 3, 4),
          "turned batch": torch.ones(3, 2, 4).transpose(0, 1), "number": torch.tensor(1.0)}
biases = {"row": torch.ones(5), "strided": torch.ones(10)[::2], "number": torch.tensor(1.0), "one": torch.ones(1),
          "expanded": torch.ones(1).expand(5), "one row": torch.ones(1, 5), "three rows": torch.ones(3, 5),
          "too short": torch.ones(4), "wide": torch.ones(5).double(), "none": None}
for of_input, x in inputs.items():
    for of_bias, bias in biases.items():
        try:
            made = F.linear(x, weight, bias)
            print(of_input, of_bias, made.grad_fn.name(), made._version, made._base is None, made.shape, made.flatten()[-1].item())
        except RuntimeError as error:
            print(of_input, of_bias, error)
made = F.linear(torch.ones(4), torch.ones(4, requires_grad=True), torch.tensor(1.0))
print(made.grad_fn.name(), made._version)
