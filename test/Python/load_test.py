"""What `agc --shared` compiles of a Python program, loaded: it computes what the program computes."""
import importlib.util
import os
import pathlib
import subprocess
import tempfile
import textwrap
import unittest

import numpy

import agc
import agc as torch

AGC = os.environ.get("AGC", "agc")
FOLDER = tempfile.TemporaryDirectory()


def compiled(name, source):
    """The program as a module, and its compiled model."""
    path = pathlib.Path(FOLDER.name, name + ".py")
    path.write_text(textwrap.dedent(source))
    library = path.with_suffix(".so")
    subprocess.run([AGC, "--shared", "-O1", "--derive=none", str(path), "-o", str(library)], check=True)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, agc.load(library)


NET = """
    import agc
    import agc as torch
    from agc.nn import functional as F

    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)

    @agc.export
    def train_step(x: agc.f32[5, 3], y: agc.i64[5]):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    @agc.export
    @torch.no_grad()
    def predict(x: agc.f32["n", 3]):
        logits = model(x)
        return logits, logits.argmax(1)
    """


class Loaded(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program, cls.model = compiled("net", NET)
        random = numpy.random.default_rng(0)
        cls.x = random.normal(size=(5, 3)).astype("float32")
        cls.y = random.integers(0, 2, size=5)

    def setUp(self):
        if not hasattr(type(self), "initial"):
            type(self).initial = self.model.state_dict()
        self.model.load_state_dict(self.initial)

    def test_arrays_give_arrays_and_tensors_tensors(self):
        of_arrays = self.model.predict(self.x)
        self.assertIsInstance(of_arrays.logits, numpy.ndarray)
        self.assertEqual((of_arrays.logits.shape, of_arrays.result1.dtype), ((5, 2), numpy.int64))
        of_tensors = self.model.predict(torch.tensor(self.x))
        self.assertIsInstance(of_tensors.logits, torch.Tensor)
        self.assertEqual(of_tensors.logits.tolist(), of_arrays.logits.tolist())

    def test_any_number_of_rows_and_order_of_elements(self):
        wide = numpy.asfortranarray(numpy.concatenate([self.x, self.x[::-1]]))
        logits = self.model.predict(x=wide).logits
        self.assertTrue((logits[:5] == logits[:4:-1]).all())
        self.assertEqual(self.model.predict(self.x[:0]).logits.shape, (0, 2))

    def test_state_goes_back_into_the_module(self):
        for _ in range(3):
            self.model.train_step(self.x, self.y)
        state = self.model.state_dict()
        self.assertEqual(state["optimizer.0.weight.step"].item(), 3)
        net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
        net.load_state_dict({name: state[name] for name in net.state_dict()})
        expected = self.model.predict(self.x).logits
        self.assertTrue(numpy.allclose(net(torch.tensor(self.x)).detach().numpy(), expected, atol=1e-6))

    def test_state_in_files(self):
        path = os.path.join(FOLDER.name, "state.safetensors")
        first = [float(self.model.train_step(self.x, self.y)) for _ in range(2)][1]
        self.model.load_state_dict(self.initial)
        self.model.train_step(self.x, self.y)
        self.model.save(path)
        self.model.load_state_dict(self.initial)
        self.model.load(path)
        self.assertEqual(float(self.model.train_step(self.x, self.y)), first)

    def test_state_of_arrays(self):
        zeros = {name: numpy.zeros(tuple(value.shape), "float32") for name, value in self.initial.items()}
        self.model.load_state_dict(zeros)
        self.assertFalse(self.model.predict(self.x).logits.any())
        keys = self.model.load_state_dict({"2.bias": numpy.float32([1, 2]), "other": self.x}, strict=False)
        self.assertEqual(keys.unexpected_keys, ["other"])
        self.assertEqual(keys.missing_keys, [name for name in self.initial if name != "2.bias"])
        self.assertEqual(self.model.predict(self.x[:1]).logits.tolist(), [[1, 2]])

    def test_wrong_state_changes_nothing(self):
        before = self.model.predict(self.x).logits
        for change, text in [({"2.bias": numpy.zeros(3, "float32")}, "AGC_ERROR_TYPE"),
                             ({"2.bias": numpy.zeros(2)}, "AGC_ERROR_TYPE"), ({"other": self.x}, "AGC_ERROR_NAME")]:
            with self.assertRaisesRegex(RuntimeError, text):
                self.model.load_state_dict({**self.initial, **change})
        with self.assertRaisesRegex(RuntimeError, "AGC_ERROR_NAME"):
            self.model.load_state_dict({})
        with self.assertRaisesRegex(TypeError, "'2.bias' is no tensor and no array of numbers"):
            self.model.load_state_dict({"2.bias": "zeros"}, strict=False)
        with self.assertRaisesRegex(TypeError, "Expected state_dict to be dict-like, got <class 'list'>."):
            self.model.load_state_dict([])
        with self.assertRaisesRegex(RuntimeError, "AGC_ERROR_FILE"):
            self.model.load(os.path.join(FOLDER.name, "no.safetensors"))
        self.assertTrue((self.model.predict(self.x).logits == before).all())

    def test_wrong_arguments(self):
        with self.assertRaisesRegex(RuntimeError, r"input 'x' of 'train_step' has type f32\[4, 3\], expected f32\[5, 3\]"):
            self.model.train_step(self.x[:4], self.y)
        with self.assertRaisesRegex(RuntimeError, r"has type f64\[5, 3\], expected f32\[n, 3\]"):
            self.model.predict(self.x.astype("float64"))
        with self.assertRaisesRegex(RuntimeError, "input 'y' of 'train_step' is missing"):
            self.model.train_step(self.x)
        with self.assertRaisesRegex(RuntimeError, "AGC_ERROR_INDEX"):
            self.model.train_step(self.x, self.y + 7)
        with self.assertRaisesRegex(TypeError, r"input 'y' of 'train_step' is i64\[5\]: .* \[0, 1, 1, 0, 0\.5\] is not whole"):
            self.model.train_step(self.x, [0, 1, 1, 0, 0.5])
        self.model.train_step(self.x, [0, 1, 1, 0, 1.0])
        with self.assertRaisesRegex(TypeError, "has no input 'z'"):
            self.model.predict(z=self.x)
        with self.assertRaisesRegex(TypeError, "got input 'x' twice"):
            self.model.predict(self.x, x=self.x)

    def test_refused_input_is_named(self):
        for wrong, said in [("a", "str"), (["a"], "list"), (None, "NoneType"), ([[1, 2, 3], [4]], "list"), ({}, "dict")]:
            with self.assertRaisesRegex(TypeError, r"input 'x' of 'predict' is f32\[n, 3\]: expected a tensor, an array or "
                                                   f"numbers, got {said}"):
                self.model.predict(wrong)
        with self.assertRaisesRegex(TypeError, "input 'x' of 'predict' has elements of the format '1w'"):
            self.model.predict(numpy.array([["a"]]))
        with self.assertRaisesRegex(AttributeError, "'NoneType' object has no attribute 'seek'"):
            agc.load(None)

    def test_what_only_a_call_tells(self):
        _, model = compiled("sizes", """
            import agc
            import agc as torch

            @agc.export
            def six(x: agc.f32["n"]):
                return x.reshape(2, 3) * 2

            @agc.export
            def pick(x: agc.f32["n", 3], at: agc.i64["k"]):
                return torch.index_select(x, 0, at)

            norm = torch.nn.BatchNorm1d(3)

            @agc.export
            def count(x: agc.f32["n", 3]):
                return torch.arange(x.shape[0]), norm(x)

            @agc.export
            def index(x: agc.f32["n", 3], at: agc.i64["k"]):
                return x[at]

            @agc.export
            def squeeze(x: agc.f32["n", 3], y: agc.f32[1, "n"]):
                return x.squeeze(0) + y.squeeze(0).sum(), y.squeeze()
            """)
        self.assertEqual(model.count(self.x)[0].tolist(), [0, 1, 2, 3, 4])
        with self.assertRaisesRegex(RuntimeError, "sizes.py:17: Expected more than 1 value per channel when training"):
            model.count(self.x[:1])
        self.assertEqual(model.six(numpy.arange(6, dtype="float32")).tolist(), [[0, 2, 4], [6, 8, 10]])
        with self.assertRaisesRegex(RuntimeError, r"sizes.py:7: extents that must agree are 5 and 6 \[AGC_ERROR_EXTENT"):
            model.six(numpy.zeros(5, "float32"))
        self.assertEqual(model.pick(self.x, numpy.array([4, 0])).tolist(), self.x[[4, 0]].tolist())
        self.assertEqual(model.pick(self.x[:0], numpy.zeros(0, "int64")).shape, (0, 3))
        for wrong in (5, -1):
            with self.assertRaisesRegex((IndexError, RuntimeError),
                                        rf"sizes.py:11: index {wrong} is out of range for dim 0 of size 5 \[AGC_ERROR_INDEX"):
                model.pick(self.x, numpy.array([0, wrong, 1]))
        for wrong in (5, -6, 2**63 - 1):
            with self.assertRaisesRegex((IndexError, RuntimeError),
                                        rf"sizes.py:21: index {wrong} is out of range for dim 0 of size 5 \[AGC_ERROR_INDEX"):
                model.index(self.x, numpy.array([0, wrong, -1]))
        self.assertEqual(model.squeeze(self.x[:2], self.x[:1, :2])[0].shape, (2, 3))
        with self.assertRaisesRegex(RuntimeError, r"sizes.py:25: squeeze\(\): dim 0 cannot be removed: .*AGC_ERROR_EXTENT"):
            model.squeeze(self.x[:1], self.x[:1, :1])

    def test_results_as_the_function_returned_them(self):
        program, model = compiled("results", """
            import agc
            import agc as torch
            import numpy

            total = torch.zeros(3)

            @agc.export
            def found(x: agc.f32["n"]):
                return x.nonzero(), torch.unique(x), x[x > 0]

            @agc.export
            def parts(x: agc.f32["n"]):
                return x.sort(), [x * 2, {"a": x[x > 0], "none": None, "x": (x,)}], x

            table = numpy.arange(3, dtype="float32")

            @agc.export
            def arrays(x: agc.f32["n"]):
                return x.sum() + torch.from_numpy(table) * torch.as_tensor(numpy.float32([1, 2, 3]))

            @agc.export
            def named(x: agc.f32["n"]):
                return x.topk(2)

            @agc.export
            def several(x: agc.f32["n"]):
                return [x, x + 1]

            @agc.export
            def keyed(x: agc.f32["n"]):
                return {"x": x, "at": {"x": x * 2, "n": x.nonzero()}}

            @agc.export
            def add(x: agc.f32[3]):
                total.add_(x)

            @agc.export
            def seen():
                return total
            """)
        for x in ([1.0, 0, -2, 1, 3], [0.0, 0, 0], [float("nan"), 0, 5]):
            x = torch.tensor(x)
            for name in ("found", "parts", "arrays", "named", "several", "keyed"):
                with self.subTest(name, x=x):
                    self.assertSame(getattr(model, name)(x), getattr(program, name)(x))
                    self.assertSame(getattr(model, name)(x.numpy()), getattr(program, name)(x))
        self.assertEqual(model.found(numpy.zeros(0, "float32")).result0.shape, (0, 1))
        self.assertEqual(model.parts(x).result0._fields, ("values", "indices"))
        self.assertEqual((model.parts(x)._fields, model.parts.outputs["x_out"]), (("result0", "result1", "x_out"), "f32[n]"))
        self.assertIsNone(model.add(numpy.float32([1, 2, 3])))
        self.assertEqual(model.seen().tolist(), [1, 2, 3])

    def assertSame(self, got, wanted):
        """The same structure and the same numbers."""
        if isinstance(wanted, torch.Tensor):
            got = torch.as_tensor(got)
            self.assertEqual((got.dtype, got.shape), (wanted.dtype, wanted.shape))
            self.assertTrue(torch.allclose(got, wanted, equal_nan=True), (got, wanted))
        elif isinstance(wanted, dict):
            self.assertEqual((type(got), list(got)), (dict, list(wanted)))
            self.assertSame(list(got.values()), list(wanted.values()))
        elif wanted is None:
            self.assertIsNone(got)
        else:
            self.assertEqual((isinstance(got, list), len(got)), (isinstance(wanted, list), len(wanted)))
            for pair in zip(got, wanted):
                self.assertSame(*pair)

    def test_no_library(self):
        with self.assertRaisesRegex(RuntimeError, "cannot read|cannot load"):
            path = pathlib.Path(FOLDER.name, "bad.so")
            path.write_bytes(b"\x7fELF and no more")
            agc.load(path)
        with self.assertRaises(FileNotFoundError):
            agc.load(os.path.join(FOLDER.name, "no.so"))

    def test_a_library_that_is_no_model_of_this_version(self):
        for body, text in [("int other(void) { return 1; }", "has no model: it exports no NAME_info"),
                           ("void *old_info(unsigned v) { return 0; }", "was written by a newer agc than this"),
                           ("void *lost(void); void *lost_info(unsigned v) { return lost(); }", "undefined symbol: lost")]:
            path = pathlib.Path(FOLDER.name, f"wrong{len(body)}.so")
            subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", path], input=body.encode(), check=True)
            with self.assertRaisesRegex(RuntimeError, text):
                agc.load(path)


OPTIMIZERS = {
    "sgd": "SGD(w, lr=0.1)",
    "momentum": "SGD(w, lr=0.1, momentum=0.9)",
    "dampened": "SGD(w, lr=0.1, momentum=0.9, dampening=0.5, weight_decay=0.1)",
    "nesterov": "SGD(w, lr=0.1, momentum=0.9, nesterov=True, maximize=True)",
    "adam": "Adam(w, lr=0.1)",
    "amsgrad": "Adam(w, lr=0.1, amsgrad=True, weight_decay=0.1)",
    "adamw": "AdamW(w, lr=0.1)",
    "rmsprop": "RMSprop(w, lr=0.1, momentum=0.9, centered=True)",
    "adagrad": "Adagrad(w, lr=0.1, lr_decay=0.1)",
}


class Optimizers(unittest.TestCase):
    def test_each_step_is_the_programs(self):
        source = "import agc\nimport agc as torch\n"
        for name, made in OPTIMIZERS.items():
            source += textwrap.dedent(f"""
                {name}_w = torch.nn.ParameterList([torch.tensor([1.0, -2.0, 3.0]), torch.tensor(0.5)])
                w = list({name}_w)
                {name}_optimizer = torch.optim.{made}

                @agc.export
                def {name}(x: agc.f32[3]):
                    {name}_optimizer.zero_grad()
                    loss = ({name}_w[0] * x).exp().sum() * {name}_w[1]
                    loss.backward()
                    {name}_optimizer.step()
                    return loss, {name}_w[0].detach().clone()
                """)
        program, model = compiled("optimizers", source)
        for name in OPTIMIZERS:
            for step in range(4):
                x = numpy.float32([0.1, 0.2, -0.3]) * (step + 1)
                expected = getattr(program, name)(torch.tensor(x))
                got = getattr(model, name)(x)
                with self.subTest(name, step=step):
                    self.assertTrue(numpy.allclose(got.loss, expected[0].item(), rtol=2e-6))
                    self.assertTrue(numpy.allclose(got.result1, expected[1].numpy(), rtol=2e-6))


if __name__ == "__main__":
    unittest.main()
