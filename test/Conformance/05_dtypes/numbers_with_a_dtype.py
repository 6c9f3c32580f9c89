# lists of numpy's numbers, of arrays and of tensors promote to their dtypes
import numpy as np
import torch

for data in ([np.float64(1.5), 2], [2, np.float32(1.5)], [np.float32(1), np.float64(2)], [np.int32(1), np.int32(2)],
             [np.int8(1), 2], [np.bool_(True)], [np.float16(1)], [[np.float64(1)], [2.0]], (np.complex64(1j), 1),
             [np.array([1.0, 2.0]), np.array([3.0, 4.0])], [np.arange(2, dtype=np.int16)], [np.int64(1), 1.5],
             [torch.tensor(1.0), 2], [torch.tensor(1), torch.tensor(2)], [torch.tensor([1.0])], [torch.tensor([[7]]), 2],
             [torch.tensor(1.0, dtype=torch.float64)], [torch.tensor(1, dtype=torch.int8), True], [], [[], []]):
    made = torch.tensor(data)
    print(made, made.dtype, tuple(made.shape))
rewards = [np.float64(r) for r in (1.0, 0.5, -1.0)]
print((torch.tensor(rewards) - torch.ones(3)).dtype, torch.tensor(rewards, dtype=torch.float32), torch.Tensor(rewards))
print(torch.as_tensor([np.mean([1, 2])]), torch.tensor(np.float64(2)), torch.ones(2).new_tensor([np.float64(1)]).dtype)
for data in ([torch.ones(2), torch.ones(2)], [torch.ones(2), 1]):
    try:
        print(torch.tensor(data))
    except ValueError as error:
        print(error)
for convert in (float, int):
    try:
        convert(torch.ones(2))
    except ValueError as error:
        print(error)
