"""Structures of tuples, lists and dicts, whose parts a function takes or gives."""


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
