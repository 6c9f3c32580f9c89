"""What the tests of exported functions share: they trace functions, compile programs, and call both."""
import os
import pathlib
import subprocess
import tempfile
import textwrap

import agc
import agc as torch
from agc import _export

AGC = os.environ.get("AGC", "agc")
# Libraries stay until the end, as dlopen knows a file by its inode.
FOLDER = tempfile.TemporaryDirectory()


def trace(*functions):
    """Traces functions with annotations."""
    held, _export.exported[:] = list(_export.exported), []
    for function in functions:
        agc.export(function)
    try:
        return _export.trace(_export.exported, "model")
    finally:
        _export.exported[:] = held


def emitted(source, *options):
    """What agc says of a program in a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "program.py")
        path.write_text(textwrap.dedent(source))
        return subprocess.run([AGC, *options, str(path)], text=True, capture_output=True, cwd=folder)


def loaded(test, source):
    """A program's compiled model, and what the program defines."""
    path = pathlib.Path(tempfile.mkdtemp(dir=FOLDER.name), "model.py")
    path.write_text("import torch\nimport torch.nn.functional as F\nimport agc\n" + textwrap.dedent(source))
    done = subprocess.run([AGC, "--shared", str(path), "-o", str(path.with_suffix(".so"))], text=True,
                          capture_output=True)
    test.assertEqual(done.returncode, 0, done.stderr)
    space = {"agc": agc, "__name__": "model"}
    exec(compile(path.read_text().replace("import torch\n", "import agc as torch\n").replace(
        "import torch.nn.functional as F\n", "from agc.nn import functional as F\n"), "model.py", "exec"), space)
    return agc.load(str(path.with_suffix(".so"))), space


def same(test, calls, model, space):
    """All results of calls, one after the other."""
    for name, *inputs in calls:
        got, wanted = getattr(model, name)(*inputs), space[name](*inputs)
        pairs = zip(got, wanted) if isinstance(wanted, tuple) else [(got, wanted)]
        for x, y in pairs:
            test.assertTrue(torch.allclose(torch.as_tensor(x), y.detach(), rtol=1e-5), (name, x, y))
