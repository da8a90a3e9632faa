#!/usr/bin/env python3
"""A corpus as one file, with a line of hexadecimal digits for each input.

    pack.py pack <folder> <file>     writes the file from a folder of inputs
    pack.py unpack <file> <folder>   writes the folder, which libFuzzer reads, from the file
"""
import hashlib
import pathlib
import sys

if len(sys.argv) != 4 or sys.argv[1] not in ("pack", "unpack"):
    sys.exit(__doc__)
source, target = map(pathlib.Path, sys.argv[2:])
if sys.argv[1] == "pack":
    inputs = {path.read_bytes() for path in source.iterdir()}
    lines = [data.hex() + "\n" for data in sorted(inputs, key=lambda data: (len(data), data))]
    target.write_text("".join(lines), encoding="ascii")
else:
    target.mkdir(parents=True, exist_ok=True)
    for line in source.read_text(encoding="ascii").splitlines():
        data = bytes.fromhex(line)
        (target / hashlib.sha1(data).hexdigest()).write_bytes(data)
