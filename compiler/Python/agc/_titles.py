"""Classes under the names of torch's modules, in a program that imports torch: `<class 'torch.nn.modules.linear.Linear'>`."""
import importlib
import sys

_done = None  # the modules whose classes have them; None where the program does not import torch


def begin():
    global _done
    _done = set()
    entitle()


def entitle():
    """Gives them to the classes of what was imported since: a module of torch's name keeps its own, of the others those
    that are torch's by name."""
    if _done is None:
        return
    import agc
    new = [name for name in sys.modules if name.startswith("agc") and name not in _done]
    _done.update(new)
    for name in new:
        is_own = "._" not in name
        for value in list(vars(sys.modules[name]).values()):
            if isinstance(value, type) and value.__module__ == name and (
                    is_own or vars(agc).get(value.__name__) is value):
                value.__module__ = "torch" + name[len("agc"):] if is_own else "torch"


def imported(name):
    """A module of the package that few programs ask for."""
    module = importlib.import_module(name)
    entitle()
    return module
