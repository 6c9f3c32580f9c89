import torch

for dtype in (torch.int64, torch.int32, torch.uint8):
    x = torch.tensor([1, 2, 3]).to(dtype)
    for value in (0.5, 2.0, 2.5, True, -0.5, -1.5):
        for function in (torch.addcmul, torch.Tensor.addcmul_):
            try:
                print(dtype, value, function(x.clone(), x, x, value=value))
            except RuntimeError as error:
                print(dtype, value, error)
print(torch.addcmul(torch.tensor([1, 2]), torch.tensor([1.0, 2.0]), torch.tensor([1, 2]), value=0.5))
print(torch.addcmul(torch.tensor([1, 2], dtype=torch.uint8), torch.tensor([1, 2]), torch.tensor([1, 2]), value=-1.5))
