"""What agc lacks says so, and names what is nearest."""


def missing(prefix, name, names):
    """The AttributeError for a name that a namespace has not."""
    if name.startswith("__"):
        return AttributeError(f"module {prefix!r} has no attribute {name!r}")
    import difflib  # costs more to import than agc's own
    near = difflib.get_close_matches(name, [n for n in names if not n.startswith("_")], n=1)
    hint = f" (nearest: {prefix}.{near[0]})" if near else ""
    return AttributeError(f"{prefix}.{name} is not in agc yet{hint}")


def refuse(function, **arguments):
    """An argument that is given and not honoured is an error, never ignored."""
    for name, value in arguments.items():
        if value is not None and value is not False:
            raise NotImplementedError(f"{function}(): argument '{name}' is not in agc yet")
