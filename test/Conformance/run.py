#!/usr/bin/env python3
"""Runs PyTorch programs and compares what they print with what PyTorch printed.

    run.py --agc build/release/bin/agc FOLDER...      compares with NAME.out
    run.py --agc build/release/bin/agc --cut FOLDER... the same with a segment for every event
    run.py --record --python PYTHON FOLDER...         writes NAME.out, with PyTorch installed

NAME.out is the standard output and, where an exception ended the program, a line `EXC Type: message` of its first
line. White space does not count, numbers are equal within rtol 1e-4 and half a unit of their last printed digit, an
integer only to itself. Of an exception's text only what another implementation can say counts. FOLDER/known.txt names
the programs that are known to differ, each with the reason: one that no longer differs is an error, too.
"""
import argparse
import concurrent.futures
import math
import os
import pathlib
import re
import subprocess
import sys

NUMBER = r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|(?:nan|inf)(?=j?\b))"
TOKEN = re.compile(rf"(?P<number>{NUMBER})|(?P<word>[A-Za-z_]\w*)|(?P<mark>\S)")
ERROR = re.compile(r"(EXC )?\w*(Error|Exception|Warning): ")
# Advice and C++ name spaces, and the node where the operation is meant.
DROPPED = [(r"\s*Hint:.*", ""), (r"(\w)Backward\d*", r"\1"), (r"\b(?:\w+::)+~?(\w+)", r"\1"),
           (r"0x[0-9a-fA-F]+", "ADDRESS"), (r"[\s.]+$", "")]


def tokens(text):
    lines = []
    for line in text.splitlines():
        if ERROR.match(line):
            for pattern, plain in DROPPED:
                line = re.sub(pattern, plain, line)
        lines.append(line)
    return [(m.lastgroup, m.group()) for m in TOKEN.finditer("\n".join(lines))]


def last_unit(number):
    """Half a unit of the last digit of a number printed with 4 decimals or more."""
    m = re.fullmatch(r"[+-]?\d*\.(\d{4,})(?:[eE]([+-]?\d+))?", number)
    return 0.5 * 10.0 ** (int(m[2] or 0) - len(m[1])) if m else 0.0


def same(want, got):
    if want == got or want[0] != "number" or got[0] != "number":
        return want == got
    if any(re.fullmatch(r"[+-]?\d+", text) for _, text in (want, got)):
        return want[1].lstrip("+") == got[1].lstrip("+")
    x, y = float(want[1]), float(got[1])
    if not (math.isfinite(x) and math.isfinite(y)):
        return x == y or math.isnan(x) and math.isnan(y)
    return abs(x - y) <= max(1e-6 + 1e-4 * abs(x), 1.001 * (last_unit(want[1]) + last_unit(got[1])))


def difference(want, got):
    """None, or where the outputs part."""
    a, b = tokens(want), tokens(got)
    for i, (x, y) in enumerate(zip(a, b)):
        if not same(x, y):
            near = [" ".join(text for _, text in side[max(0, i - 4):i + 4]) for side in (a, b)]
            return f"expected `{near[0]}`, got `{near[1]}`"
    if len(a) != len(b):
        return f"expected {len(a)} words, got {len(b)}: {got[-200:]!r}"
    return None


def output_of(command, program):
    environment = dict(os.environ, PYTHONWARNINGS="ignore", PYTHONHASHSEED="0", PYTHONIOENCODING="utf-8",
                       PYTHONDONTWRITEBYTECODE="1", OMP_NUM_THREADS="1")
    try:
        done = subprocess.run(command + [program.name], cwd=program.parent, env=environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, errors="replace", timeout=300)
    except subprocess.TimeoutExpired:
        return "EXC Timeout: 300 s"
    text = done.stdout
    if done.returncode:
        ends = re.findall(r"^((?:\w+\.)*\w+)(?:: ?(.*))?$", done.stderr.rpartition("Traceback")[2], re.M)
        last = f"{ends[0][0].rpartition('.')[2]}: {ends[0][1]}" if ends else f"Status: {done.returncode}"
        text += ("" if not text or text.endswith("\n") else "\n") + "EXC " + last.rstrip() + "\n"
    return text


def known(folder):
    """The programs that differ, and why: lines `NAME: reason`."""
    path = folder / "known.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--agc", type=pathlib.Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--cut", action="store_true")
    options = parser.parse_args()
    if options.cut:
        os.environ["AGC_SEGMENT_EVENTS"] = "1"
    command = [str(options.agc.resolve()), "run"] if options.agc else [options.python]
    programs = [p for f in options.folders for p in ([f] if f.is_file() else sorted(f.glob("*.py")))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outputs = list(pool.map(lambda p: output_of(command, p), programs))
    wrong = differing = 0
    for program, output in zip(programs, outputs):
        if options.record:
            program.with_suffix(".out").write_text(output)
            continue
        why = difference(program.with_suffix(".out").read_text(), output)
        reason = known(program.parent).get(program.stem)
        differing += why is not None
        if bool(why) != bool(reason):
            wrong += 1
            print(f"{program}: " + (why or f"agrees now: take it out of known.txt ({reason})"))
    print(f"{len(programs) - differing} of {len(programs)} programs agree; {wrong} not as expected")
    return 1 if wrong or not programs else 0


if __name__ == "__main__":
    sys.exit(main())
