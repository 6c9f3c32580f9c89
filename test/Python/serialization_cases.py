"""What serialization_test.py loads from saved_by_pytorch.pt; run under PyTorch, it writes that file."""
import collections
import os

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "saved_by_pytorch.pt")
DTYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64",
          "complex128"]


def saved(torch):
    """Everything that such files hold."""
    base = torch.arange(12.0).reshape(3, 4)
    state = collections.OrderedDict(weight=torch.ones(2, 3) * 0.5, bias=torch.zeros(3))
    state._metadata = {"version": 1}
    return {
        "dtypes": {name: torch.tensor([0, 1, 3], dtype=getattr(torch, name)) for name in DTYPES},
        "views": [base, base[1], base[:, 1:3], base.t(), base[::2, 1::2], base.view(2, 6)],
        "expanded": torch.arange(3.0).reshape(3, 1).expand(3, 2), "empty": torch.zeros(0, 3), "number": torch.tensor(2.5),
        "parameter": torch.nn.Parameter(torch.arange(2.0)),
        "frozen": torch.nn.Parameter(torch.arange(2.0), requires_grad=False),
        "leaf": torch.ones(2, requires_grad=True), "state": state, "size": torch.Size([2, 3]), "dtype": torch.float16,
        "device": torch.device("cpu"),
        "plain": [1, 2 ** 40, -1.5, "text", None, True, (1, 2), {3}, 1 - 2j, b"bytes", {"a": [1]}, {4: ()}]}


if __name__ == "__main__":
    import torch as real
    real.save(saved(real), RECORDED)
