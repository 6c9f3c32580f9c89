"""Handles by which hooks are taken out again."""
import itertools

_ids = itertools.count()


class RemovableHandle:
    """Takes a hook out of the dict, and of the further ones, that it was put into."""

    def __init__(self, hooks_dict, *, extra_dict=None):
        self.id = next(_ids)
        extra = extra_dict if isinstance(extra_dict, (list, tuple)) else [extra_dict]
        self._dicts = [hooks_dict] + [d for d in extra if d is not None]

    def remove(self):
        for hooks in self._dicts:
            hooks.pop(self.id, None)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.remove()
