# quotients of halves round each step to the half, unless the divisor is one element, which keeps f32's digits;
# what else of f16 and bf16 is rounded, and when
import torch

for dtype in (torch.bfloat16, torch.float16):
    a = (torch.arange(24) * 27.3 + 300).to(dtype)
    b = (torch.arange(24) * 0.041 + 0.21).to(dtype)
    for mode in ("floor", "trunc"):
        print(mode, torch.div(a, b, rounding_mode=mode).tolist())
        print(torch.div(-a, b, rounding_mode=mode).tolist())
        print(torch.div(a.reshape(2, 3, 4), b[:4], rounding_mode=mode).tolist())
        print(torch.div(a[5:6], b, rounding_mode=mode).tolist())
        for one in (b[7], b[7:8], torch.tensor(0.3701), torch.tensor(0.3701, dtype=torch.float64), 0.3701):
            print(torch.div(a, one, rounding_mode=mode).tolist())
        edges = torch.tensor([0.0, -0.0, 1.0, -1.0, float("inf"), -float("inf"), float("nan")], dtype=dtype)
        print(torch.div(edges[:, None], edges, rounding_mode=mode).tolist())

    print((a // b).tolist(), (2000.7 // b).tolist(), (a // 0.37).tolist())
    c = a.clone()
    c //= b
    print(c.tolist(), c.dtype)

    # products and true quotients keep the digits of a last operand that is one element of f32
    x, one = (torch.arange(12) * 0.37 - 2).to(dtype), torch.tensor(2.7001)
    for function in (torch.mul, torch.div):
        print(function(x, one).tolist(), function(one, x).tolist())
        print(function(x, 2.7001).tolist(), function(2.7001, x).tolist())
    print((2.7001 * x).tolist(), (x * 2.7001).tolist(), (2.7001 / x).tolist())

    # weights keep f32's digits, exponents do not; a logarithm is rounded before its product
    print(torch.lerp(x, x.flip(0), 0.7001).tolist(), (x.abs() ** 2.7001).tolist())
    print(torch.xlogy(2.7001, x.abs()).tolist(), torch.xlogy(x, a[:12]).tolist())

    # the gradients of remainders are products with quotients
    for function in (torch.remainder, torch.fmod):
        v, w = a.clone().requires_grad_(), b.clone().requires_grad_()
        function(v, w).sum().backward()
        print(v.grad.tolist(), w.grad.tolist())

    # one element that requires grad, and is written after it was saved
    v, w = a[:4].clone().requires_grad_(), torch.tensor(2.7001, requires_grad=True)
    for function in (torch.mul, torch.div):
        y = function(v, w)
        print(y.tolist(), y.grad_fn.name(), [n.name() for n, _ in y.grad_fn.next_functions])
        y.sum().backward()
        print(v.grad.tolist(), w.grad.to(dtype).item(), w.grad.dtype)
        v.grad = w.grad = None
        y = function(v, w)
        with torch.no_grad():
            w += 1
        try:
            y.sum().backward()
        except RuntimeError as error:
            print(str(error).partition(";")[0])
    w = b[3].clone().requires_grad_()
    y = torch.div(v, w, rounding_mode="trunc")
    print(y.tolist(), y.grad_fn.name(), y.requires_grad)
    with torch.no_grad():
        w += 1
    try:
        y.sum().backward()
        print(v.grad, w.grad)
    except RuntimeError as error:
        print(str(error).partition(";")[0])
