"""Printing, exactly as torch prints."""
import math

from agc import _agc, _dtype

_DEFAULT = dict(precision=4, threshold=1000, edgeitems=3, linewidth=80, sci_mode=None)
_PROFILES = {"default": {}, "short": dict(precision=2, edgeitems=2), "full": dict(threshold=math.inf)}
_options = dict(_DEFAULT)


def set_printoptions(precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None):
    """Sets how tensors are printed; what is not given stays, but sci_mode, which None makes automatic again."""
    if profile is not None:
        chosen = {**_DEFAULT, **_PROFILES[profile]}
        _options.update((name, chosen[name]) for name in ("precision", "threshold", "edgeitems", "linewidth"))
    given = dict(precision=precision, threshold=threshold, edgeitems=edgeitems, linewidth=linewidth)
    _options.update((name, value) for name, value in given.items() if value is not None)
    _options["sci_mode"] = sci_mode


class _Style:
    """How the numbers of one tensor are written: all in one form, padded to one width."""

    def __init__(self, numbers, is_float):
        self.is_float, self.width = is_float, 1
        self.whole, self.scientific = True, False
        if not is_float:
            self.width = max((len(str(number)) for number in numbers), default=1)
            return
        sizes = [number for number in numbers if number != 0 and math.isfinite(number)]
        if sizes:
            self._choose(sizes)

    def _choose(self, sizes):
        """Scientific where numbers are far apart, very large or, with a fraction, very small."""
        low, high = min(map(abs, sizes)), max(map(abs, sizes))
        self.whole = all(number == math.floor(number) for number in sizes)
        self.scientific = high / low > 1000 or high > 1e8 or (not self.whole and low < 1e-4)
        if _options["sci_mode"] is not None:
            self.scientific = _options["sci_mode"]
        self.width = max(self.width, max(map(len, map(self._plain, sizes))))

    def _plain(self, number):
        if not self.is_float:
            return str(number)
        if self.scientific:
            return f"{number:.{_options['precision']}e}"
        if self.whole:
            return f"{number:.0f}" + ("." if math.isfinite(number) else "")
        return f"{number:.{_options['precision']}f}"

    def text(self, number):
        return self._plain(number).rjust(self.width)


class _ComplexStyle:
    """Real and imaginary parts, each in a style of its own."""

    def __init__(self, numbers):
        self.real = _Style([number.real for number in numbers], True)
        self.imag = _Style([number.imag for number in numbers], True)
        self.width = self.real.width + self.imag.width + 1

    def text(self, number):
        imag = self.imag.text(number.imag).lstrip() + "j"
        return self.real.text(number.real) + ("" if imag[0] in "+-" else "+") + imag


def _flat(data, depth):
    if depth == 0:
        return [data]
    if depth == 1:
        return data
    return [number for part in data for number in _flat(part, depth - 1)]


def _gap(parts, extent, dots):
    """Dots where numbers were left out, in the middle."""
    edge = _options["edgeitems"]
    if len(parts) < extent:
        parts.insert(edge, dots)
    return parts


def _row(data, extent, indent, style):
    parts = _gap([style.text(number) for number in data], extent, " ..." if _options["edgeitems"] else "...")
    count = max(1, int((_options["linewidth"] - indent) // (style.width + 2)))
    lines = [", ".join(parts[i:i + count]) for i in range(0, len(parts), count)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def _body(data, shape, indent, style):
    if not shape:
        return style.text(data)
    if len(shape) == 1:
        return _row(data, shape[0], indent, style)
    parts = _gap([_body(part, shape[1:], indent + 1, style) for part in data], shape[0], "...")
    return "[" + ("," + "\n" * (len(shape) - 1) + " " * (indent + 1)).join(parts) + "]"


def _numbers(tensor, indent):
    shape = tensor.shape
    edge = _options["edgeitems"] if shape.numel() > _options["threshold"] else -1
    data = _agc.to_list(tensor, edge)
    numbers = _flat(data, len(shape))
    style = _ComplexStyle(numbers) if tensor.dtype.is_complex else _Style(numbers, tensor.dtype.is_floating_point)
    return _body(data, shape, indent, style)


def _suffixes(tensor):
    default = _dtype.get_default_dtype()
    complex_ = None if default is _dtype.float16 else _dtype.default_complex_dtype()
    empty = 0 in tensor.shape
    if (empty and tensor.dim() != 1) or (not empty and not _options["edgeitems"]):
        yield f"size={tuple(tensor.shape)}"
    usual = (default,) if empty else (default, _dtype.int64, _dtype.bool, complex_)
    if tensor.dtype not in usual:
        yield f"dtype={tensor.dtype}"
    try:
        node = tensor.grad_fn
    except RuntimeError:  # a view that was written where autograd could not follow
        yield "grad_fn=<Invalid>"
        return
    if node is not None:
        yield f"grad_fn=<{type(node).__name__}>"
    elif tensor.requires_grad:
        yield "requires_grad=True"


def text(tensor):
    """What print() shows of a tensor."""
    kind = type(tensor)
    begin = "tensor(" if kind is _agc.Tensor or "_prints_as_tensor" in vars(kind) else kind.__name__ + "("
    indent = len(begin)
    written = begin + ("[]" if 0 in tensor.shape else _numbers(tensor, indent))
    used = len(written) - written.rfind("\n") + 1
    for suffix in _suffixes(tensor):
        if used + len(suffix) + 2 > _options["linewidth"]:
            written += ",\n" + " " * indent + suffix
            used = indent + len(suffix)
        else:
            written += ", " + suffix
            used += len(suffix) + 2
    return written + ")"
