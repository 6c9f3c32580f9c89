"""torch.autograd.detect_anomaly: a backward that makes a NaN is an error that names the function."""

from agc import _agc
from agc._warnings import warn

_enabled = _checks = False


def is_anomaly_enabled():
    return _enabled


def is_anomaly_check_nan_enabled():
    return _checks


def _set(enabled, checks):
    global _enabled, _checks
    _enabled, _checks = bool(enabled), bool(checks)
    _agc.detect_anomaly(_enabled and _checks)


class set_detect_anomaly:
    """Sets the mode at once; as a context manager, until its end."""

    def __init__(self, mode, check_nan=True):
        self._before = _enabled, _checks
        _set(mode, check_nan)

    def __enter__(self):
        pass

    def __exit__(self, *exception):
        _set(*self._before)


class detect_anomaly:
    """Inside, a backward is computed function by function, and the first that makes a NaN is an error."""

    def __init__(self, check_nan=True):
        self._check_nan, self._before = check_nan, []
        warn("Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled "
             "for debugging.")

    def __enter__(self):
        self._before.append((_enabled, _checks))
        _set(True, self._check_nan)

    def __exit__(self, *exception):
        _set(*self._before.pop())
