#!/usr/bin/env python3
"""Runs `agc check` over PyTorch programs and compares what it reports with FOLDER/checked.txt.

    check.py FOLDER...            compares; agc's package is in PYTHONPATH
    check.py --record FOLDER...   writes checked.txt anew, for somebody to read

A line of checked.txt is `NAME: LINE SEVERITY RULE; ...`: all that is reported of a program, which other programs of the
folder have nothing of. An exception that ended the program under PyTorch (`EXC` in NAME.out) that is one of autograd's
must be among the errors.
"""
import argparse
import contextlib
import multiprocessing
import os
import pathlib
import sys
import warnings

from agc import _check

# What autograd refuses, in PyTorch's words.
AUTOGRAD = ("leaf Variable", "inplace operation", "backward through the graph", "does not require grad",
            "can be implicitly created", "Mismatch in shape: grad_output", "appears to not have been used",
            "requires_grad flags", "being modified inplace", "derivative for", "more than one element of the written-to")
# Programs that stand on what agc has no records for; of the others in 07_nn_optim few may end early.
UNSUPPORTED = ("Conv", "BatchNorm", "batch_norm", "RNN", "GRU", "LSTM", "MultiheadAttention", "TransformerEncoder")


def report_of(program):
    """`LINE SEVERITY RULE` of each finding; in a process of its own."""
    os.chdir(program.parent)
    check = _check.Check(program.name, [])
    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing):
        check.run((program.parent / program.name).read_bytes())
    return [f"{finding['place'][1]} {finding['severity']} {finding['rule']}" for finding in check.findings]


def known(folder):
    path = folder / "checked.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return {name: entries.split("; ") for name, entries in (line.split(": ", 1) for line in lines)}


def misses_error(program, report):
    """Whether PyTorch's exception is one of autograd's and no error was found."""
    output = program.with_suffix(".out").read_text()
    ended = output[output.rfind("EXC "):] if "EXC " in output else ""
    return any(text in ended for text in AUTOGRAD) and not any(" error " in entry for entry in report)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    wrong = 0
    for folder in options.folders:
        programs = sorted(folder.resolve().glob("*.py"))
        with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
            reports = pool.map(report_of, programs, chunksize=1)
        if options.record:
            lines = [f"{p.stem}: {'; '.join(r)}\n" for p, r in zip(programs, reports) if r]
            (folder / "checked.txt").write_text("".join(lines))
        early = []
        for program, report in zip(programs, reports):
            wanted = known(folder).get(program.stem, [])
            if report != wanted or misses_error(program, report):
                wrong += 1
                print(f"{program}: expected {wanted}, got {report}")
            if not any(word in program.read_text() for word in UNSUPPORTED) and any("check-ends" in e for e in report):
                early.append(program.stem)
        print(f"{folder.name}: {len(programs)} programs, {len(early)} end early: {', '.join(early)}")
        if folder.name == "07_nn_optim" and len(early) > 3:
            wrong += 1
            print("07_nn_optim: more than 3 programs without a layer that agc lacks are not checked to their end")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
