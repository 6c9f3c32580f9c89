"""torch.random: the default generator, and blocks that leave it as it was."""
import contextlib

from agc._missing import missing
from agc._random import (default_generator, get_rng_state, initial_seed, manual_seed, seed,  # noqa: F401
                         set_rng_state)


@contextlib.contextmanager
def fork_rng(devices=None, enabled=True, device_type="cpu"):
    """Afterwards the default generator is as it was before."""
    state = get_rng_state() if enabled else None
    try:
        yield
    finally:
        if enabled:
            set_rng_state(state)


def __getattr__(name):
    raise missing("torch.random", name, globals())
