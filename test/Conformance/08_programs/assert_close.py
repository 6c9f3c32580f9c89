# torch.testing.assert_close: what passes, and what it says of values, shapes, dtypes, containers and numbers
import torch
from torch.testing import assert_close

tensor = torch.tensor
nan, inf = float("nan"), float("inf")


def told(*arguments, **options):
    try:
        print(assert_close(*arguments, **options))
    except Exception as error:
        print(type(error).__name__, error)


told(tensor([1.0, 2.0]), tensor([1.0, 2.0 + 1e-6]))
told(tensor([1.0, 2.0, 3.0]), tensor([1.0, 2.5, -1.0]))
told(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([[1.0, 2.0], [3.0, 0.0]]))
told(tensor([1, 2, 3]), tensor([1, 5, 3]))
told(tensor([True, False]), tensor([True, True]))
told(tensor(1.0), tensor(2.0))
told(tensor(3), tensor(4))
told(tensor([1 + 1j]), tensor([1 + 2j]))
told(tensor([nan]), tensor([nan]))
told(tensor([nan, 1.0]), tensor([nan, 1.0]), equal_nan=True)
told(tensor([inf]), tensor([inf]))
told(tensor([inf, 1.0]), tensor([-inf, 1.0]))
told(tensor([]), tensor([]))
for name in ("float16", "bfloat16", "float32", "float64"):
    ones = torch.ones(2, dtype=getattr(torch, name))
    told(ones, ones + 0.25)
told(torch.ones(2), torch.ones(3))
told(torch.ones(2), torch.ones(2).double())
told(torch.ones(2), torch.ones(2).double(), check_dtype=False)
told(torch.ones(2), torch.zeros(2).long(), check_dtype=False)
told(torch.ones(2, 3), torch.ones(3, 2).t())
told(torch.ones(2, 3), torch.ones(3, 2).t(), check_stride=True)
told(tensor([1.0]), tensor([1.1]), rtol=0.2, atol=0.0)
told(tensor([1.0]), tensor([1.1]), rtol=0.0, atol=0.01)
told(tensor([1.0]), tensor([1.1]), rtol=0, atol=0)
told(tensor([1.0]), tensor([1.1]), rtol=0.1)
told(tensor([1.0]), tensor([1.1]), atol=0.1)
told([tensor(1.0), tensor(2.0)], [tensor(1.0), tensor(3.0)])
told((1.0, 2.0), [1.0, 2.0])
told([1.0], [1.0, 2.0])
told([[1.0], [2.0, 3.0]], [[1.0], [2.0]])
told({"a": tensor([1.0]), "b": [1, {"c": tensor([2.0])}]}, {"a": tensor([1.0]), "b": [1, {"c": tensor([2.5])}]})
told({"a": 1, "c": 2}, {"a": 1, "b": 2})
told(1, 1)
told(1, 2)
told(1.0, 1.5)
told(1.0, 0.0)
told(1, 1.0)
told(1, 1.0, check_dtype=False)
told(nan, nan)
told(nan, nan, equal_nan=True)
told(1j, 2j)
told(True, False)
told(None, None)
told(None, 1)
told("a", "a")
told(1.0, tensor(1.0))
told([1.0], tensor([1.0]))
told(torch.nn.Parameter(tensor([1.0])), tensor([1.0]))
told(torch.nn.Parameter(tensor([1.0])), tensor([2.0]))
told(tensor([1.0]), tensor([2.0]), msg="differs")
told(tensor([1.0]), tensor([2.0]), msg=lambda text: f"before\n{text}\nafter")
told([1.0], [1.0, 2.0], msg="differs")
torch.testing.assert_close(torch.ones(2), torch.ones(2))
