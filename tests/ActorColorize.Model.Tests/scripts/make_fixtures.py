#!/usr/bin/env python3
"""Writes Fixtures/lab.json and Fixtures/network.json: expected numbers from scikit-image and PyTorch.

Needs python3-torch, python3-skimage and python3-numpy as Debian ships them (torch 1.13); the tests themselves need only the files:

    python3 tests/ActorColorize.Model.Tests/scripts/make_fixtures.py

Weights and pictures are made by an integer formula that FormulaNumbers.cs repeats, so that the files hold results only.
Everything is computed in double precision.
"""
import json
import pathlib

import numpy as np
import skimage
import skimage.color
import torch
import torch.nn as nn
import torch.nn.functional as F

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
BINS = 324
CHANNELS = [16, 16, 32, 32, 16, 16, 32, 16]
CONVOLUTIONS = [2, 2, 3, 3, 3, 3, 3, 3]
SIDE = 32
BATCH = 4
STEPS = 3
LEARNING_RATE = 1e-3
CLIP = 1.0
EPSILON = 1e-3  # not 1e-8: gradients of rounding noise must not be blown up to whole steps, or no two programs agree
SAMPLES = 64  # about as many elements of each tensor are written down, evenly spaced


def formula(name, count):
    """Numbers in [-1, 1): FNV-1a of the name, plus the index, through the finalizer of MurmurHash3."""
    seed = 2166136261
    for letter in name.encode():
        seed = ((seed ^ letter) * 16777619) & 0xFFFFFFFF
    x = (np.arange(count, dtype=np.uint64) * 2654435761 + seed) & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = ((x ^ (x >> shift)) * factor) & 0xFFFFFFFF
    x = x ^ (x >> 16)
    return x.astype(np.float64) / 2.0**31 - 1.0


def pictures():
    noise = formula("pictures", BATCH * SIDE * SIDE * 3)
    return np.floor((noise + 1) * 128).astype(np.uint8).reshape(BATCH, SIDE, SIDE, 3)


def prior_counts():
    """Pixels per bin; every fifth bin never occurs."""
    counts = np.floor((formula("prior", BINS) + 1.0) * 5000).astype(np.int64)
    counts[::5] = 0
    return counts


def class_weights(counts):
    return -np.log(np.maximum(counts, 1) / counts.sum())


class Network(nn.Module):
    """The published layers with other channels, written from their table."""

    def __init__(self):
        super().__init__()
        previous = 1
        for group in range(8):
            layers = []
            for i in range(CONVOLUTIONS[group]):
                stride = 2 if group < 3 and i == CONVOLUTIONS[group] - 1 else 1
                dilation = 2 if group in (4, 5) else 1
                if group == 7 and i == 0:
                    layers.append(nn.ConvTranspose2d(previous, CHANNELS[group], 4, stride=2, padding=1))
                else:
                    layers.append(nn.Conv2d(previous, CHANNELS[group], 3, stride=stride, padding=dilation, dilation=dilation))
                layers.append(nn.ReLU())
                previous = CHANNELS[group]
            layers.append(nn.BatchNorm2d(previous) if group < 7 else nn.Conv2d(previous, BINS, 1))
            setattr(self, f"model{group + 1}", nn.Sequential(*layers))

    def forward(self, lightness):
        x = (lightness - 50) / 100
        for group in range(8):
            x = getattr(self, f"model{group + 1}")(x)
        return x


def fill(network):
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            numbers = formula(name, tensor.numel()).astype(np.float64)
            if name.endswith(("running_var",)):
                numbers = 1 + 0.25 * numbers
            elif tensor.dim() == 4:
                transposed = name == "model8.0.weight"
                fan_in = tensor.shape[0] * 4 if transposed else tensor.shape[1] * tensor.shape[2] * tensor.shape[3]
                numbers = numbers * np.sqrt(6.0 / fan_in)
            elif name.endswith("weight"):
                numbers = 1 + 0.25 * numbers
            elif name.endswith("bias"):
                numbers = 0.25 + 0.25 * numbers  # above 0, so that no channel is dead behind its ReLU
            else:
                numbers = 0.25 * numbers
            tensor.copy_(torch.from_numpy(numbers.astype(np.float32).astype(np.float64)).reshape(tensor.shape))


def sample(tensor):
    return [float(f"{v:.7g}") for v in tensor.detach().reshape(-1)[:: max(1, tensor.numel() // SAMPLES)]]


def trained(lightness, target, weights, micro_batch):
    """STEPS steps of Adam with clipping on the same batch; what each of them gives, and the state at the end."""
    network = Network().double()
    fill(network)
    network.train()
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, eps=EPSILON)
    steps = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss_sum = 0.0
        for first in range(0, BATCH, micro_batch):
            logits = network(lightness[first : first + micro_batch])
            loss = F.cross_entropy(logits, target[first : first + micro_batch], weight=weights, reduction="sum")
            (loss / target.numel()).backward()
            loss_sum += float(loss)
        norm = float(nn.utils.clip_grad_norm_(network.parameters(), CLIP))
        optimizer.step()
        steps.append(
            {
                "lossSum": loss_sum,
                "lossPerPixel": loss_sum / target.numel(),
                "weightedMean": loss_sum / float(weights[target].sum()),
                "gradientNorm": norm,
            }
        )
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    moments = {}
    for parameter, state in optimizer.state.items():
        moments["exp_avg." + names[id(parameter)]] = sample(state["exp_avg"])
        moments["exp_avg_sq." + names[id(parameter)]] = sample(state["exp_avg_sq"])
    model = {name: sample(tensor) for name, tensor in network.state_dict().items() if not name.endswith("num_batches_tracked")}
    return {"microBatch": micro_batch, "steps": steps, "model": model, "optimizer": moments}


def lab_fixture():
    corners = np.array([[r, g, b] for r in (0, 255) for g in (0, 255) for b in (0, 255)])
    dark = np.array([[v, v, v] for v in range(0, 16)] + [[v, 0, 15 - v] for v in range(0, 16)])
    noise = np.floor((formula("colours", 472 * 3) + 1) * 128).reshape(-1, 3)
    rgb = np.concatenate([corners, dark, noise]).astype(np.uint8)
    lab = skimage.color.rgb2lab(rgb[None].astype(np.float64) / 255)[0]
    return {
        "source": f"scikit-image {skimage.__version__}",
        "rgb": rgb.reshape(-1).tolist(),
        "lab": [round(float(v), 6) for v in lab.reshape(-1)],
    }


def network_fixture():
    rgb = pictures()
    lab = skimage.color.rgb2lab(rgb.astype(np.float64) / 255)
    lightness = torch.from_numpy(lab[..., 0])[:, None].double()
    ab = lab[:, 2::4, 2::4, 1:]
    cells = np.clip(np.floor((ab + 110) / (220 / 18)), 0, 17).astype(np.int64)
    target = torch.from_numpy(cells[..., 0] * 18 + cells[..., 1])
    weights = torch.from_numpy(class_weights(prior_counts()))
    network = Network().double()
    fill(network)
    network.eval()
    with torch.no_grad():
        logits = network(lightness)
    return {
        "source": f"PyTorch {torch.__version__}, scikit-image {skimage.__version__}",
        "bins": BINS,
        "channels": CHANNELS,
        "convolutions": CONVOLUTIONS,
        "side": SIDE,
        "batch": BATCH,
        "samples": SAMPLES,
        "learningRate": LEARNING_RATE,
        "gradientClip": CLIP,
        "epsilon": EPSILON,
        "priorTotal": int(prior_counts().sum()),
        "target": target.reshape(-1).tolist(),
        "evaluation": {"logits": sample(logits), "lossSum": float(F.cross_entropy(logits, target, weight=weights, reduction="sum"))},
        "training": [trained(lightness, target, weights, micro_batch) for micro_batch in (BATCH, BATCH // 2)],
    }


def write(name, fixture):
    text = json.dumps(fixture, separators=(",", ":"))
    (FOLDER / name).write_text(text.replace('],"', '],\n"') + "\n")
    print(name, len(text), "bytes")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    write("lab.json", lab_fixture())
    write("network.json", network_fixture())
