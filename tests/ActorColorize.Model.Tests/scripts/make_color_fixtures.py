#!/usr/bin/env python3
"""Writes Fixtures/zhang.json: bins, soft targets, prior, weights and annealed mean of the rebalanced profile, computed with
NumPy and SciPy.

Needs python3-numpy, python3-scipy and python3-skimage as Debian ships them; the tests themselves need only the file:

    python3 tests/ActorColorize.Model.Tests/scripts/make_color_fixtures.py

The bins are the published list (pts_in_hull), written down row by row; that it holds every cell of the grid that an 8-bit sRGB
colour falls into is checked here. Numbers that are drawn come from seed 20161011.
"""
import json
import pathlib

import numpy as np
import scipy.spatial
import scipy.special
import skimage
import skimage.color

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
SIGMA = 5.0
LAMBDAS = [0.0, 0.5, 0.97]
TEMPERATURES = [0.38, 1.0]
ROWS = """-90:50..90 -80:20..90 -70:0..90 -60:-20..90 -50:-30..100 -40:-40..100 -30:-50..100 -20:-50..100 -10:-60..100 0:-70..100
10:-80..90 20:-80..90 30:-90..90 40:-100..90 50:-100..80 60:-110..80 70:-110..80 80:-110..70 90:-110..70 100:-90..0"""


def published_points():
    points = []
    for row in ROWS.split():
        a, span = row.split(":")
        first, last = span.split("..")
        points += [(int(a), b) for b in range(int(first), int(last) + 1, 10)]
    return np.array(points, dtype=np.float64)


def occurring_colors():
    """Every 8-bit sRGB colour with codes in steps of 3."""
    codes = np.arange(0, 256, 3, dtype=np.uint8)
    rgb = np.stack(np.meshgrid(codes, codes, codes, indexing="ij"), -1).reshape(1, -1, 3)
    return skimage.color.rgb2lab(rgb)[0, :, 1:]


def softmax(values, axis):
    return scipy.special.softmax(values, axis=axis)


def main():
    rng = np.random.default_rng(20161011)
    points = published_points()
    tree = scipy.spatial.cKDTree(points)

    ab = occurring_colors()
    assert {tuple(cell) for cell in np.round(ab / 10) * 10} <= {tuple(point) for point in points}
    sample = ab[rng.choice(len(ab), 200, replace=False)].astype(np.float32).astype(np.float64)
    encodings = {}
    for neighbours in (1, 5, 10):
        distance, index = tree.query(sample, k=[*range(1, neighbours + 1)])
        share = np.exp(-(distance**2) / (2 * SIGMA**2))
        share /= share.sum(1, keepdims=True)
        encodings[neighbours] = {"bins": index.tolist(), "shares": share.tolist()}

    counts = rng.integers(0, 100_000, len(points))
    counts[rng.choice(len(points), 90, replace=False)] = 0
    share = counts / counts.sum()
    squared = ((points[:, None] - points[None]) ** 2).sum(-1)
    kernel = np.exp(-squared / (2 * SIGMA**2))
    kernel /= kernel.sum(1, keepdims=True)
    smoothed = share @ kernel
    weights = {}
    for uniform in LAMBDAS:
        weight = 1 / ((1 - uniform) * smoothed + uniform / len(points))
        weights[uniform] = (weight / (smoothed * weight).sum()).tolist()

    logits = rng.normal(0, 2, (len(points), 6)).astype(np.float32).astype(np.float64)
    mean = {}
    for temperature in TEMPERATURES:
        mean[temperature] = (points.T @ softmax(logits / temperature, 0)).tolist()

    # What training under the weights of lambda 0.5 answers, brought to 0.97 and to 0.
    trained = np.array(weights[0.5])
    answer = softmax(logits, 0)
    shifted = {}
    for uniform in (0.0, 0.97):
        corrected = answer * (np.array(weights[uniform]) / trained)[:, None]
        shifted[uniform] = (corrected / corrected.sum(0)).tolist()

    (FOLDER / "zhang.json").write_text(
        json.dumps(
            {
                "by": f"numpy {np.__version__}, scipy {scipy.__version__}, scikit-image {skimage.__version__}",
                "points": points.astype(int).tolist(),
                "sample": sample.tolist(),
                "encodings": encodings,
                "counts": counts.tolist(),
                "smoothed": smoothed.tolist(),
                "weights": weights,
                "logits": logits.tolist(),
                "annealedMean": mean,
                "shifted": shifted,
            },
            separators=(",", ":"),
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
