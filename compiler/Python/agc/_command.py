"""The command `agc`: `run`, `check` and `explain`, `trace`, which `agc -c model.py` begins with, and all else, which is
the compiler's."""
import contextlib
import importlib
import sys
import time


def _module_of_class(name):
    """The module of the class that torch keeps in a module named after it (torch.distributions.normal)."""
    package, _, last = name.rpartition(".")
    for key, value in vars(sys.modules[package]).items() if package in sys.modules else ():
        if isinstance(value, type) and key.lower() == last.replace("_", ""):
            return importlib.import_module(value.__module__)
    return None


def as_torch():
    """Makes `import torch` and its submodules find agc."""
    import agc
    from agc import _titles
    from agc._missing import answer, lacking
    from importlib.machinery import ModuleSpec

    class Finder:
        def find_spec(self, name, path=None, target=None):
            return ModuleSpec(name, self) if name == "torch" or name.startswith("torch.") else None

        def create_module(self, spec):
            ours = "agc" + spec.name[len("torch"):]
            try:
                module = answer(importlib.import_module(ours))
                _titles.entitle()
                return module
            except ModuleNotFoundError as error:
                if error.name != ours:
                    raise
                if found := _module_of_class(ours):
                    return found
                package, _, last = spec.name.rpartition(".")
                raise ModuleNotFoundError(f"No module named {spec.name!r}: " +
                                          lacking(package, last, vars(sys.modules[package])), name=spec.name) from None

        def exec_module(self, module):
            pass

    sys.meta_path.insert(0, Finder())
    sys.modules["torch"] = agc
    _titles.begin()


def _own_frames(traceback):
    """A traceback without agc's frames at its end."""
    import os
    folder = os.path.dirname(os.path.abspath(__file__))
    frames = []
    while traceback:
        frames.append(traceback)
        traceback = traceback.tb_next
    inside = [f for f in frames if not os.path.abspath(f.tb_frame.f_code.co_filename).startswith(folder)
              and not f.tb_frame.f_code.co_filename.startswith("<frozen")]
    for outer, inner in zip(inside, inside[1:] + [None]):
        outer.tb_next = inner
    return inside[0] if inside else None


def line_of(error):
    """The program's line that raised an exception."""
    own = _own_frames(error.__traceback__)
    while own.tb_next:
        own = own.tb_next
    return f"{own.tb_frame.f_code.co_filename}:{own.tb_lineno}"


def source_of(path):
    """A program's text; ends the command where it cannot be read."""
    try:
        with open(path, "rb") as file:
            source = file.read()
        if b"\0" not in source:
            return source
        reason = "not a Python program: it contains null bytes"
    except OSError as error:
        reason = error.strerror
    print(f"agc: {path}: {reason}", file=sys.stderr)
    sys.exit(1)


def execute(source, path, arguments, name="__main__"):
    """Runs a file's text as a module of that name. What it raises ends in its own lines."""
    import builtins
    import gc
    import os
    import types
    as_torch()
    gc.freeze()  # what is there now stays: no collection need look through it
    sys.argv = [path] + arguments
    folder = os.path.dirname(os.path.abspath(path))
    if sys.flags.safe_path:
        sys.path.insert(0, folder)
    else:
        sys.path[0] = folder  # what -m put there
    sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "_children"))
    module = types.ModuleType(name)
    module.__file__, module.__builtins__ = os.path.abspath(path), builtins
    sys.modules[name] = module
    with own_errors():
        exec(compile(source, module.__file__ if name == "__main__" else path, "exec"), module.__dict__)


@contextlib.contextmanager
def own_errors():
    """An exception of the program ends the process as python ends it."""
    try:
        yield
    except SystemExit:
        raise
    except BaseException:
        hook = sys.excepthook

        def tell(kind, error, traceback):
            error.__traceback__ = _own_frames(traceback)
            hook(kind, error, error.__traceback__)

        sys.excepthook = tell
        raise


def run(path, arguments, stats=False):
    source = source_of(path)
    start = time.perf_counter()
    try:
        execute(source, path, arguments)
    finally:
        if stats:
            _print_stats(time.perf_counter() - start)


def _print_stats(seconds):
    """What the program's tracing took; the rest of its seconds are Python's and the recording's."""
    from agc import _agc
    recorded, segments, compiled, found, compiling, running = _agc.stats()
    for name, value in {"recorded events": recorded, "segments run": segments, "compiled": compiled,
                        "found in memory": found, "found on disk": max(0, segments - compiled - found),
                        "seconds compiling": compiling, "seconds running": running,
                        "seconds recording": max(0.0, seconds - compiling - running)}.items():
        print(f"{name:>18} {value:.6f}" if isinstance(value, float) else f"{name:>18} {value}", file=sys.stderr)


def _compile(arguments):
    """Goes on as the compiler, which a wheel has inside and a build tree or an installation beside the package."""
    import os
    folder = os.path.dirname(os.path.abspath(__file__))
    for way in ("bin", "../../bin", "../../../../bin"):
        path = os.path.join(folder, way, "agc")
        if os.access(path, os.X_OK):
            os.environ.setdefault("AGC_PYTHON", sys.executable)
            os.execv(path, ["agc", *arguments])
    print(f"agc: there is no compiler with the package in {folder}", file=sys.stderr)
    sys.exit(1)


def _run_with_options(arguments):
    """`agc run`: options stand before the program, whose own arguments follow it."""
    import os
    from agc._options import Options
    options = Options(RUN, arguments, {"--stats": False, "--no-cache": False})
    if options.values["--no-cache"] and "AGC_NO_CACHE" not in os.environ:
        os.environ["AGC_NO_CACHE"] = "1"
        os.execv(sys.executable, sys.orig_argv)  # the package has opened the cache already
    run(options.path, options.arguments, options.values["--stats"])


RUN = """usage: agc run [--stats] [--no-cache] [--python=EXECUTABLE] prog.py [arguments]

Runs a PyTorch program, which is traced and compiled while it goes.

  --stats               tells at the end what was compiled
  --no-cache            neither looks for compiled code in ~/.cache/agc nor keeps it there
  --python=EXECUTABLE   the Python that runs the program
"""


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["trace"]:
        from agc._export import main as trace
        trace(*arguments[1:])
        return
    if arguments and arguments[0] in ("check", "explain"):
        from agc import _check
        try:
            return {"check": _check.main, "explain": _check.explain}[arguments[0]](arguments[1:])
        except BrokenPipeError:  # who reads it, as head does, has seen enough
            import os
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
    if arguments[:1] != ["run"]:
        _compile(arguments)
    _run_with_options(arguments[1:])
