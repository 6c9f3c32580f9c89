#!/usr/bin/env python3
"""Runs the programs of programs.py, all in one process, and compares what they print with what PyTorch 2.13 printed.

    run.py [NAME...]   under agc, which is in PYTHONPATH; all but the text of numbers' last digits must be equal
    run.py --record    writes recorded.json, under PyTorch

An exception is its type and its first line. known.txt names the programs that are known to differ, with the reason: one
that no longer differs is an error, too.
"""
import contextlib
import difflib
import io
import json
import pathlib
import re
import sys
import warnings

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from run import DROPPED, known  # noqa: E402
from programs import programs  # noqa: E402


def output_of(name, text):
    """What a program prints, and the exception that ends it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(text, name + ".py", "exec"), {"__name__": "__main__"})
        except Exception as error:
            print(f"EXC {type(error).__name__}: " + str(error).partition("\n")[0])
    return printed.getvalue()


def plain(output):
    """Of an exception's text only what another implementation can say counts."""
    lines = output.splitlines()
    for pattern, shorter in DROPPED if lines and lines[-1].startswith("EXC ") else ():
        lines[-1] = re.sub(pattern, shorter, lines[-1])
    return lines


def main(arguments):
    warnings.simplefilter("ignore")
    all_programs, file = programs(), HERE / "recorded.json"
    if arguments == ["--record"]:
        recorded = {name: {"program": text, "output": output_of(name, text)} for name, text in all_programs.items()}
        file.write_text(json.dumps(recorded, indent=1) + "\n")
        return 0
    from agc._command import as_torch
    as_torch()
    recorded, reasons = json.loads(file.read_text()), known(HERE)
    if {name: one["program"] for name, one in recorded.items()} != all_programs:
        print("programs.py makes others than were recorded: run.py --record")
        return 1
    names = arguments or list(recorded)
    wrong = differing = 0
    for name in names:
        want, got = plain(recorded[name]["output"]), plain(output_of(name, recorded[name]["program"]))
        differing += want != got
        if (want != got) != (name in reasons):
            wrong += 1
            parts = "\n".join(difflib.unified_diff(want, got, "PyTorch", "agc", lineterm="", n=0))
            print(f"{name}: {recorded[name]['program']}{parts}\n" if want != got else
                  f"{name} agrees now: take it out of known.txt ({reasons[name]})")
    print(f"{len(names) - differing} of {len(names)} programs agree; {wrong} not as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
