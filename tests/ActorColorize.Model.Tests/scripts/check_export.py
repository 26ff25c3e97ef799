#!/usr/bin/env python3
"""Loads an exported .pth in PyTorch, strictly, and compares it with the one that it was imported from:

    python3 tests/ActorColorize.Model.Tests/scripts/check_export.py EXPORTED.pth ORIGINAL.pth [PICKLE]

With PICKLE, the pickle inside the exported file is written there: ../ActorColorize.Interchange.Tests/Fixtures/exported.pkl was
made so, and the tests hold what the program writes against it.
"""
import sys
import zipfile

import torch

from eccv16 import Eccv16

exported, original = (torch.load(path, map_location="cpu") for path in sys.argv[1:3])
network = Eccv16([exported[f"model{group}.0.bias"].numel() for group in range(1, 9)], exported["model_out.weight"].shape[1])
print(network.load_state_dict(exported, strict=True))
assert list(exported) == list(original)
for name, tensor in original.items():
    assert tensor.dtype == exported[name].dtype and torch.equal(tensor, exported[name]), name
print(len(exported), "tensors are equal to the last bit")
if len(sys.argv) > 3:
    with zipfile.ZipFile(sys.argv[1]) as archive, open(sys.argv[3], "wb") as pickle:
        pickle.write(archive.read("archive/data.pkl"))
