#!/usr/bin/env python3
"""Writes contraction kernels as MLIR, and a C++ table of them, for tests and benchmarks.

A specification is a line `einsum element layout start epilogue [letter=extent ...]`, such as
`mk,kn->mn f32 dense fill none m=64`; a letter without an extent is a `?`.
  layout    dense, rows (any stride but the last's is unknown), any (all strides are unknown)
  start     fill (C starts from zero) or add (C is accumulated into)
  epilogue  none, bias (D = max(C + X[last letter], 0); C is local),
            scale (C = C * X[first letter], in place), keep (D = C + X; C is stored too)
"""
import argparse
import sys

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Kernel:
    def __init__(self, line, number, prefix, context):
        self.context = context
        fields = line.split()
        self.einsum, self.element, self.layout, self.start, self.epilogue = fields[:5]
        self.extents = dict(field.split("=") for field in fields[5:])
        inputs, self.c = self.einsum.split("->")
        self.a, self.b = inputs.split(",")
        self.name = f"{prefix}{number}"
        # Parallel letters first, in C's order; then the reduced ones, in A's order.
        self.letters = self.c + "".join(x for x in self.a if x not in self.c)

    def type(self, letters):
        sizes = "".join(self.extents.get(x, "?") + "x" for x in letters)
        layout = ""
        if self.layout != "dense" and letters:
            last = "1" if self.layout == "rows" else "?"
            strides = ", ".join(["?"] * (len(letters) - 1) + [last])
            layout = f", strided<[{strides}], offset: ?>"
        return f"memref<{sizes}{self.element}{layout}>"

    def dense(self, letters):
        return f"memref<{''.join(self.extents.get(x, '?') + 'x' for x in letters)}{self.element}>"

    def map(self, letters, domain):
        return f"affine_map<({', '.join(domain)}) -> ({', '.join(letters)})>"

    def generic(self, letters, iterators, inputs, output, body):
        """inputs and output: (value, letters of its map, type)"""
        maps = ", ".join(self.map(m, letters) for _, m, _ in inputs + [output])
        kinds = ", ".join(f'"{x}"' for x in iterators)
        e, arguments = self.element, [f"%x{i}" for i in range(len(inputs))] + ["%acc"]
        ins = f"ins({', '.join(v for v, _, _ in inputs)} : {', '.join(t for _, _, t in inputs)})"
        block = ", ".join(f"{x}: {e}" for x in arguments)
        return (f"  linalg.generic {{indexing_maps = [{maps}], iterator_types = [{kinds}]}}\n"
                f"      {ins} outs({output[0]} : {output[2]}) {{\n  ^bb0({block}):\n"
                + "".join(f"    {line}\n" for line in body) + "  }\n")

    def operands(self):
        """(value, letters) of what the function takes."""
        extra = {"none": [], "bias": [("%x", self.c[-1:]), ("%d", self.c)],
                 "scale": [("%x", self.c[:1])], "keep": [("%x", self.c), ("%d", self.c)]}
        local = self.epilogue == "bias"
        c = [] if local else [("%c", self.c)]
        return [("%a", self.a), ("%b", self.b)] + c + extra[self.epilogue]

    def text(self):
        e, c_type = self.element, self.type(self.c)
        args = ", ".join(f"{v}: {self.type(l)} {{llvm.noalias}}" for v, l in self.operands())
        args = ("%context: !llvm.ptr {agc.context}, " if self.context else "") + args
        out = f"func.func @{self.name}({args}) attributes {{llvm.emit_c_interface}} {{\n"
        out += f"  %zero = arith.constant 0.0 : {e}\n"
        if self.epilogue == "bias":
            c_type, unknown = self.dense(self.c), []
            for axis, letter in enumerate(self.c):
                if letter not in self.extents:
                    out += f"  %i{axis} = arith.constant {axis} : index\n"
                    out += f"  %n{axis} = memref.dim %d, %i{axis} : {self.type(self.c)}\n"
                    unknown.append(f"%n{axis}")
            out += f"  %c = memref.alloc({', '.join(unknown)}) : {c_type}\n"
        if self.start == "fill":
            out += f"  linalg.fill ins(%zero : {e}) outs(%c : {c_type})\n"
        kinds = ["parallel" if x in self.c else "reduction" for x in self.letters]
        c = ("%c", self.c, c_type)
        out += self.generic(self.letters, kinds,
                            [("%a", self.a, self.type(self.a)), ("%b", self.b, self.type(self.b))],
                            c, [f"%s = math.fma %x0, %x1, %acc : {e}", f"linalg.yield %s : {e}"])
        parallel = ["parallel"] * len(self.c)
        d = ("%d", self.c, self.type(self.c))
        if self.epilogue == "bias":
            x = ("%x", self.c[-1:], self.type(self.c[-1:]))
            out += self.generic(self.c, parallel, [c, x], d,
                                [f"%s = arith.addf %x0, %x1 : {e}",
                                 f"%r = arith.maximumf %s, %zero : {e}", f"linalg.yield %r : {e}"])
            out += f"  memref.dealloc %c : {c_type}\n"
        if self.epilogue == "scale":
            x = ("%x", self.c[:1], self.type(self.c[:1]))
            out += self.generic(self.c, parallel, [x], c,
                                [f"%s = arith.mulf %acc, %x0 : {e}", f"linalg.yield %s : {e}"])
        if self.epilogue == "keep":
            x = ("%x", self.c, self.type(self.c))
            out += self.generic(self.c, parallel, [c, x], d,
                                [f"%s = arith.addf %x0, %x1 : {e}", f"linalg.yield %s : {e}"])
        return out + "  return\n}\n"

    def entry(self):
        pointers = ", ".join(["void *"] * (len(self.operands()) + self.context))
        extents = ", ".join(f"{{'{x}', {n}}}" for x, n in self.extents.items())
        return (f'  {{"{self.name}", "{self.einsum}", "{self.element}", "{self.layout}", '
                f'"{self.start}", "{self.epilogue}", {{{extents}}}, '
                f"{str(self.context).lower()}, "
                f"reinterpret_cast<void (*)()>(_mlir_ciface_{self.name})}},\n",
                f'extern "C" void _mlir_ciface_{self.name}({pointers});\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("specifications", help="a file with one specification a line")
    parser.add_argument("--prefix", default="contract_", help="of the functions' names")
    parser.add_argument("--context", action="store_true",
                        help="functions take an agc_context first and run chunks through it")
    parser.add_argument("--only", type=int, help="the number of the one kernel to write")
    parser.add_argument("--table", action="store_true", help="write C++ instead of MLIR")
    args = parser.parse_args()
    with open(args.specifications) as file:
        lines = [line for line in file.read().splitlines() if line and not line.startswith("#")]
    kernels = [Kernel(line, number, args.prefix, args.context) for number, line in enumerate(lines)]
    if args.only is not None:
        kernels = [kernels[args.only]]
    if not args.table:
        sys.stdout.write("".join(kernel.text() for kernel in kernels))
        return
    entries, declarations = zip(*(kernel.entry() for kernel in kernels))
    sys.stdout.write("".join(declarations))
    sys.stdout.write(f"static const KernelEntry {args.prefix}table[] = {{\n{''.join(entries)}}};\n")


if __name__ == "__main__":
    main()
