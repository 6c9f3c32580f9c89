#!/usr/bin/env python3
"""Writes compiler/Python/agc/signatures.txt: PyTorch's signatures of the functions and methods that agc has, as its parser of
arguments is generated from them. With PyTorch and PyYAML installed:

    build/release/bin/agc run test/Python/record_signatures.py > names.json
    python3 test/Python/record_signatures.py names.json
"""
import json
import os
import pathlib
import sys

import torch
import torch.nn.functional as F

TABLE = pathlib.Path(__file__).resolve().parents[2] / "compiler/Python/agc/signatures.txt"
SPACES = {"torch": torch, "linalg": torch.linalg, "special": torch.special, "nn": F, "methods": torch.Tensor}


def names():
    return {space: sorted(n for n in dir(module) if n[0] != "_") for space, module in SPACES.items()}


def is_builtin(value):
    return type(value).__name__ in ("builtin_function_or_method", "method", "method_descriptor")


def tables():
    """For each space the signatures by name, in the order in which they are tried; None for a method without arguments."""
    import torchgen
    import torchgen.packaged.autograd.gen_python_functions as generator
    from torchgen.gen import parse_native_yaml
    root = os.path.dirname(torchgen.__file__) + "/packaged"
    functions = parse_native_yaml(f"{root}/ATen/native/native_functions.yaml", f"{root}/ATen/native/tags.yaml").native_functions
    functions = [f for f in functions if generator.should_generate_py_binding(f)]
    kinds = {"torch": generator.is_py_torch_function, "linalg": generator.is_py_linalg_function,
             "special": generator.is_py_special_function, "nn": generator.is_py_nn_function,
             "methods": generator.is_py_variable_method}
    found = {}
    for space, kind in kinds.items():
        pairs = generator.load_signatures(functions, f"{root}/autograd/deprecated.yaml", method=space == "methods")
        found[space] = {}
        for name, forms in generator.group_filter_overloads(pairs, kind).items():
            groups = generator.sort_overloads(generator.group_overloads(forms))
            is_bare = space == "methods" and generator.is_noarg(forms)
            found[space][str(name)] = None if is_bare else [x.signature.signature_str(symint=True) for x in groups]
    return found


def takes_numbers(name):
    """Whether a function takes numbers in the place of all its tensors."""
    try:
        getattr(torch, name)(2, 2)
        return True
    except (TypeError, AttributeError, RuntimeError):
        return False


def lines(found, wanted):
    numbers = {n for n in "add sub subtract mul multiply div divide true_divide floor_divide".split() if takes_numbers(n)}

    def marked(signatures):
        return [x + "|numbers" * (x.partition("(")[0].rstrip("_") in numbers) for x in signatures]

    yield "# PyTorch's signatures of the functions and methods that agc has; written by test/Python/record_signatures.py."
    yield "[functions]"
    for space in ("torch", "linalg", "special"):
        for name, signatures in sorted(found[space].items()):
            short = name.removeprefix(space + "_")
            if short in wanted[space] and (space != "torch" or is_builtin(getattr(torch, name, None))):
                yield from marked(signatures)
    yield "[methods]"
    for name, signatures in sorted(found["methods"].items()):
        if name in wanted["methods"] and is_builtin(getattr(torch.Tensor, name, None)):
            yield from marked(signatures) if signatures else [name]
    yield "[nn]"  # a name alone has the function's signatures
    for name in wanted["nn"]:
        if is_builtin(function := getattr(F, name, None)):
            own = found["nn"].get(function.__name__)
            yield from own or [name] * (function.__name__ in found["torch"])
    yield "[wrapped]"  # what functions of nn that are Python call under their own names
    for name in wanted["nn"]:
        signatures = found["nn"].get(name) or found["torch"].get(name) or ()
        if hasattr(F, name) and not is_builtin(getattr(F, name)) and len(signatures) == 1:
            yield from signatures


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print(json.dumps(names()))
    else:
        TABLE.write_text("\n".join(lines(tables(), json.loads(pathlib.Path(sys.argv[1]).read_text()))) + "\n")
