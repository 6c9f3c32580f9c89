"""Writes a safetensors file for tests: make-safetensors.py out.safetensors x:F32:2,3=1,2,3,4,5,6 …

A value may be repeated: x:F32:2,3=0.5*6. A second form, --cut=N, leaves only the first N bytes.
"""
import json
import struct
import sys

FORMATS = {"F32": "f", "F64": "d", "I64": "q", "I32": "i", "U8": "B", "BOOL": "?"}


def values(text):
    for part in text.split(",") if text else []:
        value, _, times = part.partition("*")
        yield from [float(value)] * int(times or 1)


def main(path, *arguments):
    header, data, cut = {}, b"", None
    for argument in arguments:
        if argument.startswith("--cut="):
            cut = int(argument[len("--cut="):])
            continue
        head, _, text = argument.partition("=")
        name, dtype, shape = head.split(":")
        kind = float if dtype.startswith("F") else int
        body = b"".join(struct.pack("<" + FORMATS[dtype], kind(v)) for v in values(text))
        header[name] = {
            "dtype": dtype,
            "shape": [int(extent) for extent in shape.split(",") if extent],
            "data_offsets": [len(data), len(data) + len(body)],
        }
        data += body
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write((struct.pack("<Q", len(text)) + text + data)[:cut])


main(*sys.argv[1:])
