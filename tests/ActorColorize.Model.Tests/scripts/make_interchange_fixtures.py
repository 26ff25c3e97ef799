#!/usr/bin/env python3
"""Writes the files in ../ActorColorize.Interchange.Tests/Fixtures: state dicts as PyTorch saves them, what PyTorch makes of two
pictures with them, and a pickle that calls os.system.

Needs python3-torch, python3-skimage and python3-numpy as Debian ships them (torch 1.13); the tests themselves need only the files:

    python3 tests/ActorColorize.Model.Tests/scripts/make_interchange_fixtures.py

The pictures are those of scikit-image: "astronaut" (NASA, public domain) and "chelsea" (Stefan van der Walt, CC0).
"""
import collections
import os
import pathlib

import numpy as np
import skimage.color
import skimage.data
import skimage.transform
import torch

from eccv16 import random_network

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "ActorColorize.Interchange.Tests" / "Fixtures"
SEED = 7
CHANNELS = [16] * 8
HEIGHT, WIDTH = 64, 96


class Hostile:
    """Unpickling it runs a command that leaves a file behind."""

    def __reduce__(self):
        return os.system, ("touch hostile-pickle-was-run",)


def pictures():
    for picture in (skimage.data.astronaut(), skimage.data.chelsea()):
        small = skimage.transform.resize(picture[20:276, 30:414], (HEIGHT, WIDTH), anti_aliasing=True)
        yield np.round(small * 255).astype(np.uint8)


def expected(network, rgb):
    """ab at full size, in double precision."""
    lightness = torch.from_numpy(skimage.color.rgb2lab(rgb.astype(np.float64) / 255)[..., 0])[:, None]
    with torch.no_grad():
        return network.double()(lightness).float().numpy()


def tensors_of_all_kinds():
    """Views and types that a state dict may hold beside plain float tensors."""
    base = torch.arange(24, dtype=torch.float32)
    return collections.OrderedDict(
        plain=base.reshape(2, 3, 4),
        transposed=base.reshape(4, 6).t(),
        part=base[5:11],
        every_other=base[1::2],
        repeated=torch.tensor([1.5]).expand(3),
        parameter=torch.nn.Parameter(torch.tensor([[-1.0, 2.0]])),
        half=torch.tensor([1.0, -2.5], dtype=torch.float16),
        brain=torch.tensor([1.0, -2.5], dtype=torch.bfloat16),
        double=torch.tensor([1.0, 0.1], dtype=torch.float64),
        count=torch.tensor(400),
        empty=torch.zeros(0, 7),
    )


FOLDER.mkdir(exist_ok=True)
rgb = np.stack(list(pictures()))
network = random_network(SEED, CHANNELS)
state = network.state_dict()
torch.save(state, FOLDER / f"narrow-seed{SEED}.pth")
without_counters = collections.OrderedDict((name, tensor) for name, tensor in state.items() if not name.endswith("num_batches_tracked"))
assert (len(state), len(without_counters)) == (82, 75)
kinds = tensors_of_all_kinds()
torch.save(kinds, FOLDER / "kinds.pth")
torch.save(kinds, FOLDER / "before-1.6.pth", _use_new_zipfile_serialization=False)
torch.save(collections.OrderedDict(weight=Hostile()), FOLDER / "hostile.pth")
torch.save({"epoch": 3, "state_dict": kinds}, FOLDER / "training.pth")
torch.save({"count": torch.tensor([1], dtype=torch.int32)}, FOLDER / "integers.pth")
ab = expected(network, rgb)
print("ab from", ab.min(), "to", ab.max(), "standard deviation over places", ab.std((0, 2, 3)))
rgb.tofile(FOLDER / f"pictures-2x{HEIGHT}x{WIDTH}x3.bin")
ab.astype("<f4").tofile(FOLDER / f"narrow-seed{SEED}-ab-2x2x{HEIGHT}x{WIDTH}.bin")
for file in sorted(FOLDER.iterdir()):
    print(file.name, file.stat().st_size)
