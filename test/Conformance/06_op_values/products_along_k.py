"""Products of few rows with columns of which k runs along memory, in both float dtypes: whole numbers, so that they are exact."""
import torch
for kind in (torch.float32, torch.float64):
    for m in (4, 5, 8, 9, 16, 17):
        for n in (9, 10, 13, 17, 25):
            a = (torch.arange(m * 5) % 7 - 3).to(kind).reshape(m, 5)
            b = (torch.arange(n * 5) % 11 - 5).to(kind).reshape(n, 5)
            product = a @ b.T
            print(m, n, product.sum(), (product * torch.arange(m * n).reshape(m, n)).sum())
