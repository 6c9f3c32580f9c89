"""Programs like those of 01_seed with other shapes, element types, functions, writes and mistakes."""
import itertools

DTYPES = ("float16", "bfloat16", "float32", "float64", "complex64", "complex128")
REAL = DTYPES[:4]
SHAPES = ((), (1,), (3,), (2, 2), (2, 3), (1, 4), (3, 1, 2), (2, 2, 2))


def literal(shape, numbers):
    """A nested list of numbers in a shape."""
    if not shape:
        return repr(next(numbers))
    return "[" + ", ".join(literal(shape[1:], numbers) for _ in range(shape[0])) + "]"


def tensor(shape, dtype, start=1.0, step=0.5, grad=False):
    """torch.tensor(...) of numbers that every element type holds exactly."""
    numbers = (start + step * i for i in itertools.count())
    if dtype.startswith("complex"):
        numbers = (complex(x, 0.5 - i % 3) for i, x in enumerate(numbers))
    ending = ", requires_grad=True" if grad else ""
    return f"torch.tensor({literal(shape, numbers)}, dtype=torch.{dtype}{ending})"


def facts(*names):
    return f"for t in ({', '.join(names)},):\n    print(t.is_leaf, t.requires_grad, t.dtype, t.shape)"


def pick(*lists, start=0):
    """As many rows as the longest list has, the shorter ones going round at steps of their own."""
    count = max(map(len, lists))
    for i in range(count):
        yield tuple(values[(i + (i // len(values) if len(values) < count else 0) + start) % len(values)]
                    for values in lists)


UNARY = ("torch.sqrt({})", "torch.exp({})", "torch.log({})", "torch.sin({})", "torch.cos({})", "torch.tanh({})",
         "torch.sigmoid({})", "torch.abs({})", "torch.relu({})", "{}.square()", "torch.reciprocal({})",
         "torch.rsqrt({})", "{} ** 3", "torch.expm1({})", "torch.log1p({})", "torch.nn.functional.softplus({})",
         "torch.nn.functional.silu({})", "torch.nn.functional.gelu({})", "torch.erf({})", "torch.atan({})",
         "torch.clamp({}, 1.25, 2.25)", "torch.nn.functional.leaky_relu({}, 0.25)", "{}.sign()", "{}.round()",
         "{}.floor()", "-{}", "2 * {}", "{} / 4", "{} - 0.5", "torch.softmax({}, -1)")
LOSSES = ("MSELoss()", "L1Loss()", "SmoothL1Loss()", "HuberLoss(delta=0.5)", "MSELoss(reduction='sum')",
          "MSELoss(reduction='none')", "SmoothL1Loss(beta=0.25, reduction='sum')")


def losses():
    """A function and a loss: who is a leaf, who requires grad, and who gets a gradient."""
    shapes = [s for s in SHAPES if s]
    for i, (function, loss, dtype, shape) in enumerate(pick(UNARY, LOSSES, REAL, shapes)):
        for grad in ("nothing", "input", "output", "target")[i % 2::2]:
            expanded = f".expand({', '.join(map(str, shape))})" if len(shape) == 2 and grad != "target" else ""
            target = tensor(shape[1:] if expanded else shape, dtype, 0.25, grad=grad == "target")
            lines = [f"input = {tensor(shape, dtype, grad=grad == 'input')}",
                     f"output = {function.format('input')}"]
            lines += ["output.requires_grad_(True)"] * (grad == "output")
            lines += [f"target = {target}{expanded}", f"loss = torch.nn.{loss}(output, target)",
                      facts("input", "output", "target", "loss"), "print(output)", "print(loss)"]
            lines += ["loss.sum().backward()" if "none" in loss and i % 3 else "loss.backward()",
                      "print(input.grad)" if grad != "output" else "print(output.grad, input.grad)",
                      "print(target.grad)"]
            yield f"{grad} requires grad, {loss}", lines


BINARY = ("torch.add(a, b)", "torch.sub(a, b)", "torch.mul(a, b)", "torch.div(a, b)", "a + 2 * b", "a * a + b",
          "torch.where(b > 2, a, b)", "torch.maximum(a, b)", "a @ b", "torch.add(a, b, alpha=3)", "torch.lerp(a, b, 0.25)",
          "torch.atan2(a, b)", "torch.cat([a, b])", "torch.stack([a, b])", "torch.hypot(a, b)", "torch.minimum(a, b)")
WRITES = ("{}[0][0] = 10", "{}[0, 1] = -1", "{}[1] = 7", "{}[:, 0] = 3", "{}[0:1] = 5", "{}[:, 1:] *= 2", "{}.t()[0] = 4",
          "{}.T[1, 0] = 6", "{}.fill_(2)", "{}.zero_()", "{} += 1", "{}.mul_(3)", "{}[..., -1] = 8", "{}[::2] = 9",
          "{}.transpose(0, 1)[0, 1] = 12", "{}.view(-1)[1] = 11", "{}.diagonal().zero_()", "{}[[0, 1], [1, 0]] = 13",
          "{}[{} > 2] = 0", "{}.copy_({} * 2)")


def operands():
    """A write to an operand of a function after its forward, on a leaf that requires grad and on one that does not."""
    for i, (write, function, dtype) in enumerate(pick(WRITES, BINARY, REAL)):
        for written, grads in (("b", "a"), ("a", "a"), ("b", "ab"), ("a", "b"))[i % 2::2]:
            shape = (2, 2)
            lines = [f"a = {tensor(shape, dtype, grad='a' in grads)}",
                     f"b = {tensor(shape, dtype, 5.0, grad='b' in grads)}",
                     f"output = {function}", facts("a", "b", "output"), write.replace("{}", written),
                     f"print({written}, {written}._version)", "output.backward(torch.ones_like(output))",
                     "print(output.detach())", "print(a.grad, b.grad)"]
            yield f"a write to {written} after {function}", lines


SECOND = ("2 * {}", "{} * {}", "{}.exp()", "{}.sum()", "{}.sin()", "{} ** 2", "{} / 2", "3 / {}", "{}.clone()", "{}.sigmoid()",
          "{}.relu()", "{} - {}", "{}.abs()", "{}.prod()", "{}.mean()", "{}.neg()", "{}.log()")


def writes():
    """A write to a result between its use and the backward."""
    for i, (write, function, dtype) in enumerate(pick(WRITES, SECOND, DTYPES)):
        if dtype.startswith("complex") and (">" in write or "relu" in function):
            dtype = "float32"
        for late in (False, True):
            use, change = f"z = {function.replace('{}', 'y')}", write.replace("{}", "y")
            lines = [f"x = {tensor((2, 2), dtype, grad=True)}", "y = x + 2"]
            lines += [use, change] if not late else [change, use]
            lines += [facts("x", "y", "z"), "print(y.detach(), z.detach())", "z.sum().abs().backward()", "print(x.grad)",
                      "print(y._version, z._version)"]
            yield f"y written {'before' if late else 'after'} {function.replace('{}', 'y')}", lines


def seeds():
    """backward(gradient): its shape, its element type, and results that need one."""
    functions = ("x * x * x", "x + 1", "x.exp()", "x.sum()", "x[0]", "x * 2", "x.sin() * x", "x.reshape(-1)")
    for function, dtype, shape in pick(functions * 2, DTYPES, [s for s in SHAPES if s]):
        lines = [f"x = {tensor(shape, dtype, grad=True)}", f"y = {function}",
                 f"y.backward(gradient={tensor((), dtype, 0.5)}.expand_as(y))", "print(x.grad)"]
        yield f"a gradient for {function}", lines
    for dtype in DTYPES:
        x = f"x = {tensor((3,), dtype, grad=True)}"
        yield "no gradient for three elements", [x, "(x * 2).backward()"]
        yield "a gradient of another shape", [x, f"(x * 2).backward({tensor((2,), dtype)})"]
        yield "a gradient of another element type", [x, "y = x * 2", "y.backward(torch.ones(3, dtype=torch.float64))",
                                                     "print(x.grad)"]
        yield "the element alone needs none", [x, "(x * 2)[1].abs().backward()", "print(x.grad)"]
        yield "a scalar of this element type", [x, "(x * 2)[1].backward()", "print(x.grad)"]


def twice():
    """Two backwards over one graph: some nodes save nothing."""
    for i, (function, dtype) in enumerate(pick(SECOND + UNARY[:21], REAL)):
        x = f"x = {tensor((2,), dtype, grad=True)}"
        y = f"y = ({function.replace('{}', 'x')}).sum()"
        if i % 2:
            yield f"{function} kept", [x, y, "y.backward(retain_graph=True)", "print(x.grad)", "y.backward()", "print(x.grad)",
                                       "y.backward()", "print(x.grad)"]
        else:
            yield f"{function} freed", [x, y, "y.backward()", "print(x.grad)", "y.backward()", "print(x.grad)"]


def detached():
    """detach() shares elements; detach_() cuts off."""
    functions = ("x * 3", "x.exp()", "x * x", "x[:1]", "x.t()", "x.view(-1)", "x.clone()")
    for function, dtype in pick(functions, DTYPES):
        x = f"x = {tensor((2, 2), dtype, grad=True)}"
        yield f"{function} detached", [x, f"y = {function}", "d = y.detach()", "print(d, d.is_leaf, d.requires_grad, d.grad_fn)",
                                       "z = (y * 2).sum().abs()", "d[0] = 100.0", "print(y.detach(), y._version, d._version)",
                                       "z.backward()", "print(x.grad)"]
        yield f"{function} cut off", [x, f"y = {function}", "z = y + 1", "r = y.detach_()",
                                      "print(y.is_leaf, y.requires_grad, y.grad_fn, r is y)", "z.sum().abs().backward()",
                                      "print(x.grad)", "y.sum().abs().backward()"]
        yield f"{function} cut off after a square", [x, f"y = {function}", "z = (y * y).sum().abs()", "y.detach_()",
                                                     "y[0] = 1", "print(y)", "z.backward()", "print(x.grad)"]


INERT = ("torch.ne(a, b)", "torch.eq(a, b)", "a.argmax()", "a.argmax(0)", "a.argmin(-1)", "torch.sign(a)", "a.round()", "a.floor()",
         "a.ceil()", "a.trunc()", "torch.gt(a, b)", "a <= b", "torch.isnan(a)", "a.isfinite()", "torch.logical_and(a, b)",
         "a.bool()", "a.long()", "a.int()", "a.any()", "torch.all(a)", "a.nonzero()", "torch.isclose(a, b)", "a.frac()",
         "a // b", "a % b", "torch.fmod(a, b)", "torch.zeros_like(a)", "torch.ones_like(a)", "a.detach()", "a.data",
         "torch.round(a, decimals=1)", "a.count_nonzero()", "torch.logical_not(a)", "torch.argsort(a)", "a.sort()[1]",
         "a.max(0)[1]", "a.min(1)[0]", "a.amax(1)", "torch.heaviside(a, b)", "a.new_ones(2)", "a.sgn()", "torch.signbit(a)",
         "torch.bucketize(a, b[0])", "torch.equal(a, b)")


def inert():
    """What has no gradient, or one of zeros, in the gradient's way."""
    for function, dtype in pick(INERT, REAL):
        lines = [f"a = {tensor((2, 2), dtype, 1.25, grad=True)}", f"b = {tensor((2, 2), dtype, 1.25, 0.25, grad=True)}",
                 f"output = {function}", "print(output)"]
        if "equal" not in function:
            lines += [facts("a", "b", "output"), "output.sum().backward()", "print(a.grad, b.grad)"]
        yield function, lines
    for dtype in DTYPES[4:]:
        for function in ("torch.ne(a, b)", "a == b", "a.argmax()", "torch.sign(a)", "a.sgn()", "a.round()", "a.abs()", "a.real",
                         "a.imag", "a.angle()", "a.conj()", "a.bool()", "a > b", "torch.view_as_real(a)", "torch.isnan(a)",
                         "a.max()", "a.long()", "a.detach()", "torch.relu(a)", "a.unique()"):
            yield function, [f"a = {tensor((2,), dtype, grad=True)}", f"b = {tensor((2,), dtype, 1.0, 1.0)}",
                             f"output = {function}", "print(output)", facts("a", "output"), "output.sum().abs().backward()",
                             "print(a.grad)"]


def unique():
    """torch.unique and its results; none of it can be differentiated."""
    calls = ("torch.unique(x)", "x.unique()", "torch.unique(x, sorted=False)", "torch.unique(x, dim=0)", "torch.unique(x, dim=1)",
             "torch.unique(x, return_inverse=True)[0]", "torch.unique(x, return_counts=True)[0]",
             "torch.unique(x, return_counts=True)[1]", "torch.unique(x, return_inverse=True)[1]",
             "torch.unique(x, return_inverse=True, return_counts=True)[2]")
    for i, (call, dtype) in enumerate(pick(calls, REAL)):
        for grad in (True, False):
            yield call, [f"x = {tensor((2, 2), dtype, grad=grad)}", "x = torch.cat([x, x], -1)", f"output = {call}",
                         "print(output)", facts("x", "output"), "output.sum().backward()"]


def attributes():
    """requires_grad, grad and retain_grad, read and written."""
    for dtype in DTYPES + ("int64", "bool"):
        t = f"t = torch.zeros(3, dtype=torch.{dtype})"
        yield f"requires_grad of {dtype}", [t, "print(t.requires_grad)", "t.requires_grad = True",
                                            "print(t.requires_grad, (t + 1).requires_grad)", "t.requires_grad = False",
                                            "print(t, (t + 1).requires_grad)"]
        yield f"requires_grad of a result of {dtype}", [t, "y = t + 1", "y.requires_grad_()", "z = y * 2", "print(z)",
                                                        "z.requires_grad = False"]
    for dtype, shape in pick(DTYPES, SHAPES, start=2):
        w = f"w = {tensor(shape, dtype, -1.0, grad=True)}"
        yield f"grad of {dtype}", [w, "print(w.grad)", "(w * w).sum().abs().backward()", "print(w.grad)",
                                   "print(w.grad.shape == w.shape, w.grad.dtype == w.dtype, w.grad.requires_grad)",
                                   "(w * 2).sum().abs().backward()", "print(w.grad)", "w.grad = None", "print(w.grad)"]
        yield f"grad of {dtype} assigned", [w, "w.grad = torch.ones_like(w)", "(w * 2).sum().abs().backward()", "print(w.grad)",
                                            "w.grad.zero_()", "print(w.grad)", "w.grad = torch.ones(7)"]
        yield f"retain_grad of {dtype}", [w, "y = w * 3", "print(y.retains_grad)", "y.retain_grad()",
                                          "print(y.retains_grad, y.is_leaf)", "(y ** 2).sum().abs().backward()",
                                          "print(y.grad)", "print(w.grad)"]
        yield f"a write to a leaf of {dtype} without grad mode", [w, "with torch.no_grad():", "    w.mul_(2)",
                                                                  "print(w, w._version)", "(w * w).sum().abs().backward()",
                                                                  "print(w.grad)", "w.add_(1)"]


def programs():
    """All of them: names and texts."""
    made = {}
    for family in (losses, operands, writes, seeds, twice, detached, inert, unique, attributes):
        for i, (title, lines) in enumerate(family()):
            made[f"{family.__name__}_{i:03}"] = f"# {title}\nimport torch\n\n" + "\n".join(lines) + "\n"
    return made


if __name__ == "__main__":
    for name, text in programs().items():
        print(f"## {name}\n{text}")
