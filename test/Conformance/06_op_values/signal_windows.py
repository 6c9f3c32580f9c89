import torch

for window in (torch.hann_window, torch.hamming_window, torch.blackman_window, torch.bartlett_window, torch.kaiser_window):
    print(window(0), window(1), window(2), window(5), window(5, periodic=False), window(4, dtype=torch.float64))
    print(window(3, False, requires_grad=True).requires_grad, window(3).dtype)
    try:
        window(-1)
    except RuntimeError as error:
        print(error)
    try:
        window(2.5)
    except TypeError as error:
        print(error)
print(torch.hamming_window(5, True, 0.5, 0.4), torch.kaiser_window(6, False, 8.0), torch.kaiser_window(5, True, beta=0.0))
