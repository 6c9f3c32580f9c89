"""Extents that are known and extents that are `?` give the same bits.

static-or-unknown.py AGC AGC-RUN FOLDER [SEED [SHAPES]]: each function below is compiled once with `?`
for its extents A, B and C and once for each of some random shapes, many of whose extents are 1; both
are run on the same numbers, -0 among them.
"""
import itertools
import math
import pathlib
import random
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).parents[1] / "Tools"))
from make_safetensors import save

# Name, inputs, body, result; T and letters stand for a tensor type of those extents.
FUNCTIONS = [
    ("sum_middle", "x:ABC", "%r = ag.reduce sum(%x) dims [1] : TABC -> TAC", "AC"),
    ("sum_last", "x:ABC", "%r = ag.reduce sum(%x) dims [2] : TABC -> TAB", "AB"),
    ("sum_outer", "x:ABC", "%r = ag.reduce sum(%x) dims [0, 2] : TABC -> TB", "B"),
    ("sum_all", "x:ABC", "%r = ag.reduce sum(%x) dims [0, 1, 2] : TABC -> T", ""),
    ("prod", "x:ABC", "%r = ag.reduce prod(%x) dims [2] : TABC -> TAB", "AB"),
    ("amax", "x:ABC", "%r = ag.reduce amax(%x) dims [1] : TABC -> TAC", "AC"),
    ("mean", "x:ABC", "%r = ag.apply mean<dim = array<i64: 2>>(%x) : (TABC) -> TAB", "AB"),
    ("softmax", "x:ABC", "%r = ag.apply softmax<dim = 2>(%x) : (TABC) -> TABC", "ABC"),
    ("log_softmax", "x:ABC", "%r = ag.apply log_softmax<dim = 1>(%x) : (TABC) -> TABC", "ABC"),
    ("mm", "x:AB y:BC", "%r = ag.apply mm(%x, %y) : (TAB, TBC) -> TAC", "AC"),
    ("bmm", "x:ABC y:ACB", "%r = ag.apply bmm(%x, %y) : (TABC, TACB) -> TABB", "ABB"),
    ("mm_then_sum", "x:AB y:BC", """%m = ag.apply mm(%x, %y) : (TAB, TBC) -> TAC
  %r = ag.reduce sum(%m) dims [0] : TAC -> TC""", "C"),
    ("mm_then_tanh", "x:AB y:BC z:C", """%m = ag.apply mm(%x, %y) : (TAB, TBC) -> TAC
  %s = ag.map add(%m, %z) : (TAC, TC) -> TAC
  %r = ag.map tanh(%s) : (TAC) -> TAC""", "AC"),
    ("exp_then_sum", "x:ABC y:C", """%e = ag.map exp(%x) : (TABC) -> TABC
  %m = ag.map mul(%e, %y) : (TABC, TC) -> TABC
  %r = ag.reduce sum(%m) dims [1, 2] : TABC -> TA""", "A"),
]
UNKNOWN = dict(A="?", B="?", C="?")


def type_of(letters, extents):
    return "tensor<" + "".join(f"{extents[letter]}x" for letter in letters) + "f32>"


def inputs_of(function):
    return [part.split(":") for part in function[1].split()]


def text_of(name, function, extents):
    def argument(name, letters):
        named = ", ".join(f'"{letter.lower()}"' for letter in letters)
        unknown = f", agc.extents = [{named}]" if extents is UNKNOWN else ""
        return f'%{name}: {type_of(letters, extents)} {{agc.name = "{name}"{unknown}}}'

    body = re.sub(r"\bT([ABC]*)\b", lambda found: type_of(found.group(1), extents), function[2])
    result = type_of(function[3], extents)
    arguments = ", ".join(argument(*given) for given in inputs_of(function))
    return f"""func.func @{name}({arguments}) -> ({result} {{agc.name = "r"}}) attributes {{agc.export}} {{
  {body}
  return %r : {result}
}}
"""


def numbers(count):
    specials = [-0.0, 0.0, 1.0]
    return [random.choice(specials) if random.random() < 0.2 else random.gauss(0, 2) for _ in range(count)]


def main(agc, agc_run, folder, seed="0", count="6"):
    random.seed(int(seed))
    shapes = [dict(zip("ABC", random.choices([1, 1, 2, 3, 5, 8, 17, 40], k=3))) for _ in range(int(count))]
    source, library = f"{folder}/static-or-unknown.mlir", f"{folder}/static-or-unknown.so"
    with open(source, "w") as file:
        for function in FUNCTIONS:
            file.write(text_of(function[0], function, UNKNOWN))
            for number, extents in enumerate(shapes):
                file.write(text_of(f"{function[0]}_{number}", function, extents))
    subprocess.run([agc, "--shared", source, "-o", library], check=True)

    given, out = f"{folder}/in.safetensors", f"{folder}/out.safetensors"

    def run(name):
        subprocess.run([agc_run, f"--in={given}", f"--out={out}", library, name], check=True)
        with open(out, "rb") as file:
            return file.read()

    failures = 0
    for (number, extents), function in itertools.product(enumerate(shapes), FUNCTIONS):
        tensors = {}
        for name, letters in inputs_of(function):
            shape = [extents[letter] for letter in letters]
            tensors[name] = "F32", shape, numbers(math.prod(shape))
        save(given, tensors)
        if run(f"{function[0]}_{number}") != run(function[0]):
            print(f"{function[0]} at {extents}: the bits differ")
            failures += 1
    print(f"{len(shapes) * len(FUNCTIONS)} compared, {failures} failures")
    return failures != 0


sys.exit(main(*sys.argv[1:]))
