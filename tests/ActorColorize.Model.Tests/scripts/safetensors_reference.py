#!/usr/bin/env python3
"""Writes and reads safetensors files in plain Python, written from the format's description
(https://github.com/huggingface/safetensors, section Format) and sharing nothing with the project's own code.

  safetensors_reference.py write FILE   makes the file that SafeTensorsFormatTests reads and writes again byte for byte
  safetensors_reference.py read FILE    prints what a file holds, one line per tensor
"""
import hashlib
import json
import struct
import sys

SIZES = {"F32": 4, "F16": 2, "BF16": 2, "I64": 8, "U8": 1}


def bfloat16(value):
    """The upper half of a float32; only for values that it holds exactly."""
    bits = struct.unpack("<I", struct.pack("<f", value))[0]
    assert bits & 0xFFFF == 0, value
    return struct.pack("<H", bits >> 16)


TENSORS = [
    ("model1.0.weight", "F32", [2, 3], struct.pack("<6f", 0.0, -1.5, 3.25, 1e-38, 65504.0, -0.1)),
    ("half", "F16", [4], struct.pack("<4e", 1.0, -2.0, 0.5, 65504.0)),
    ("brain", "BF16", [3, 1], b"".join(map(bfloat16, (1.0, -2.5, 3.0)))),
    ("model1.4.num_batches_tracked", "I64", [], struct.pack("<q", -400)),
    ("bytes", "U8", [5], bytes((0, 1, 127, 128, 255))),
    ("nothing", "F32", [0, 7], b""),
    ('Größe/"x"', "F32", [1], struct.pack("<f", 2.0)),
]
METADATA = {"format": "pt", "network_shape": '{"bins":324}'}


def write(path):
    header = {"__metadata__": METADATA}
    offset = 0
    for name, dtype, shape, data in TENSORS:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(data for _, _, _, data in TENSORS))


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length].decode("utf-8"))
    data = content[8 + length :]
    print("metadata", json.dumps(header.pop("__metadata__", {}), sort_keys=True))
    covered = 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        count = 1
        for size in entry["shape"]:
            count *= size
        assert begin == covered and end - begin == count * SIZES[entry["dtype"]], name
        covered = end
        print(name, entry["dtype"], entry["shape"], hashlib.sha256(data[begin:end]).hexdigest())
    assert covered == len(data)


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
