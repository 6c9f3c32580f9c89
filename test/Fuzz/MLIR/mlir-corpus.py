#!/usr/bin/env python3
"""mlir-corpus.py TESTS FOLDER: the chunks of every lit test below TESTS as files of their own in FOLDER."""
import hashlib
import pathlib
import re
import sys

tests, folder = map(pathlib.Path, sys.argv[1:])
folder.mkdir(parents=True, exist_ok=True)
for path in sorted(tests.rglob("*.mlir")):
    for chunk in re.split(r"^// -----$", path.read_text(), flags=re.M):
        lines = [line for line in chunk.splitlines() if not line.strip().startswith("//")]
        text = "\n".join(lines).strip() + "\n"
        if len(text) > 1:
            (folder / f"{path.stem}-{hashlib.sha1(text.encode()).hexdigest()[:8]}.mlir").write_text(text)
