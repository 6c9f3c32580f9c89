"""`agc run` of programs that go wrong, or that do more than compute: each behaves as under python3."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

AGC = os.environ["AGC"]


class Run(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.cache = pathlib.Path(self.folder.name, "cache")

    def start(self, source, *arguments, command=(AGC, "run"), **options):
        program = pathlib.Path(self.folder.name, "prog.py")
        program.write_text(source)
        environment = {**os.environ, "AGC_CACHE_DIR": str(self.cache), **options.pop("environment", {})}
        return subprocess.Popen([*command, program, *arguments], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=environment, cwd=self.folder.name, **options)

    def run_program(self, source, *arguments, typed="", **options):
        process = self.start(source, *arguments, **options)
        out, err = process.communicate(typed)
        return process.returncode, out, err

    def assert_as_python(self, source, *arguments, **options):
        """Without torch, so that both can run it: exit status and output alike, and the end of the traceback."""
        mine = self.run_program(source, *arguments, **options)
        pythons = self.run_program(source, *arguments, command=(sys.executable,), **options)
        self.assertEqual(mine[:2], pythons[:2])
        self.assertEqual(mine[2].splitlines(), pythons[2].splitlines())
        return mine

    def test_a_syntax_error(self):
        code, _, err = self.assert_as_python("print('before')\nx = = 3\n")
        self.assertEqual(code, 1)
        self.assertIn("SyntaxError: invalid syntax", err)

    def test_an_import_that_does_not_exist(self):
        code, _, err = self.assert_as_python("print('before')\nimport no_such_module\n")
        self.assertEqual(code, 1)
        self.assertIn("ModuleNotFoundError: No module named 'no_such_module'", err)
        code, _, err = self.run_program("import torch.no_such_module\n")
        self.assertEqual(code, 1)
        self.assertIn("No module named 'torch.no_such_module'", err)

    def test_a_failed_import_leaves_garbage_collected(self):
        source = "import gc, sys\nsys.modules['agc._windows'] = None\ntry:\n    import agc\nexcept ImportError:\n    print(gc.isenabled())\n"
        self.assertEqual(self.run_program(source, command=(sys.executable,)), (0, "True\n", ""))

    def test_what_agc_lacks_is_named_at_the_programs_line(self):
        for line, said in [
                ("torch.fft.fft(torch.ones(3))", "AttributeError: torch.fft.fft is not in agc yet"),
                ("torch.specal.erf", "AttributeError: torch.specal.erf is not in agc yet (nearest: torch.erf)"),
                ("getattr(torch, 'summ')", "AttributeError: torch.summ is not in agc yet (nearest: torch.sum)"),
                ("from torch import summ", "ImportError: cannot import name 'summ' from 'torch': torch.summ is not in "
                                           "agc yet (nearest: torch.sum)"),
                ("from torch.nn.modules import Nothing", "ImportError: cannot import name 'Nothing' from "
                                                         "'torch.nn.modules': torch.nn.modules.Nothing is not in agc yet"),
                ("from torch.fft import fft", "ModuleNotFoundError: No module named 'torch.fft': torch.fft is not in agc yet"),
                ("import torch.fft", "ModuleNotFoundError: No module named 'torch.fft': torch.fft is not in agc yet"),
                ("type('A', (torch.Tensor,), {'__torch_function__': None})",
                 "NotImplementedError: A: a tensor class with a __torch_function__ of its own is not in agc yet"),
                ("torch.absolute(type('B', (), {'__torch_function__': None})())",
                 "NotImplementedError: absolute() of B: to call an object's __torch_function__ is not in agc yet")]:
            code, out, err = self.run_program(f"import torch\nprint(hasattr(torch, 'fft'))\n{line}\n")
            frames = [text for text in err.splitlines() if text.startswith("  File")]
            self.assertEqual((code, out, err.splitlines()[-1].split(". Did you")[0], len(frames)), (1, "False\n", said, 1))
            self.assertIn("prog.py\", line 3, in <module>", frames[0])

    def test_calls_that_do_not_fit_show_nothing_inside(self):
        for call, said in [
                ("torch.sum(x, dim=0, keepdim=True, nonsense=1)", "sum() got an unexpected keyword argument 'nonsense'"),
                ("torch.absolute(x, nonsense=1)", "absolute() got an unexpected keyword argument 'nonsense'"),
                ("torch.eye('a')", "eye(): argument 'n' (position 1) must be int, not str"),
                ("torch.absolute('a')", "absolute(): argument 'input' (position 1) must be Tensor, not str"),
                ("torch.allclose(2, x)", "allclose(): argument 'input' (position 1) must be Tensor, not int"),
                ("x.transpose(0, 'a')", "transpose(): argument 'dim1' (position 2) must be int, not str"),
                ("x.t(0)", "TensorBase.t() takes no arguments (1 given)"),
                ("torch.special.ndtr(x, nonsense=1)", "special_ndtr() got an unexpected keyword argument 'nonsense'"),
                ("torch.linalg.vector_norm()", "linalg_vector_norm() missing 1 required positional arguments: \"input\""),
                ("torch.nn.functional.max_pool2d()", "max_pool2d() missing 2 required positional arguments: 'input' and 'kernel_size'"),
                ("torch.nn.functional.softmax(x, axis=1)", "softmax() got an unexpected keyword argument 'axis'"),
                ("torch.cat([x, 'a'])", "expected Tensor as element 1 in argument 0, but got str"),
                ("torch.zeros(2, 3.0)", "zeros(): argument 'size' failed to unpack the object at pos 2 with error \"type must be "
                                        "tuple of ints,but got float\""),
                ("torch.ones(2.5)", "ones(): argument 'size' (position 1) must be tuple of ints, not float"),
                ("torch.rand(True)", "rand(): argument 'size' (position 1) must be tuple of ints, not bool"),
                ("torch.full((True, 2), 1)", "full(): argument 'size' (position 1) must be tuple of ints, but found element of "
                                             "type bool at pos 0"),
                ("torch.randint(5, 3)", "randint(): argument 'size' (position 2) must be tuple of ints, not int"),
                ("x.expand()", "expand() missing 1 required positional arguments: \"size\""),
                ("x.view(3, 2.0)", "view(): argument 'size' failed to unpack the object at pos 2 with error \"type must be "
                                   "tuple of ints,but got float\""),
                ("x.repeat(2.0)", "repeat(): argument 'repeats' (position 1) must be tuple of ints, not float"),
                ("torch.atleast_1d(x, 'a')", "expected Tensor as element 1 in argument 0, but got str")]:
            code, _, err = self.run_program(f"import torch\nx = torch.ones(2, 2)\n{call}\n")
            self.assertEqual(code, 1)
            self.assertTrue(err.splitlines()[-1].startswith("TypeError: " + said), err)
            self.assertEqual(err.count("  File"), 1)

    def test_a_hooks_own_type_error_stays(self):
        code, _, err = self.run_program(
            "import torch\nx = torch.ones(2, requires_grad=True)\nx.register_hook(lambda g: 1 - 'a')\nx.sum().backward()\n")
        self.assertEqual((code, err.splitlines()[-1]), (1, "TypeError: unsupported operand type(s) for -: 'int' and 'str'"))

    def test_an_exception_of_its_own(self):
        self.assert_as_python("class Mine(Exception):\n    pass\ndef f():\n    raise Mine('oh')\nf()\n")
        code, out, err = self.run_program(
            "import torch\nprint(torch.ones(2).sum().item())\ndef f(x):\n    return x @ torch.ones(4, 5)\nf(torch.ones(2, 3))\n")
        self.assertEqual((code, out), (1, "2.0\n"))
        frames = [line for line in err.splitlines() if line.startswith("  File")]
        self.assertIn("prog.py\", line 4, in f", frames[-1])
        self.assertIn("RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)", err.splitlines()[-1])

    def test_negative_sizes(self):
        for call in ("zeros(-1)", "ones(2, -3)", "empty((-1,))", "full((2, -3), 2.0)", "rand(-1)", "ones(2).new_zeros(-1)"):
            code, _, err = self.run_program(f"import torch\ntorch.{call}\n")
            self.assertEqual(code, 1)
            said = {"zeros(-1)": "zeros: Dimension size must be non-negative."}.get(
                call, "Trying to create tensor with negative dimension -")
            self.assertIn("RuntimeError: " + said, err.splitlines()[-1])

    def test_shapes_that_do_not_fit(self):
        cases = [
            ("x.expand(2, -2)", "The expanded size of the tensor (-2) must match the existing size (3) at non-singleton "
                                "dimension 1.  Target sizes: [2, -2].  Tensor sizes: [2, 3]"),
            ("x.expand(4, 5)", "The expanded size of the tensor (5) must match the existing size (3) at non-singleton "
                               "dimension 1.  Target sizes: [4, 5].  Tensor sizes: [2, 3]"),
            ("torch.ones(3, 1).expand(-1, -2)", "numel: integer multiplication overflow"),
            ("x.expand(-1, 2, 3)", "The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension 0"),
            ("x.bool().expand(3)", "expand(CPUBoolType{[2, 3]}, size=[3]): the number of sizes provided (1) must be greater "
                                   "or equal to the number of dimensions in the tensor (2)"),
            ("x.copy_(torch.ones(4))", "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1"),
            ("x.copy_(torch.ones(1, 2, 3))", "output with shape [2, 3] doesn't match the broadcast shape [1, 2, 3]"),
            ("x.masked_fill_(torch.ones(4, 2, 3) > 0, 1)", "output with shape [2, 3] doesn't match the broadcast shape [4, 2, 3]"),
            ("x.masked_fill_(torch.ones(4) > 0, 1)",
             "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1"),
            ("x.fill_(torch.ones(1))", "fill_ only supports 0-dimension value tensor but got tensor with 1 dimensions.")]
        said = "".join(f"try:\n    {call}\nexcept RuntimeError as e:\n    print(e)\n" for call, _ in cases)
        code, out, _ = self.run_program(f"import torch\nx = torch.ones(2, 3)\n{said}")
        self.assertEqual((code, out.splitlines()), (0, [words for _, words in cases]))

    def test_exit_status(self):
        for end in ("sys.exit(3)", "sys.exit('a word')", "sys.exit()", "raise SystemExit(4)", "import os; os._exit(5)"):
            self.assert_as_python(f"import sys\nprint('out', flush=True)\n{end}\n")

    def test_stdin_and_arguments(self):
        self.assert_as_python("import sys\nprint(sys.argv[1:], input(), sys.stdin.read(), __name__, __file__)\n", "--help", "-x", "a b",
                              typed="first\nsecond\n")
        code, out, _ = self.run_program("import sys, torch\nprint(torch.tensor([float(w) for w in input().split()]).sum().item() * int(sys.argv[1]))",
                                        "2", typed="1 2.5 3\n")
        self.assertEqual((code, out), (0, "13.0\n"))

    def test_threads(self):
        code, out, err = self.run_program("""
import threading, torch
w = torch.full((3,), 2.0, requires_grad=True)
results = {}
def work(i):
    x = torch.full((3,), float(i))
    for _ in range(50):
        x = x + w.detach()
    results[i] = x.sum().item()
threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
for t in threads: t.start()
for t in threads: t.join()
(w * w).sum().backward()
print(sorted(results.items()), w.grad.tolist())
""")
        self.assertEqual((code, out, err), (0, "[(0, 300.0), (1, 303.0), (2, 306.0), (3, 309.0)] [4.0, 4.0, 4.0]\n", ""))

    def test_grad_mode_is_a_threads_own(self):
        code, out, err = self.run_program("""
import threading, torch
x = torch.ones(2, requires_grad=True)
inside, done = threading.Event(), threading.Event()
def evaluate():
    print(torch.is_grad_enabled())
    with torch.no_grad():
        (x * 2).tolist()
        inside.set(); done.wait()
        print((x * 2).requires_grad)
    print((x * 2).requires_grad)
t = threading.Thread(target=evaluate)
t.start(); inside.wait()
(x * 3).sum().backward()
torch.set_grad_enabled(False)
done.set(); t.join()
print(x.grad.tolist(), torch.is_grad_enabled())
""")
        self.assertEqual((code, out, err), (0, "True\nFalse\nTrue\n[3.0, 3.0] False\n", ""))

    def test_a_grad_mode_that_is_set_stays(self):
        code, out, err = self.run_program("""
import torch
x = torch.ones(2, requires_grad=True)
torch.set_grad_enabled(False)
print((x * 2).requires_grad)
with torch.enable_grad():
    print((x * 2).requires_grad)
    torch.set_grad_enabled(False)
    print((x * 2).requires_grad)
print((x * 2).requires_grad)
torch.set_grad_enabled(True)
with torch.no_grad():
    torch.set_grad_enabled(True)
    print((x * 2).requires_grad)
print((x * 2).requires_grad)
with torch.set_grad_enabled(False):
    print((x * 2).requires_grad)
print((x * 2).requires_grad)
""")
        self.assertEqual((code, out.split(), err), (0, "False True False False True True False True".split(), ""))

    def test_fork(self):
        code, out, err = self.run_program("""
import os, sys, torch
x = torch.ones(4) * 3
print(x.sum().item(), flush=True)
child = os.fork()
if not child:
    print((x * 2).exp().log().sum().item(), flush=True)
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), (x + 1).sum().item())
""")
        self.assertEqual((code, out, err), (0, "12.0\n24.0\n7 16.0\n", ""))

    def test_multiprocessing(self):
        code, out, err = self.run_program("""
import multiprocessing, torch
def f(i):
    return (torch.arange(i + 1.0) * 2).sum().item()
if __name__ == "__main__":
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            print(pool.map(f, range(4)))
""")
        self.assertEqual((code, out, err), (0, "[0.0, 2.0, 6.0, 12.0]\n" * 2, ""))

    def test_interrupted(self):
        loop = """
import torch
x = torch.ones(50)
print("begun", flush=True)
try:
    while True:
        {body}
finally:
    print("cleaned up", flush=True)
"""
        compiling = "x = torch.cat([x, x[:1]]).exp().log(); x.sum().item()"  # a new shape each time
        running = "x = x * 1.5 - x * 0.5; x.sum().item()"
        for body in (compiling, running):
            process = self.start(loop.format(body=body))
            self.assertEqual(process.stdout.readline(), "begun\n")
            time.sleep(0.7)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            self.assertEqual((process.returncode, out), (-signal.SIGINT, "cleaned up\n"))
            self.assertEqual(err.splitlines()[-1], "KeyboardInterrupt")
            leftover = [file.name for file in self.cache.iterdir() if not file.name.endswith(".o")]
            self.assertEqual(leftover, [])

    def test_a_compilation_is_interrupted_at_once(self):
        process = self.start("""
import torch
total = 0
for i in range(150):  # a kernel each
    x = torch.ones(i + 2, 3, requires_grad=True)
    total = total + (x @ x.t()).exp().sum()
print("begun", flush=True)
try:
    total.item()
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(total.item() > 1e5)  # compiled once more
""")
        self.assertEqual(process.stdout.readline(), "begun\n")
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        sent = time.time()
        self.assertEqual(process.stdout.readline(), "interrupted\n")
        self.assertLess(time.time() - sent, 10)  # of a minute where the machine is busy
        out, err = process.communicate(timeout=120)
        self.assertEqual((process.returncode, out, err), (0, "True\n", ""))

    def test_an_interrupted_compiler_leaves_nothing(self):
        kept = pathlib.Path(self.folder.name, "tmp")
        kept.mkdir()
        process = self.start("import time\nprint('begun', flush=True)\ntime.sleep(60)\n", command=(AGC, "-c"),
                             environment={"TMPDIR": str(kept)}, start_new_session=True)
        self.assertEqual(process.stdout.readline(), "begun\n")
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, -signal.SIGINT)
        self.assertEqual(list(kept.iterdir()), [])

    SUM = "import torch\nprint((torch.ones(4) * 3).exp().log().sum().item())\n"

    def test_a_cache_that_cannot_be_written(self):
        self.cache.mkdir()
        self.cache.chmod(0o555)
        self.addCleanup(self.cache.chmod, 0o755)
        self.assertEqual(self.run_program(self.SUM), (0, "12.0\n", ""))
        for place in ("/proc/none", "/dev/null", "/dev/full"):
            self.assertEqual(self.run_program(self.SUM, environment={"AGC_CACHE_DIR": place}), (0, "12.0\n", ""))

    def test_damaged_cache_entries(self):
        self.assertEqual(self.run_program(self.SUM), (0, "12.0\n", ""))
        for damage in (lambda b: b"", lambda b: b[:20], lambda b: b[:-1], lambda b: b[:100] + b"x" + b[101:], lambda b: b + b"x",
                       lambda b: bytes(len(b))):
            files = list(self.cache.iterdir())
            self.assertTrue(files)
            for file in files:
                file.write_bytes(damage(file.read_bytes()))
            self.assertEqual(self.run_program(self.SUM), (0, "12.0\n", ""))
        files = list(self.cache.iterdir())
        self.assertEqual(self.run_program(self.SUM.replace("exp()", "exp().cos()"))[0], 0)
        (other,) = set(self.cache.iterdir()) - set(files)
        for file in files:
            file.write_bytes(other.read_bytes())
        self.assertEqual(self.run_program(self.SUM), (0, "12.0\n", ""))

    def test_more_memory_than_there_is(self):
        code, out, err = self.run_program("""
import torch
try:
    (torch.zeros(10**6, 10**6) + 1).sum().item()
except RuntimeError as error:
    print(error)
x = torch.ones(2)
print(x.sum().item())
torch.randn(10**12)
""")
        said = ("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate "
                "4000000000000 bytes. Error code 12 (Cannot allocate memory)")
        self.assertEqual((code, out.splitlines()), (1, [said, "2.0"]))
        self.assertEqual(err.splitlines()[-1], "RuntimeError: " + said)

    def test_several_at_once_share_a_cache(self):
        processes = [self.start(self.SUM) for _ in range(4)]
        for process in processes:
            self.assertEqual((process.communicate()[0], process.returncode), ("12.0\n", 0))

    def test_options_stand_before_the_program(self):
        self.assertEqual(self.run_program(self.SUM, command=(AGC, "run", "--no-cache")), (0, "12.0\n", ""))
        self.assertEqual(list(self.cache.glob("*")), [])
        code, out, err = self.run_program("import sys\nprint(sys.argv[1:])\n", "--no-cache", "--help",
                                          command=(AGC, "run", "--stats"))
        self.assertEqual((code, out), (0, "['--no-cache', '--help']\n"))
        self.assertIn("segments run", err)
        told = []
        for _ in range(2):
            lines = self.run_program(self.SUM, command=(AGC, "run", "--stats"))[2].splitlines()
            told.append({name.strip(): float(value) for name, value in (line.rsplit(" ", 1) for line in lines)})
        counts = ("recorded events", "segments run", "compiled", "found in memory", "found on disk")
        self.assertEqual([[some[name] for name in counts[1:]] for some in told], [[1, 1, 0, 0], [1, 0, 0, 1]])
        self.assertTrue(all(some["recorded events"] > 0 and some["seconds running"] > 0 and some["seconds recording"] > 0
                            for some in told), told)
        for command in ("run", "check", "explain"):
            done = subprocess.run([AGC, command, "--help"], text=True, capture_output=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(f"usage: agc {command} ", done.stdout)
        for command, arguments, reason in (("run", ["--no-such", "prog.py"], "no option '--no-such'"), ("run", [], "no program is named"),
                                           ("run", ["--stats=1", "prog.py"], "--stats takes no value"),
                                           ("check", ["--format=xml", "prog.py"], "--format is text or sarif, not 'xml'"),
                                           ("explain", ["--svg"], "--svg has no value")):
            done = subprocess.run([AGC, command, *arguments], text=True, capture_output=True)
            first, second = done.stderr.splitlines()
            self.assertEqual((done.returncode, first, second[:11]), (2, f"agc: {reason}", "usage: agc "))

    def test_a_python_that_is_not_there_is_an_error(self):
        done = subprocess.run([AGC, "run", "--python=no-such-python", "prog.py"], text=True, capture_output=True)
        self.assertEqual((done.returncode, done.stderr), (
            1, "agc: error: cannot run 'no-such-python': No such file or directory; --python=EXECUTABLE chooses another\n"))

    def test_file_of_a_relative_path(self):
        source = "import os\nprint(__file__)\nos.chdir('/')\nprint(len(open(__file__).read()))\n1 / 0\n"
        self.start(source).communicate()
        mine, pythons = (subprocess.run([*command, "prog.py"], text=True, capture_output=True, cwd=self.folder.name)
                         for command in ((AGC, "run"), (sys.executable,)))
        self.assertEqual((mine.stdout, mine.stderr, mine.returncode), (pythons.stdout, pythons.stderr, pythons.returncode))

    def test_no_diagnostic_of_the_compiler_is_printed(self):
        code, out, err = self.run_program("""
import torch
for write in (lambda y: y.copy_(torch.ones(5)), lambda y: y.__setitem__(0, torch.ones(5)),
              lambda y: y.masked_fill_(torch.ones(5, dtype=torch.bool), 0)):
    try:
        write(torch.zeros(3, 4))
    except RuntimeError:
        print("refused")
""")
        self.assertEqual((code, out, err), (0, "refused\n" * 3, ""))

    def test_a_program_that_is_not_there(self):
        for command in ("run", "-c", "check", "explain"):
            done = subprocess.run([AGC, command, "no-such.py"], text=True, capture_output=True, cwd=self.folder.name)
            self.assertEqual((done.returncode, done.stderr), (1, "agc: no-such.py: No such file or directory\n"))

    def test_a_file_that_is_no_program_is_named(self):
        pathlib.Path(self.folder.name, "library.py").write_bytes(b"\x7fELF\x00")
        for command in ("run", "-c", "check", "explain"):
            done = subprocess.run([AGC, command, "library.py"], text=True, capture_output=True, cwd=self.folder.name)
            self.assertEqual((done.returncode, done.stderr),
                             (1, "agc: library.py: not a Python program: it contains null bytes\n"))


if __name__ == "__main__":
    unittest.main()
