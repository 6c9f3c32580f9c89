"""The checked program: its calls take numbers that are not known, and its `try` statements are known before they act."""
import ast
import builtins
import copy
import importlib.machinery
import importlib.util
import os
import sys
import types

from agc._check import branches, lifted

# ---------------------------------------------------------------- calls and operators

def _is_count(statement):
    """Whether a statement adds a number to a variable, and calls nothing."""
    return isinstance(statement, ast.AugAssign) and isinstance(statement.value, ast.Constant) and \
        not any(isinstance(part, (ast.Call, ast.Await)) for part in ast.walk(statement.target))


def _has_slice(index):
    return isinstance(index, ast.Tuple) and any(isinstance(part, (ast.Slice, ast.Starred)) for part in index.elts)


# What an expression that only computes has none of.
_ACTS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.IfExp, ast.Lambda, ast.ListComp, ast.SetComp,
         ast.DictComp, ast.GeneratorExp)


def _end_of(body):
    """What a body does at its end."""
    last = body[-1] if body else None
    function = getattr(getattr(last, "value", None), "func", None)
    if isinstance(last, ast.Raise) or getattr(function, "attr", getattr(function, "id", "")) in ("exit", "quit", "_exit"):
        return branches.RAISES
    return branches.LEAVES if isinstance(last, (ast.Break, ast.Continue, ast.Return)) else branches.FALLS


class _Follow(ast.NodeTransformer):
    """Gives what a program does with numbers to functions that take unknown ones."""

    def __init__(self, goes_on=True):
        self._goes_on = goes_on  # past an `if` that a number decides
        self._is_in_class = False

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

    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        return self._call("negation", [node.operand], node) if isinstance(node.op, ast.Not) else node

    def visit_Subscript(self, node):
        self.generic_visit(node)
        if isinstance(node.slice, (ast.Constant, ast.Slice)) or _has_slice(node.slice):
            return node
        if isinstance(node.ctx, ast.Load):
            return self._call("element", [node.value, node.slice], node)
        return self._at_place("written", node)

    def _at_place(self, function, node):
        """An element that is written, its index given to a function."""
        if isinstance(node.value, (ast.Name, ast.Attribute)):
            value = copy.deepcopy(node.value)
            value.ctx = ast.Load()
            node.slice = self._call(function, [value, node.slice], node.slice)
        return node

    def visit_AugAssign(self, node):
        at = node.target
        if isinstance(at, ast.Subscript) and not isinstance(at.slice, ast.Slice) and not _has_slice(at.slice):
            at.value, at.slice, node.value = map(self.visit, (at.value, at.slice, node.value))
            self._at_place("place", at)
            return node
        self.generic_visit(node)
        return node

    def visit_IfExp(self, node):
        """One of two numbers is a number, also where the test is not known."""
        is_plain = not any(isinstance(part, _ACTS) for arm in (node.body, node.orelse) for part in ast.walk(arm))
        self.generic_visit(node)
        if not is_plain:
            return node
        both = self._call("either", [copy.deepcopy(node.body), copy.deepcopy(node.orelse)], node)
        node.test, test = self._call("decided", [], node.test), node.test
        return ast.fix_missing_locations(ast.copy_location(
            ast.IfExp(self._call("undecided", [test], test), both, node), node))

    def visit_ClassDef(self, node):
        return self._inside(node, True)

    def visit_FunctionDef(self, node):
        return self._inside(node, False)

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def _inside(self, node, is_class):
        before, self._is_in_class = self._is_in_class, is_class
        self.generic_visit(node)
        self._is_in_class = before
        return node

    def visit_If(self, node, is_within=False):
        """What an `if` counts is not known where its test is not."""
        if not node.orelse and all(map(_is_count, node.body)):
            for statement in node.body:
                statement.value = self._call("share", [statement.value], statement.value)
            node.test = self._call("counts", [node.test], node.test)
            self.generic_visit(node)
            return node
        if not self._goes_on:
            self.generic_visit(node)
            return node
        return self._branch(node, is_within)

    def _branch(self, node, is_within):
        """An `if`, or an `elif` in one, whose bodies are watched where its test is not known."""
        ends = [ast.Constant(_end_of(node.body)), ast.Constant(_end_of(node.orelse)), ast.Constant(is_within)]
        node.test = self._call("branches", [self.visit(self._joined(node.test)), *ends], node.test)
        is_elif = len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
        node.body = self._watched(node.body)
        if is_elif:
            node.orelse = [self.visit_If(node.orelse[0], True)]
        elif node.orelse:
            node.orelse = self._watched(node.orelse)
        return node

    def _watched(self, body):
        item = ast.withitem(self._call("watched", [], body[0]))
        made = ast.With([item], list(map(self.visit, body)))
        return [ast.fix_missing_locations(ast.copy_location(made, body[0]))]

    def _joined(self, test):
        """A test of several, each of which may not be known. In a class its names would be out of sight."""
        acts = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test.operand = self._joined(test.operand)
        if not isinstance(test, ast.BoolOp) or self._is_in_class or any(isinstance(part, acts) for part in ast.walk(test)):
            return test
        empty = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        parts = [ast.copy_location(ast.Lambda(empty, self._joined(part)), part) for part in test.values]
        return self._call("every" if isinstance(test.op, ast.And) else "some", parts, test)

    def visit_Assert(self, node):
        self.generic_visit(node)
        node.test = self._call("assume", [node.test], node.test)
        return node


def _followed(source, path):
    """A file's code with its calls led through those functions, which its module has to have."""
    text = importlib.util.decode_source(source) if isinstance(source, bytes) else source
    try:
        return compile(_Follow().visit(ast.parse(text, path)), path, "exec")
    except SyntaxError:  # of more blocks within each other than Python takes
        return compile(_Follow(goes_on=False).visit(ast.parse(text, path)), path, "exec")


_OWN = {f"__agc_{function.__name__}__": function for function in
        (lifted.lift, lifted.assume, lifted.modulo, lifted.negation, lifted.element,
         lifted.place, lifted.written, lifted.counts, lifted.share, lifted.undecided, lifted.decided, lifted.either,
         branches.branches, branches.watched, branches.every, branches.some)}


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a module of the program's own."""

    def get_code(self, fullname):
        return _followed(self.get_data(self.path), self.path)

    def exec_module(self, module):
        vars(module).update(_OWN)
        super().exec_module(module)


def is_own(file, path):
    """Whether a file lies beside the program, or below its folder."""
    folder = os.path.join(os.path.dirname(os.path.abspath(path)), "")
    file = os.path.abspath(file)
    return file.startswith(folder) and "site-packages" not in file[len(folder):].split(os.sep)


class _Finder:
    """Finds the program's own modules."""

    def __init__(self, path):
        self._path = path

    def find_spec(self, name, path=None, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        if not is_own(spec.loader.path, self._path):
            return None
        spec.loader = _Loader(name, spec.loader.path)
        return spec


def execute(path, source):
    """Runs a program as the main module, which is returned."""
    module = types.ModuleType("__main__")
    module.__file__, module.__builtins__ = os.path.abspath(path), builtins
    vars(module).update(_OWN)
    sys.modules["__main__"] = module
    sys.meta_path.insert(0, _Finder(path))
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
