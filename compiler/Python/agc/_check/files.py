"""Files of a checked program: it writes to copies, which it reads again, since its numbers are none."""
import builtins
import contextlib
import io
import os
import shutil
import tempfile


@contextlib.contextmanager
def apart():
    """Inside, what open() is to write to is a copy, and the file itself stays as it is."""
    real, copies = builtins.open, {}
    with tempfile.TemporaryDirectory(prefix="agc-check-") as folder:
        def opened(file, mode="r", *args, **kwargs):
            path = os.path.abspath(os.fspath(file)) if isinstance(file, (str, os.PathLike)) else None
            writes = isinstance(mode, str) and not set("wax+").isdisjoint(mode)
            if writes and path not in copies and _can_be_written(path, mode):
                copies[path] = os.path.join(folder, f"{len(copies)}-{os.path.basename(path)}")
                if os.path.exists(path) and "w" not in mode:
                    with real(path, "rb") as source, real(copies[path], "wb") as target:
                        shutil.copyfileobj(source, target)
            return real(copies.get(path, file), mode, *args, **kwargs)

        builtins.open = io.open = opened
        try:
            yield
        finally:
            builtins.open = io.open = real


def _can_be_written(path, mode):
    """Whether open() would give a file of its own there; what it refuses, and what is a device, is its affair."""
    if path is None:
        return False
    if os.path.exists(path):
        return os.path.isfile(path) and "x" not in mode and os.access(path, os.W_OK)
    return os.path.isdir(os.path.dirname(path)) and "r" not in mode and os.access(os.path.dirname(path), os.W_OK)
