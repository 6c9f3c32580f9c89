# torch.Tensor(...) and a type of tensors for each dtype: of sizes, of lists, of tensors, and isinstance
import torch


def told(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(type(error).__name__, error)


names = [f"{name}Tensor" for name in "Float Double Half BFloat16 Long Int Short Char Byte Bool".split()]
for name in names:
    kind = getattr(torch, name)
    print(kind, kind.dtype, kind.__name__, kind.__module__, kind.is_cuda, type(kind))
    told(lambda: kind([[1, 0], [2, 4]]))
    told(lambda: kind((1, 2)))
    told(lambda: kind([]))
    print([kind(*sizes).shape for sizes in ((), (2, 3), (torch.Size([2, 3]),), (torch.tensor(2), 3))])
    tensor = torch.zeros(2, dtype=kind.dtype)
    print([other for other in names if isinstance(tensor, getattr(torch, other))], isinstance(tensor, torch.Tensor))
    print(tensor.type(), torch.ones(2).type(kind), torch.ones(2).type(tensor.type()))
    print(isinstance(torch.nn.Parameter(torch.ones(2)), kind), isinstance(3, kind), issubclass(torch.Tensor, kind))
told(lambda: torch.FloatTensor([1.5, 2]).requires_grad)
told(lambda: torch.LongTensor([1.5, True]))
told(lambda: torch.FloatTensor([torch.tensor(1.), torch.tensor(2.)]))
told(lambda: torch.FloatTensor(range(3)))
told(lambda: torch.FloatTensor([1], device="cpu"))
told(lambda: torch.FloatTensor(data=[1, 2]))
told(lambda: torch.FloatTensor(size=(1, 2)).shape)
told(lambda: torch.ByteTensor([-1]))
told(lambda: torch.ByteTensor([256]))
shared = torch.ones(2)
torch.FloatTensor(shared)[0] = 5
print(shared)
for wrong in (3.5, True, None, "ab", ["ab"], {1: 2}, [[1], [2, 3]], [1j], -1, torch.ones(2, dtype=torch.float64)):
    told(lambda: torch.FloatTensor(wrong))
told(lambda: torch.LongTensor(torch.ones(2)))
told(lambda: torch.FloatTensor([1], dtype=torch.float32))
told(lambda: torch.FloatTensor.nothing)
told(lambda: torch.ones(2).type("torch.Foo"))
told(lambda: torch.ones(2).type(3))
print(torch.Tensor, torch.Tensor([1, 2]), torch.Tensor([[1.5]]), torch.Tensor(2, 3).shape, torch.Tensor().shape)
told(lambda: torch.Tensor(3.5))
told(lambda: torch.Tensor("a"))
told(lambda: torch.Tensor(torch.ones(2, dtype=torch.int64)))
