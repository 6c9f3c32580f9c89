"""Warnings, in torch's words and at the program's line."""
import os
import sys
import warnings

_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
_said = set()  # of those that torch gives once in a program


def warn(text, category=UserWarning, once=False):
    """Warns of the line of the program that led here, as deep as it may be in this package."""
    if once:
        from agc import _settings
        if text in _said and not _settings.is_warn_always_enabled():
            return
        _said.add(text)
    frame, level = sys._getframe(1), 2
    while frame and frame.f_code.co_filename.startswith(_FOLDER):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, category, stacklevel=level)
