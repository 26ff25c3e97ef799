#!/usr/bin/env python3
"""Writes Fixtures/scenes.json: what PyTorch computes for a scene head.

Needs python3-torch as Debian ships it; the tests themselves need only the file:

    python3 tests/ActorColorize.Model.Tests/scripts/make_scene_fixtures.py
"""
import json

import torch
import torch.nn.functional as F

from make_fixtures import FOLDER, formula

CHANNELS, SCENES = 16, 3


def numbers(name, *shape):
    return torch.from_numpy(formula(name, torch.Size(shape).numel())).view(*shape).requires_grad_(True)


def main():
    features = numbers("scene features", 2, CHANNELS, 4, 4)
    hidden, hidden_bias = numbers("scene_head.hidden.weight", CHANNELS, CHANNELS), numbers("scene_head.hidden.bias", CHANNELS)
    score, score_bias = numbers("scene_head.score.weight", SCENES, CHANNELS), numbers("scene_head.score.bias", SCENES)
    hint, hint_bias = numbers("scene_head.hint.weight", CHANNELS, CHANNELS), numbers("scene_head.hint.bias", CHANNELS)

    inner = F.relu(F.linear(F.adaptive_avg_pool2d(features, 1).flatten(1), hidden, hidden_bias))
    scenes = F.linear(inner, score, score_bias)
    out = features + F.linear(inner, hint, hint_bias)[:, :, None, None]
    # The second picture has no label.
    loss = 0.25 * F.cross_entropy(scenes, torch.tensor([2, -1]), ignore_index=-1)
    loss.backward()
    (FOLDER / "scenes.json").write_text(
        json.dumps(
            {
                "by": f"torch {torch.__version__}",
                "scenes": scenes.flatten().tolist(),
                "features": out.flatten().tolist(),
                "loss": loss.item(),
                "scoreGradient": score.grad.flatten().tolist(),
            },
            separators=(",", ":"),
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
