# Arguments of types that a function does not take, too many and too few are refused in PyTorch's words
import torch


def told(function):
    try:
        function()
        print("done")
    except Exception as error:
        print(type(error).__name__, str(error).split("\n")[0])


x = torch.ones(2, 2)
told(lambda: x.t(0))
told(lambda: x.conj(1))
told(lambda: x.dim(None))
told(lambda: torch.abs(3))
told(lambda: torch.abs(None))
told(lambda: torch.exp())
told(lambda: torch.exp(x, x))
told(lambda: torch.acosh_(x, 1))
told(lambda: torch.bmm([1], x))
told(lambda: torch.cumsum(x, "a"))
told(lambda: x.cumsum(1.5))
told(lambda: torch.softmax(x))
told(lambda: torch.argmax(x, 0, "keep"))
told(lambda: torch.nansum(x, wrong=1))
told(lambda: torch.flip(x))
told(lambda: torch.trace(x, 1))
told(lambda: torch.linalg.det("a"))
told(lambda: torch.linalg.vector_norm(x, dim=0, wrong=1))
told(lambda: torch.linalg.matrix_power(x))
told(lambda: torch.special.softmax(x))
told(lambda: torch.special.ndtr(x, wrong=1))
told(lambda: torch.special.erf(None))
told(lambda: torch.nn.functional.l1_loss("a"))
told(lambda: torch.nn.Parameter("a"))

y = (x.clone().requires_grad_() * 2).sum()
told(lambda: torch.autograd.backward("y"))
told(lambda: torch.autograd.grad(y, "x"))
told(lambda: torch.autograd.grad(y, x, [3]))
told(lambda: torch.autograd.backward(y, retain_graph="yes"))
told(lambda: torch.autograd.Variable("x"))
told(lambda: torch.flip(x, dim=0))
told(lambda: x.reshape())
told(lambda: x.tile(wrong=1))
told(lambda: x.float(2))
told(lambda: x.contiguous(1))
told(lambda: x.new_zeros())
print(x.permute(dims=(1, 0)).shape, x.repeat(repeats=(2, 1)).shape, x.flip(dims=[0]).shape, x.view(size=(4,)).shape)
