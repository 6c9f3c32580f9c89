"""What agc lacks says so, and names what is nearest."""
import importlib
import sys


def missing(prefix, name, names):
    """The error for a name that a namespace, whose `__getattr__` asks, has not: an ImportError where it is imported."""
    frame = sys._getframe(2)
    if name.startswith("__") or frame.f_code.co_filename.startswith("<frozen importlib"):  # which looks for a module next
        return AttributeError(f"module {prefix!r} has no attribute {name!r}")
    if "__spec__" in names and _follows(frame)[0] == "IMPORT_FROM":
        return ImportError(f"cannot import name {name!r} from {prefix!r}: {lacking(prefix, name, names)}", name=name)
    parts = [name] + (_attributes(frame) if "__spec__" in names else [])
    return AttributeError(lacking(prefix, ".".join(parts), names))


def lacking(prefix, name, names):
    """The sentence: `torch.fft.fft is not in agc yet`, with what is nearest where something is near."""
    near = _elsewhere(name.rpartition(".")[2]) or _alike(prefix, name, names)
    return f"{prefix}.{name} is not in agc yet" + (f" (nearest: {near})" if near else "")


def _elsewhere(name):
    """The same name, but for case and underscores, in another of torch's namespaces."""
    def plain(text):
        return text.lower().replace("_", "")

    for space in ("agc", "agc.nn.functional", "agc.nn", "agc.linalg", "agc.special") if len(plain(name)) > 2 else ():
        for found in vars(importlib.import_module(space)):
            if found[0] != "_" and plain(found) == plain(name):
                return f"torch{space[len('agc'):]}.{found}"
    return None


def _alike(prefix, name, names):
    import difflib  # costs more to import than agc's own
    first, _, rest = name.partition(".")
    public = [n for n in names if not n.startswith("_")]
    near = difflib.get_close_matches(rest.rpartition(".")[2] or first, public, n=1, cutoff=0.7)
    return f"{prefix}.{near[0]}" if near else None


def _follows(frame):
    """The names of the instruction that a frame executes and of those behind it, each with what it names."""
    import dis
    code = [x for x in dis.get_instructions(frame.f_code) if x.offset >= frame.f_lasti]
    return code[0].opname if code else "", code[1:]


def _attributes(frame):
    """The attributes that a frame goes on to ask for: of `torch.fft.fft` the second `fft`."""
    import itertools
    at, behind = _follows(frame)
    behind = itertools.takewhile(lambda x: x.opname in ("LOAD_ATTR", "LOAD_METHOD"), behind)
    return [x.argval for x in behind] if at in ("LOAD_ATTR", "LOAD_METHOD") else []


def answer(module):
    """Lets a module that is imported in torch's name say what it lacks."""
    if "__getattr__" not in vars(module):
        prefix = "torch" + module.__name__[len("agc"):]

        def lookup(name):
            raise missing(prefix, name, vars(module))

        module.__getattr__ = lookup
    return module


def refuse(function, **arguments):
    """An argument that is given and not honoured is an error, never ignored."""
    for name, value in arguments.items():
        if value is not None and value is not False:
            raise NotImplementedError(f"{function}(): argument '{name}' is not in agc yet")
