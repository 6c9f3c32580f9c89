"""`agc explain`: what autograd knows of a program's tensors, in words and as a picture."""
import contextlib
import io
import linecache
import re
import sys

from agc import _agc
from agc._check import picture, report
from agc._check.tensors import parts
from agc._tensor import Tensor


class Names:
    """What the program calls its tensors: names of the module, of functions' frames, and of modules' parameters."""

    def __init__(self, path):
        self.path, self.found, self.functions = path, {}, set()

    def watch(self):
        """Notes what functions of the program call their tensors when they return."""
        def returned(frame, event, _argument):
            if event == "return" and frame.f_code.co_filename == self.path and not frame.f_code.co_name.startswith("<"):
                self.functions.add(frame.f_code.co_name)
                self.add(frame.f_locals, frame.f_code.co_name + ".")
        sys.setprofile(returned)

    def add(self, names, prefix=""):
        from agc.nn import Module
        seen, waiting = set(), [(prefix + name, value) for name, value in names.items() if not name.startswith("__")]
        for name, value in waiting:  # shortest ways first
            if isinstance(value, Tensor):
                self._add(name, value)
            elif isinstance(value, Module) and "_parameters" in vars(value):
                for inner, tensor in [*value.named_parameters(), *value.named_buffers()]:
                    self._add(f"{name}.{inner}", tensor)
            elif (isinstance(value, (list, tuple, dict)) and len(value) <= 100 or
                  type(value).__module__ == "__main__") and id(value) not in seen:
                seen.add(id(value))
                waiting += parts(name, value)

    def _add(self, name, tensor):
        names = self.found.setdefault(_agc.object_id(tensor), [])
        if name not in names and not (name.startswith("self.") or ".self." in name):
            names.append(name)
            names.sort(key=lambda name: name.partition(".")[0] in self.functions)  # the module's own names first

    def of(self, identity):
        return self.found.get(identity, [])


def _plain(name):
    """A name whose items and attributes look alike: `net[0].weight` is `net.0.weight`."""
    return re.sub(r"""\[['"]?(\w+)['"]?\]""", r".\1", name)


def _line(place):
    return f"line {place[1]}" if place[0] else "an unknown line"


def _count(number, word):
    return f"{number} {word}" + ("" if number == 1 else "s")


class Explanation:
    """The story of a checked program, with names."""

    def __init__(self, path, names):
        self.path, self.names = path, names
        story = _agc.tell()
        self.tensors, self.nodes = story.tensors, {node.id: node for node in story.nodes}
        self.by_id = {tensor.id: tensor for tensor in self.tensors}
        self.savers = {}
        for node in story.nodes:
            for identity, is_result in node.saved:
                self.savers.setdefault(identity, []).append((node, is_result))

    def name_of(self, identity):
        names = self.names.of(identity)
        if names:
            return names[0]
        tensor = self.by_id.get(identity)
        return f"the {tensor.op or 'tensor'} of {_line(tensor.place)}" if tensor else "a gradient"

    def chosen(self, wanted):
        """The tensors that a name or a line stands for; without one, all that have a name."""
        if wanted is None:
            return [tensor for tensor in self.tensors if self.names.of(tensor.id)]
        if wanted.isdigit():
            return [tensor for tensor in self.tensors if tensor.place[:2] == (self.path, int(wanted))]
        wanted = _plain(wanted)
        return [tensor for tensor in self.tensors if any(
            name == wanted or name.endswith("." + wanted) or name.startswith(wanted + ".")  # what is in a module, or a list
            for name in map(_plain, self.names.of(tensor.id)))]

    def shape_of(self, tensor):
        sizes = ", ".join("?" if size < 0 else str(size) for size in tensor.shape)
        return f"{tensor.dtype.removeprefix('torch.')}[{sizes}]"

    def text(self, tensor):
        """All that is known of one tensor."""
        names = self.names.of(tensor.id)
        yield f"{' = '.join(names) or self.name_of(tensor.id)}: {self.shape_of(tensor)}, " + \
            (_count(tensor.bytes, "byte") if all(size >= 0 for size in tensor.shape) else "? bytes")
        source = linecache.getline(tensor.place[0], tensor.place[1]).strip()
        made = f"{self.path}:{tensor.place[1]}" if tensor.place[0] == self.path else f"{tensor.place[0]}:{tensor.place[1]}"
        yield f"  made at        {made}: {source}"
        if tensor.inputs and not (tensor.is_leaf and tensor.requires_grad):  # a parameter's own data is no history
            yield f"  computed from  {', '.join(map(self.name_of, tensor.inputs))}"
        yield f"  is_leaf        {tensor.is_leaf}"
        yield f"  requires_grad  {tensor.requires_grad}"
        node = self.nodes.get(tensor.node)
        yield f"  grad_fn        {node.name if node and not tensor.is_leaf else None}"
        writes = [_line(place) for place in tensor.writes]
        shown = writes if len(writes) <= 4 else writes[:3] + [f"{len(writes) - 3} more"]
        yield f"  version        {tensor.version}" + (f", written at {', '.join(shown)}" if writes else "")
        yield from self._saved(tensor)
        if tensor.grad:
            yield "  grad           a tensor of its shape"
        else:
            reasons = tensor.why_no_grad
            for i, (place, text) in enumerate(reasons):
                label = "  grad           None: " if i == 0 else " " * 23
                yield f"{label}{text} ({_line(place)})"
            if not reasons:
                yield "  grad           None"

    def _saved(self, tensor):
        label = "  saved by       "
        savers = list(dict.fromkeys(self.savers.get(tensor.id, [])))
        for node, is_result in savers[:6]:
            role = "its own result" if is_result else "an input"
            freed = f"; freed by the backward of {_line(node.freed_by)}" if node.freed_by else ""
            yield f"{label}{node.name} ({_line(node.place)}), {role} that its backward needs{freed}"
            label = " " * 17
        more = len(savers) - 6
        if more > 0:
            yield f"{label}{_count(more, 'more node')}"


def explain(check, source, wanted, svg):
    """Prints what is known; the status of the command."""
    names = Names(check.path)
    names.watch()
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # what the program prints is not asked for
            check.run(source)
    finally:
        sys.setprofile(None)
    names.add(vars(check.module))
    ends = [finding for finding in check.findings if finding["rule"] in ("check-ends", "exception")]
    for line in report.as_text(ends):
        print(line, file=sys.stderr)
    status = int(any(finding["rule"] == "exception" for finding in ends))
    explanation = Explanation(check.path, names)
    if svg is not None:
        text = picture.svg(explanation)
        try:
            with open(svg, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            print(f"agc: {svg}: {error.strerror}", file=sys.stderr)
            return 1
    chosen = explanation.chosen(wanted)
    if not chosen and status:
        return status
    if not chosen and not (svg is not None and wanted is None):
        what = "has a name" if wanted is None else f"is made at line {wanted}" if wanted.isdigit() else \
            f"is called '{wanted}'"
        print(f"agc: {check.path}: no tensor {what}", file=sys.stderr)
        return 1
    if svg is None or wanted is not None:
        for i, tensor in enumerate(chosen):
            print(("\n" if i else "") + "\n".join(explanation.text(tensor)))
    return status
