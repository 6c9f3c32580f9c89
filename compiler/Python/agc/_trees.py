"""Structures of tuples, lists and dicts, whose parts a function takes or gives."""

PLAIN = (type(None), bool, int, float, complex, str, bytes)  #: values that are what is written of them


def parts_of(tree):
    """The parts of a structure, or None of what has none."""
    if isinstance(tree, dict):
        return list(tree.values())
    return list(tree) if isinstance(tree, (tuple, list)) else None


def rebuilt(tree, parts):
    """The same structure of other parts."""
    if isinstance(tree, dict):
        return type(tree)(zip(tree, parts))
    return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)


class Place(str):
    """The name of a tensor, where it stands in a structure in its place."""


def _is_taken_apart(value):
    """Whether a value is a structure and nothing more: no object of a class of its own, but for named tuples."""
    return type(value) in (list, tuple, dict) or hasattr(value, "_fields")


def parted(name, value, tensors):
    """A structure with names for its tensors, which are put under them; lists, tuples and dicts are copied."""
    from agc._tensor import Tensor
    if isinstance(value, Tensor):
        while name in tensors:
            name += "_"
        tensors[name] = value
        return Place(name)
    if not _is_taken_apart(value):
        return value
    return rebuilt(value, [parted(f"{name}_{i}", part, tensors) for i, part in enumerate(parts_of(value))])


def filled(tree, tensors):
    """The structure with tensors again."""
    if isinstance(tree, Place):
        return tensors[tree]
    if not _is_taken_apart(tree):
        return tree
    return rebuilt(tree, [filled(part, tensors) for part in parts_of(tree)])


def form_of(tree):
    """What tells structures apart: numbers and words by how they are written, other objects by which they are."""
    if _is_taken_apart(tree):
        keys = map(form_of, tree) if isinstance(tree, dict) else ()
        return type(tree), *keys, *map(form_of, parts_of(tree))
    return (type(tree), repr(tree)) if isinstance(tree, PLAIN) else id(tree)
