"""Writes a safetensors file for tests: make_safetensors.py out.safetensors x:F32:2,3=1,2,3,4,5,6 …

A value may be repeated: x:F32:2,3=0.5*6. A second form, --cut=N, leaves only the first N bytes.
"""
import json
import struct
import sys

FORMATS = {"F32": "f", "F64": "d", "I64": "q", "I32": "i", "U8": "B", "BOOL": "B"}


def values(text):
    for part in text.split(",") if text else []:
        value, _, times = part.partition("*")
        yield from [float(value)] * int(times or 1)


def save(path, tensors, cut=None):
    """Writes {name: (dtype, shape, values)}, of which only the first `cut` bytes stay."""
    header, data = {}, b""
    for name, (dtype, shape, numbers) in tensors.items():
        body = struct.pack(f"<{len(numbers)}{FORMATS[dtype]}", *numbers)
        header[name] = {
            "dtype": dtype,
            "shape": shape,
            "data_offsets": [len(data), len(data) + len(body)],
        }
        data += body
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write((struct.pack("<Q", len(text)) + text + data)[:cut])


def main(path, *arguments):
    tensors, cut = {}, None
    for argument in arguments:
        if argument.startswith("--cut="):
            cut = int(argument[len("--cut="):])
            continue
        head, _, text = argument.partition("=")
        name, dtype, shape = head.split(":")
        kind = float if dtype.startswith("F") else int
        tensors[name] = (dtype, [int(extent) for extent in shape.split(",") if extent],
                         [kind(value) for value in values(text)])
    save(path, tensors, cut)


if __name__ == "__main__":
    main(*sys.argv[1:])
