"""An `if` of the program on a number that is not known: the check goes one way and says so, as long as autograd knows nothing
of what is done there; else it ends at the `if`."""
import contextlib
import math

from agc import _agc
from agc._check.lifted import plain
from agc._check.unknown import BranchEnds, Unknown, is_unknown

# What a body does at its end, so that another way is the one to go first.
FALLS, LEAVES, RAISES = range(3)

_visits = {}  # how often an `if` was undecided, by its place
_told = []  # takes the remark of a place
_pending = None  # the place of the undecided `if` whose body, or other one, comes next


def install(told):
    _told[:] = [told]


def _way(visit, body, other):
    """Whether the test is taken as true. No body that raises is gone into, and two turns go before one that leaves. Each
    way is then gone once, twice, three times … in a row: what counts them comes to its end."""
    if RAISES in (body, other):
        return body != RAISES
    if body != other and visit < 2:
        return body != LEAVES
    turn = visit if body == other else visit - 2
    row = (1 + math.isqrt(1 + 4 * turn)) // 2
    return (turn - row * (row - 1) < row) == (other != LEAVES)


def branches(test, body=FALLS, other=FALLS, is_within=False):
    """The test of an `if`, or of an `elif` where `is_within`, with what its bodies do at their ends."""
    global _pending
    if not is_within:
        _pending = None
    test = plain(test)
    if not is_unknown(test):
        return test
    place = _agc.here()
    visit = _visits.get(place, 0)
    _visits[place], way = visit + 1, _way(visit, body, other)
    if visit == 0:
        _told[0]("remark", "branch-taken", place, "the program branches on a value: the check " + (
            "takes it as true" if RAISES == other else "takes it as false" if RAISES == body else
            f"goes either way in turn, and takes it as {str(way).lower()} at first"))
    _pending = _pending or place
    return way


class _Watched:
    """A body that a number which is not known decides on."""

    def __init__(self, place):
        self._place = place

    def __enter__(self):
        _agc.enter_branch()
        self._grad_mode = _agc.is_grad_enabled()

    def __exit__(self, _, error, traceback):
        _agc.leave_branch()
        if error is None and _agc.is_grad_enabled() != self._grad_mode:
            error = BranchEnds("the program branches on a value")
            error.place = self._place
            raise error
        if isinstance(error, BranchEnds):
            error.place = self._place


_KNOWN = contextlib.nullcontext()


def watched():
    """What the body of an `if` runs in."""
    global _pending
    place, _pending = _pending, None
    return _KNOWN if place is None else _Watched(place)


def _joined(tests, neutral):
    """The first test that is not as `neutral`, which decides; one that is not known decides nothing."""
    value, found = neutral, None
    for test in tests:
        value = plain(test())
        if is_unknown(value):
            found = Unknown(bool)
        elif bool(value) is not neutral:
            return value
    return value if found is None else found


def every(*tests):
    """`a and b`."""
    return _joined(tests, True)


def some(*tests):
    """`a or b`."""
    return _joined(tests, False)
