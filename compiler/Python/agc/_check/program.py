"""The checked program: its calls take numbers that are not known, and its `try` statements are known before they act."""
import ast
import builtins
import importlib.machinery
import importlib.util
import math
import os
import sys
import types

from agc import _agc
from agc._check.unknown import Unknown, ends, formatted, is_unknown
from agc._tensor import Tensor

# ---------------------------------------------------------------- functions of numbers


def plain(value):
    """A tensor whose number is not known as that number."""
    if isinstance(value, Tensor) and not _agc.is_known(value):
        return value.item()
    return value


def _unless_unknown(function, kind):
    """The function, which gives an unknown of that type for one."""
    def lifted(*arguments, **named):
        arguments = [plain(argument) for argument in arguments]
        if any(map(is_unknown, arguments)):
            return Unknown(kind)
        return function(*arguments, **named)
    return lifted


def _extreme(function):
    def lifted(*arguments, **named):
        items = list(arguments[0]) if len(arguments) == 1 else list(arguments)
        unknown = next(filter(is_unknown, map(plain, items)), None)
        if unknown is not None and "key" not in named:
            return plain(unknown)
        return function(items, **named)
    return lifted


def _type(*arguments):
    return arguments[0].__class__ if len(arguments) == 1 and is_unknown(arguments[0]) else type(*arguments)


def _length(value):
    return value.size(0) if isinstance(value, Tensor) and value.dim() and is_unknown(value.size(0)) else len(value)


_LIFTED = {builtins.len: _length, builtins.float: _unless_unknown(float, float), builtins.int: _unless_unknown(int, int),
           builtins.bool: _unless_unknown(bool, bool), builtins.complex: _unless_unknown(complex, complex),
           builtins.min: _extreme(min), builtins.max: _extreme(max), builtins.type: _type}
for _name, _function in vars(math).items():
    if callable(_function) and not _name.startswith("_") and _name not in ("fsum", "prod", "dist", "sumprod"):
        _LIFTED[_function] = _unless_unknown(_function, bool if _name.startswith("is") else
                                             int if _name in ("floor", "ceil", "trunc") else float)
_LIFTED = {id(function): (function, lifted) for function, lifted in _LIFTED.items()}


def lift(function):
    """What the program's call of a function calls."""
    return _LIFTED.get(id(function), (None, function))[1]


def assume(condition):
    """An assertion about values holds."""
    return True if is_unknown(plain(condition)) else condition


def modulo(left, right):
    return formatted(left, right) if isinstance(left, str) else left % right


class _Follow(ast.NodeTransformer):
    """Gives what a program does with numbers to the functions above."""

    @staticmethod
    def _call(name, arguments, at):
        function = ast.Name(f"__agc_{name}__", ast.Load())
        return ast.fix_missing_locations(ast.copy_location(ast.Call(function, arguments, []), at))

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, (ast.Name, ast.Attribute)):
            node.func = self._call("lift", [node.func], node.func)
        return node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        return self._call("modulo", [node.left, node.right], node) if isinstance(node.op, ast.Mod) else node

    def visit_Assert(self, node):
        self.generic_visit(node)
        node.test = self._call("assume", [node.test], node.test)
        return node


def _followed(source, path):
    """A file's code with its calls led through the functions above, which its module has to have."""
    text = importlib.util.decode_source(source) if isinstance(source, bytes) else source
    return compile(_Follow().visit(ast.parse(text, path)), path, "exec")


_OWN = dict(__agc_lift__=lift, __agc_assume__=assume, __agc_modulo__=modulo)


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a module of the program's own."""

    def get_code(self, fullname):
        return _followed(self.get_data(self.path), self.path)

    def exec_module(self, module):
        vars(module).update(_OWN)
        super().exec_module(module)


class _Finder:
    """Finds the modules that lie beside the program, or below its folder."""

    def __init__(self, folder):
        self._folder = os.path.join(folder, "")

    def find_spec(self, name, path=None, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        file = os.path.abspath(spec.loader.path)
        if not file.startswith(self._folder) or "site-packages" in file[len(self._folder):].split(os.sep):
            return None
        spec.loader = _Loader(name, spec.loader.path)
        return spec


def execute(path, source):
    """Runs a program as the main module, which is returned."""
    module = types.ModuleType("__main__")
    module.__file__, module.__builtins__ = os.path.abspath(path), builtins
    vars(module).update(_OWN)
    sys.modules["__main__"] = module
    sys.meta_path.insert(0, _Finder(os.path.dirname(os.path.abspath(path))))
    exec(_followed(source, path), vars(module))
    return module


# ---------------------------------------------------------------- the program's own `try`

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_CATCHING = {"suppress", "raises", "assertRaises", "assertRaisesRegex"}


class _Tries:
    """Where a file catches exceptions: lines, the scope they belong to, and the expressions of the types."""

    def __init__(self, path):
        self.found = []
        try:
            with open(path, "rb") as file:
                self._visit(ast.parse(file.read()), None)
        except (OSError, SyntaxError, ValueError):
            pass

    def _visit(self, node, scope):
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            for handler in node.handlers:
                self._add(node.body, scope, [handler.type] if handler.type else None)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for call in (item.context_expr for item in node.items):
                if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in _CATCHING:
                    self._add(node.body, scope, call.args[:1] if "assert" in ast.unparse(call.func) else call.args)
        inner = node if isinstance(node, _SCOPES) else scope
        for child in ast.iter_child_nodes(node):
            self._visit(child, inner)

    def _add(self, body, scope, types):
        if scope is not None:
            decorators = getattr(scope, "decorator_list", [])
            scope = (min([scope.lineno] + [d.lineno for d in decorators]), getattr(scope, "name", "<lambda>"))
        self.found.append((body[0].lineno, body[-1].end_lineno, scope, types))


_files = {}


def _catches(frame, kind):
    """Whether a frame is inside a `try` of its own that catches a type."""
    code = frame.f_code
    tries = _files.get(code.co_filename)
    if tries is None:
        tries = _files[code.co_filename] = _Tries(code.co_filename)
    scope = None if code.co_name == "<module>" else (code.co_firstlineno, code.co_name)
    for first, last, owner, types in tries.found:
        if owner != scope or not first <= (frame.f_lineno or 0) <= last:
            continue
        if types is None:
            return True
        for node in types:
            try:
                caught = eval(compile(ast.Expression(node), code.co_filename, "eval"), frame.f_globals, frame.f_locals)
                if issubclass(kind, caught):
                    return True
            except Exception:  # no type after all: the program will say so
                return True
    return False


def is_caught(kind, _text, folder=__file__.rpartition("_check")[0]):
    """Whether the program, where it is now, catches an exception of a type."""
    frame = sys._getframe(1)
    while frame is not None:
        if not frame.f_code.co_filename.startswith((folder, "<frozen")) and _catches(frame, kind):
            return True
        frame = frame.f_back
    return False
