"""Functions of a program that are compiled: `@agc.export` marks them, `agc -c model.py` makes C functions of them."""
import ast
import inspect
import json
import textwrap

from agc import _agc, _dtype
from agc._names import Names
from agc._numpy import arrays_as_constants
from agc._structure import BadResult, Described, NotExportable
from agc._tensor import Tensor

exported = []  #: in the order of their definition


class Exported:
    """A function and what it takes."""

    def __init__(self, function, inputs):
        self.function, self.name, self.inputs = function, function.__name__, inputs
        code = inspect.unwrap(function).__code__
        self.file, self.line = code.co_filename, code.co_firstlineno

    def described(self):
        """What the tracer takes: name, inputs, body, file and line."""
        inputs = [(name, kind.dtype._number, list(kind.shape)) for name, kind in self.inputs.items()]
        return self.name, inputs, self._body, self.file, self.line

    def _body(self, *tensors):
        try:
            with arrays_as_constants(self.name):
                result = self.function(**dict(zip(self.inputs, tensors)))
            self._check_inputs(tensors)
            return self._described(result).outputs
        except NotExportable as error:
            line = self._line_of_return() if isinstance(error, BadResult) else self.line
            error.agc_line, error.agc_notes = (self.file, line), []
            raise

    def _check_inputs(self, tensors):
        for name, tensor in zip(self.inputs, tensors):
            if tensor._version:
                raise NotExportable(f"{self.name}() writes to its input '{name}': what is exported changes parameters and "
                                    "buffers only")

    def _described(self, result):
        taken = {*self.inputs, *(n for kind in self.inputs.values() for n in kind.shape if isinstance(n, str))}
        made = Described(self.name, result, self._names_of(result, taken), taken)
        _agc.set_structure(json.dumps(made.structure))
        return made

    def _names_of(self, result, taken):
        """Names of a result's parts: the variables of the last `return`, where it returns variables; else result, or
        result0, result1 …"""
        if isinstance(result, dict) or hasattr(result, "_fields"):
            return []
        count = len(result) if isinstance(result, (tuple, list)) else 1
        names = ["result"] if count == 1 else [f"result{i}" for i in range(count)]
        returns = [node.value for node in self._returns() if node.value]
        parts = (returns[-1].elts if isinstance(returns[-1], (ast.Tuple, ast.List)) else returns[-1:]) if returns else []
        own = [part.id if isinstance(part, ast.Name) else name for part, name in zip(parts, names)]
        is_distinct = len({name + "_out" if name in taken else name for name in own}) == count
        return own if len(parts) == count and is_distinct else names

    def _returns(self):
        """The function's own `return`s."""
        try:
            function = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(self.function)))).body[0]
        except (OSError, SyntaxError):
            return []
        if not isinstance(function, ast.FunctionDef):
            return []  # a lambda
        found, left = [], list(function.body)
        while left:
            node = left.pop(0)
            if isinstance(node, ast.Return):
                found.append(node)
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
                left[:0] = ast.iter_child_nodes(node)
        return found

    def _line_of_return(self):
        """The line of the only `return`, else the function's."""
        returns = self._returns()
        return self.line + returns[0].lineno - 1 if len(returns) == 1 else self.line


def _kind_of(value, what):
    """The dtype and shape of an annotation, or of an example."""
    if isinstance(value, _dtype.TensorType):
        return value
    if isinstance(value, _dtype.dtype):
        return value[()]
    if isinstance(value, Tensor):
        return value.dtype[tuple(value.shape)]
    if hasattr(value, "__array_interface__"):
        import agc
        return _kind_of(agc.from_numpy(value), what)
    raise TypeError(f"{what} has no type: annotate it, as in x: agc.f32[64, 'n'], or give a tensor as an example")


def _inputs_of(function, examples, given):
    signature = inspect.signature(function)
    space = getattr(inspect.unwrap(function), "__globals__", {})
    inputs, examples = {}, list(examples)
    for name, parameter in signature.parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"{function.__name__}() takes any arguments: an exported function names its inputs")
        annotation = parameter.annotation
        if isinstance(annotation, str):
            annotation = eval(annotation, space)
        if name in given:
            kind = given[name]
        elif examples:
            kind = examples.pop(0)
        elif annotation is parameter.empty and parameter.default is not parameter.empty:
            continue
        else:
            kind = annotation
        inputs[name] = _kind_of(kind, f"input '{name}' of {function.__name__}()")
    unknown = [name for name in given if name not in signature.parameters]
    if unknown or examples:
        raise TypeError(f"{function.__name__}() has no input " + (f"'{unknown[0]}'" if unknown else
                                                                  "for the last example"))
    return inputs


def export(*examples, **inputs):
    """Marks a function to be compiled by `agc -c`: parameters, buffers and what optimizers remember become the model's
    state, arguments the C function's inputs.

        @agc.export
        def predict(x: agc.f32["n", 64]):
            return model(x)

    Types may also be given beside it, agc.export(predict, x=agc.f32["n", 64]), or as tensors to take them from,
    @agc.export(torch.zeros(8, 64)). An extent in quotes is known only when the function is called. In a program that
    runs, the function is what it is without the mark."""
    if examples and callable(examples[0]) and not isinstance(examples[0], Tensor):
        function, *rest = examples
        if not hasattr(function, "__name__"):
            raise TypeError(f"export(): a {type(function).__name__} has no name for C: give a function that calls it")
        for kind in ("coroutine", "generator", "asyncgen"):
            if getattr(inspect, f"is{kind}function")(function):
                raise TypeError(f"{function.__name__}() is a {kind}: an exported function returns tensors")
        exported.append(Exported(function, _inputs_of(function, rest, inputs)))
        return function
    return lambda function: export(function, *examples, **inputs)


def trace(functions, model):
    """Traces functions into a model."""
    names = Names(f.function for f in functions)
    made = _agc.Export(model, names.of, False)
    made.trace([f.described() for f in functions])
    return made


def main(path, model, output):
    """Runs a file that is not the main one, and writes what it exports as MLIR's bytecode."""
    import linecache
    import pathlib
    import sys

    from agc._command import execute, line_of, own_errors, source_of
    source = source_of(path)
    try:
        execute(source, path, [], pathlib.Path(path).stem)
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
        print(f"{line_of(ended)}: error: the program ends itself here, before its functions are compiled: what is not for "
              "the compiler stands under if __name__ == \"__main__\"", file=sys.stderr)
        sys.exit(1)
    if not exported:
        print(f"{path}: error: nothing is exported: mark functions with @agc.export", file=sys.stderr)
        sys.exit(1)
    with own_errors():
        try:
            made = trace(exported, model)
        except Exception as error:
            if not hasattr(error, "agc_line"):
                raise
            file, line = error.agc_line
            print(f"{file}:{line}: error: {error}", file=sys.stderr)
            print("\n".join([linecache.getline(file, line).rstrip(), *error.agc_notes]).rstrip(), file=sys.stderr)
            sys.exit(1)
    pathlib.Path(output).write_bytes(made.bytecode())
