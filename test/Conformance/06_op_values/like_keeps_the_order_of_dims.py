# what is made like a tensor lies in memory as the tensor does, and random numbers are drawn in that order
import torch

a = torch.arange(24.0).reshape(2, 3, 4)
cases = {"plain": a, "transposed": a.transpose(0, 2), "permuted": a.permute(1, 2, 0), "sliced": a[:, ::2],
         "transposed and sliced": a.transpose(0, 1)[:, :1], "expanded": torch.arange(3.0).expand(2, 3).t(),
         "empty": torch.zeros(0, 3).t(), "number": torch.tensor(1.0)}
makers = {"zeros_like": torch.zeros_like, "ones_like": torch.ones_like, "empty_like": torch.empty_like,
          "full_like": lambda t: torch.full_like(t, 2), "rand_like": torch.rand_like, "randn_like": torch.randn_like,
          "randint_like": lambda t: torch.randint_like(t, 5), "as ints": lambda t: torch.zeros_like(t, dtype=torch.int64),
          "contiguous": lambda t: torch.zeros_like(t, memory_format=torch.contiguous_format),
          "preserved": lambda t: torch.ones_like(t, memory_format=torch.preserve_format)}
for case, t in cases.items():
    print(case, tuple(t.shape), t.stride())
    for name, make in makers.items():
        made = make(t)
        print("   ", name, made.stride(), made.is_contiguous(), made._is_view(), made._version, made.is_leaf)
torch.manual_seed(0)
print(torch.rand_like(a[0].t()))
print(torch.randint_like(a[0].t(), 100))
print(torch.randn_like(torch.zeros(5, 4).t()))
print(torch.nn.functional.dropout(torch.ones(3, 4).t(), 0.5))
print(torch.rand(2))
print(torch.zeros_like(a[0].t(), requires_grad=True))
