"""The stubs and the help of the records' functions: what they say is what the functions are."""
import ast
import inspect
import pathlib
import unittest

import agc
from agc import _ops, _tensor

FOLDER = pathlib.Path(agc.__file__).parent


def functions(body):
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


def parameters(node):
    """Names and defaults as a stub writes them."""
    names = [arg.arg for arg in node.args.args]
    defaults = [None] * (len(names) - len(node.args.defaults)) + [ast.unparse(d) for d in node.args.defaults]
    return list(zip(names, defaults))


def real_parameters(function):
    return [(p.name, None if p.default is p.empty else repr(p.default))
            for p in inspect.signature(function).parameters.values()]


class Stubs(unittest.TestCase):
    def setUp(self):
        self.tree = ast.parse((FOLDER / "_ops.pyi").read_text())
        self.functions = functions(self.tree.body)
        methods = next(node for node in self.tree.body if isinstance(node, ast.ClassDef))
        self.methods = functions(methods.body)

    def test_each_function_has_the_signature_of_its_stub(self):
        self.assertEqual(set(self.functions), set(_ops.METHODS + _ops.FUNCTIONS))
        for name, node in self.functions.items():
            with self.subTest(name):
                same = [(n, d and repr(ast.literal_eval(d))) for n, d in parameters(node)]
                self.assertEqual(same, real_parameters(getattr(_ops, name)))

    def test_each_method_is_there(self):
        self.assertEqual(set(self.methods), set(_ops.METHODS))
        for name in self.methods:
            self.assertTrue(callable(getattr(agc.Tensor, name)), name)

    def test_what_the_stub_of_a_tensor_names_is_there(self):
        tree = ast.parse((FOLDER / "_tensor.pyi").read_text())
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                for name in functions(node.body):
                    self.assertTrue(hasattr(getattr(_tensor, node.name), name), f"{node.name}.{name}")


class Help(unittest.TestCase):
    def test_help_shows_value_shape_and_gradient(self):
        for words in ("value: ", "gradient of input: result * (grad - ", "element types: float"):
            self.assertIn(words, agc.softmax.__doc__)
        for words in ("shape: what the operands broadcast to", "gradient of other: grad * conj(input)"):
            self.assertIn(words, agc.mul.__doc__)

    def test_every_function_of_a_record_has_help(self):
        for name in _ops.METHODS + _ops.FUNCTIONS:
            doc = getattr(agc, name).__doc__ if hasattr(agc, name) else getattr(_ops, name).__doc__
            self.assertTrue(doc, name)


if __name__ == "__main__":
    unittest.main()
