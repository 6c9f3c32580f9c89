"""torch.torch_version: the version as a string that compares by its numbers."""
import re

from agc import version


def _key(given):
    """What orders a version; None where it is none. What follows the numbers (a0, rc1, dev) comes before the release."""
    text = given if isinstance(given, str) else str(given) if hasattr(given, "release") else ".".join(map(str, given))
    parts = re.fullmatch(r"\s*v?(\d+(?:\.\d+)*)(?:[._-]?((?:a|b|c|rc|alpha|beta|dev|pre)[\w.]*))?(?:\+([\w.-]+))?\s*", text, re.I)
    if not parts:
        return None
    numbers = [int(x) for x in parts[1].split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return numbers, parts[2] is None, parts[2] or "", parts[3] or ""


class TorchVersion(str):
    """A string that compares with other versions, as strings or as tuples of numbers, by the numbers in it."""

    __slots__ = ()
    __hash__ = str.__hash__


def _compared(method):
    def compare(self, other):
        if not isinstance(other, (str, tuple, list)) and not hasattr(other, "release"):
            return NotImplemented
        own, others = _key(self), _key(other)
        if own is None or others is None:
            return getattr(str, method)(self, other)
        return getattr(tuple, method)(own, others)
    return compare


for _name in ("__lt__", "__le__", "__eq__", "__ne__", "__ge__", "__gt__"):
    setattr(TorchVersion, _name, _compared(_name))
__version__ = TorchVersion(version.__version__)
