# view(dtype): the same memory and count of writes, without a history
import torch


def told(function):
    try:
        x = function()
        print(x, x.dtype, x.grad_fn, x.is_leaf, x._is_view(), x.requires_grad, x._version, x.stride(), x.storage_offset())
    except RuntimeError as e:
        print(e)


x = torch.arange(6.0).view(2, 3)
told(lambda: x.view(torch.int32))
told(lambda: x.t().view(dtype=torch.int32))
told(lambda: x[:, 1:].view(torch.int32))
told(lambda: x.view(torch.float32))
told(lambda: x.view(torch.int16))
told(lambda: torch.arange(8.0).view(2, 4).view(torch.float64))
told(lambda: torch.tensor(1.0).view(torch.int32))
told(lambda: torch.tensor([True, False]).view(torch.uint8))
told(lambda: torch.tensor([1.0, -2.0], dtype=torch.bfloat16).view(torch.int16))
told(lambda: torch.tensor([1 + 2j, 3 - 1j]).view(torch.float32))
told(lambda: torch.arange(4.0).view(torch.complex64))

told(lambda: x.view(torch.float64))
told(lambda: torch.arange(8.0).view(2, 4)[:, 1:3].view(torch.float64))
told(lambda: x[:, :2].view(torch.float64))
told(lambda: x.t().view(torch.int16))
told(lambda: torch.arange(8.0).view(4, 2).t().view(torch.float64))
told(lambda: torch.tensor(1.0).view(torch.int16))

bits = x.view(torch.int32)
bits[0, 0] = 0x40490FDB
print(x, x._version, bits._version, bits._base, bits.data_ptr() == x.data_ptr())
x.mul_(2)
print(bits, bits._version)

w = torch.arange(3.0, requires_grad=True)
told(lambda: w.view(torch.int32))
told(lambda: (w * 2).view(torch.float32))
square = w * w
saved = square.exp()
saved.view(torch.int32).zero_()
try:
    saved.sum().backward()
except RuntimeError as e:
    print(str(e)[:200])
