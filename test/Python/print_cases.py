"""The tensors that print_test.py prints; run under PyTorch, it writes what PyTorch prints to print.json."""
import json
import os

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "print.json")
INF, NAN = float("inf"), float("nan")


def tensors(torch):
    """What to print, by name."""
    tensor = torch.tensor
    yield "number", tensor(2.5)
    yield "whole number", tensor(2.0)
    yield "int", tensor(-7)
    yield "bool", tensor(True)
    yield "complex", tensor(1 - 2j)
    yield "nan", tensor(NAN)
    yield "vector", tensor([1.0, 2.5, -3.25])
    yield "whole vector", tensor([1.0, 20.0, -3.0])
    yield "whole with inf and nan", tensor([1.0, INF, -INF, NAN])
    yield "fractions with inf and nan", tensor([1.5, INF, -INF, NAN])
    yield "only inf", tensor([INF, -INF])
    yield "zeros", tensor([0.0, -0.0])
    yield "small", tensor([1e-5, 1.0])
    yield "tiny", tensor([1e-30, 2e-30])
    yield "large", tensor([123456789.0, 1.0])
    yield "just below large", tensor([1e8, 1e8])
    yield "far apart", tensor([0.5, 501.0])
    yield "just not too far apart", tensor([0.5, 500.0])
    yield "whole far apart", tensor([1.0, 1001.0])
    yield "scientific with nan", tensor([1e-8, NAN, 3e5])
    yield "f64", tensor([0.1, 1 / 3], dtype=torch.float64)
    yield "f16", tensor([0.1, 1 / 3], dtype=torch.float16)
    yield "bf16", tensor([0.1, 1 / 3], dtype=torch.bfloat16)
    yield "ints", tensor([[1, -200], [30, 4]])
    yield "i32", tensor([1, 2], dtype=torch.int32)
    yield "u8", tensor([1, 255], dtype=torch.uint8)
    yield "bools", tensor([[True, False], [False, True]])
    yield "complex vector", tensor([1.5 + 2j, -0.25 - 1e-3j])
    yield "complex whole", tensor([1 + 2j, 3 - 40j])
    yield "complex128", tensor([1 + 2j], dtype=torch.complex128)
    yield "complex with nan", tensor([complex(NAN, 1), complex(2, -INF)])
    yield "matrix", torch.arange(6.0).reshape(2, 3)
    yield "three dims", torch.arange(12).reshape(2, 3, 2)
    yield "four dims", torch.arange(8).reshape(2, 2, 1, 2) / 3
    yield "long line", torch.arange(30.0) / 7
    yield "longer than a line in a matrix", torch.arange(50).reshape(2, 25) * 1000
    yield "exactly the threshold", torch.arange(1000).reshape(2, 500)[:, :3]
    yield "summarised vector", torch.arange(1001)
    yield "summarised matrix", torch.arange(1200.0).reshape(40, 30) / 3
    yield "summarised in one dim", torch.arange(1002).reshape(3, 334)
    yield "summarised three dims", torch.arange(7 * 8 * 20).reshape(7, 8, 20)
    yield "summarised complex", torch.arange(1100) * (1 + 1j)
    yield "empty", tensor([])
    yield "empty ints", tensor([], dtype=torch.int64)
    yield "empty matrix", torch.zeros(0, 3)
    yield "empty f64 cube", torch.zeros(2, 0, 3, dtype=torch.float64)
    leaf = torch.tensor([1.0, 2.0], requires_grad=True)
    yield "requires grad", leaf
    yield "history", leaf * 2
    yield "history of a number", (leaf * 2).sum()
    yield "history of a view", (leaf * 2)[0]
    yield "suffixes on a line of their own", torch.tensor([[0.1] * 8], dtype=torch.float64, requires_grad=True)
    yield "one suffix on each line", torch.tensor([0.123] * 7, dtype=torch.float64, requires_grad=True).mul(1)
    yield "empty with grad", torch.zeros(0, 2, requires_grad=True)
    yield "transposed", torch.arange(6).reshape(2, 3).t()


OPTIONS = [dict(precision=2), dict(precision=0), dict(linewidth=30), dict(edgeitems=1, threshold=5),
           dict(sci_mode=True), dict(sci_mode=False), dict(profile="short"), dict(profile="full"), dict(edgeitems=0)]


def printed(torch):
    """What is printed, by name and by options."""
    results = {}
    for name, tensor in tensors(torch):
        results[name] = [repr(tensor), f"{tensor}"]
    few = [torch.tensor([1e-9, 2.0, 3e5]), torch.arange(12.0).reshape(2, 6) / 3, torch.arange(3) * (1 + 0.1j)]
    for options in OPTIONS:
        torch.set_printoptions(**options)
        results[str(options)] = [repr(tensor) for tensor in few]
        torch.set_printoptions(profile="default")
    number = torch.tensor(3.14159)
    results["format"] = [f"{number:.2f}", f"{number:>10.3e}", f"{torch.tensor(42):05d}", f"{number}", str(number)]
    return results


if __name__ == "__main__":
    import torch as real
    with open(RECORDED, "w") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}"
                                      for name, value in printed(real).items()) + "\n}\n")
