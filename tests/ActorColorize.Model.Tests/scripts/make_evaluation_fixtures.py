#!/usr/bin/env python3
"""Writes Evaluation/Fixtures/evaluation.json, ciede2000.json and jackknife.json: small pictures, predictions and what other
software measures on them.

Nothing of the project is used. RGB and Lab, CIEDE2000 and PSNR are scikit-image's, bilinear enlargement is PyTorch's; AuC, its
rebalanced form, the smoothed prior and colorfulness are written out from their definitions, threshold by threshold and bin by
bin. The pairs of Sharma, Wu and Dalal (2005) are read from the table that scikit-image ships with its tests.

Run with Debian's python3 (python3-skimage, python3-torch):  /usr/bin/python3 scripts/make_evaluation_fixtures.py
"""
import base64
import json
import os
import sys

import numpy as np
import skimage.color
import skimage.metrics
import torch

COUNT, HEIGHT, WIDTH, BINS_PER_SIDE, SIGMA = 5, 24, 32, 18, 5.0
CONSTANT_COLOR = [8, -5]  # what the mean-colour baseline paints with; far from grey, so that it is told apart from it
LABELS = [0, 2, 0, -1, 2]  # one picture has none, and no picture is of category 1
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Evaluation", "Fixtures")


def pictures(generator):
    """Soft patches of colour with some noise, neither dark nor near the edge of the gamut, so that any mix of lightness and
    colours of two of them has non-negative XYZ (scikit-image clips those, the project does not)."""
    coarse = torch.tensor(generator.uniform(70, 185, size=(COUNT, 3, 3, 4)))
    smooth = torch.nn.functional.interpolate(coarse, size=(HEIGHT, WIDTH), mode="bicubic", align_corners=False).numpy()
    noisy = smooth + generator.normal(0, 6, size=smooth.shape)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8).transpose(0, 2, 3, 1)


def painted(lightness, ab):
    """The 8-bit picture with this lightness and these colours."""
    lab = np.concatenate([lightness[..., None], ab], axis=-1)
    xyz_z = (lab[..., 0] + 16) / 116 - lab[..., 2] / 200
    assert xyz_z.min() > 0, "scikit-image would clip Z"
    return np.rint(np.clip(skimage.color.lab2rgb(lab), 0, 1) * 255).astype(np.uint8)


def colorfulness(rgb):
    red, green, blue = (rgb[..., channel].astype(np.float64) for channel in range(3))
    opponent = red - green, 0.5 * (red + green) - blue
    return np.sqrt(sum(plane.var() for plane in opponent)) + 0.3 * np.sqrt(sum(plane.mean() ** 2 for plane in opponent))


def smoothed(shares, centers):
    result = np.zeros_like(shares)
    for share, center in zip(shares, centers):
        kernel = np.exp(-np.sum((centers - center) ** 2, axis=1) / (2 * SIGMA**2))
        result += share * kernel / kernel.sum()
    return result


def measures(truth_rgb, truth_lab, predicted_ab, weights):
    curve, weighted_curve, aucs, weighted_aucs, psnr, difference, colorful, true_colorful = [], [], [], [], [], [], [], []
    distance = np.sqrt(np.sum((truth_lab[..., 1:] - predicted_ab) ** 2, axis=-1))
    met = np.stack([distance <= t for t in range(151)])
    for step in met:
        curve.append(step.mean())
        weighted_curve.append((step * weights).sum() / weights.sum())
    for index in range(len(truth_rgb)):
        ours = painted(truth_lab[index, ..., 0], predicted_ab[index])
        aucs.append(100 * met[:, index].mean())
        weighted_aucs.append(100 * np.mean([(step[index] * weights[index]).sum() / weights[index].sum() for step in met]))
        psnr.append(skimage.metrics.peak_signal_noise_ratio(truth_rgb[index], ours, data_range=255))
        difference.append(skimage.color.deltaE_ciede2000(truth_lab[index], skimage.color.rgb2lab(ours)).mean())
        colorful.append(colorfulness(ours))
        true_colorful.append(colorfulness(truth_rgb[index]))
    return (
        {
            "auc": 100 * np.mean(curve),
            "auc_rebalanced": 100 * np.mean(weighted_curve),
            "psnr": np.mean(psnr),
            "ciede2000": np.mean(difference),
            "colorfulness": np.mean(colorful),
            "colorfulness_gap": np.mean(np.abs(np.array(colorful) - true_colorful)),
            "colorfulness_difference": np.mean(colorful) - np.mean(true_colorful),
        },
        {
            "auc": aucs,
            "auc_rebalanced": weighted_aucs,
            "psnr": psnr,
            "ciede2000": difference,
            "colorfulness": colorful,
            "colorfulness_truth": true_colorful,
        },
        {"raw": curve, "rebalanced": weighted_curve},
    )


def plane(ab):
    """Cells of width 2 over [-110, 110) in both directions that hold a pixel: a, b, how many."""
    edges = np.arange(-110, 111, 2)
    counts, _, _ = np.histogram2d(ab[..., 0].ravel(), ab[..., 1].ravel(), bins=(edges, edges))
    return [[int(a), int(b), int(counts[a, b])] for a, b in zip(*np.nonzero(counts))]


def chroma(cells, step, steps):
    """Share of the pixels by the chroma of their cell's middle."""
    shares = np.zeros(steps)
    for a, b, count in cells:
        shares[min(steps - 1, int(np.hypot(a * 2 - 109, b * 2 - 109) // step))] += count
    return shares / shares.sum()


def evaluation():
    generator = np.random.default_rng(20160328)
    rgb = pictures(generator)
    lab = skimage.color.rgb2lab(rgb)
    coarse = torch.nn.functional.interpolate(torch.tensor(lab[..., 1:].transpose(0, 3, 1, 2)), size=(HEIGHT // 4, WIDTH // 4), mode="area")
    coarse = (coarse * 0.8 + torch.tensor(generator.normal(0, 4, size=coarse.shape))).to(torch.float32)
    full = (
        torch.nn.functional.interpolate(coarse.double(), size=(HEIGHT, WIDTH), mode="bilinear", align_corners=False)
        .numpy()
        .transpose(0, 2, 3, 1)
    )

    cell = 220 / BINS_PER_SIDE
    axis = (np.arange(BINS_PER_SIDE) + 0.5) * cell - 110
    centers = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    counts = np.rint(1e6 * np.exp(-np.sum(centers**2, axis=1) / (2 * 22.0**2))).astype(np.int64)
    counts[::7] = 0
    prior = np.maximum(smoothed(counts / counts.sum(), centers), 1 / counts.sum())
    cells = np.clip(np.floor((lab[..., 1:] + 110) / cell), 0, BINS_PER_SIDE - 1).astype(int)
    weights = (1 / prior)[cells[..., 0] * BINS_PER_SIDE + cells[..., 1]]

    # Of every fourth pixel of the pictures' left squares.
    mean_color = lab[:, :HEIGHT:4, :HEIGHT:4, 1:].reshape(-1, 2).mean(axis=0)
    model, per_picture, curve = measures(rgb, lab, full, weights)
    grey, grey_per_picture, grey_curve = measures(rgb, lab, np.zeros_like(full), weights)
    random, _, random_curve = measures(rgb, lab, np.roll(lab[..., 1:], 1, axis=0), weights)
    mean, _, mean_curve = measures(rgb, lab, np.broadcast_to(CONSTANT_COLOR, full.shape), weights)
    true_plane = plane(lab[..., 1:])

    def category(label):
        chosen = [index for index in range(COUNT) if LABELS[index] == label]
        parts = rgb[chosen], lab[chosen]
        return {
            "label": label,
            "pictures": len(chosen),
            "model": measures(*parts, full[chosen], weights[chosen])[0],
            "grey": measures(*parts, np.zeros_like(full[chosen]), weights[chosen])[0],
            "truth_colorfulness": float(np.mean([colorfulness(picture) for picture in rgb[chosen]])),
        }

    return {
        "count": COUNT,
        "height": HEIGHT,
        "width": WIDTH,
        "rgb": base64.b64encode(rgb.tobytes()).decode(),
        "ab": base64.b64encode(coarse.numpy().tobytes()).decode(),
        "counts": counts.tolist(),
        "weights": (1 / prior).tolist(),
        "mean_color": mean_color.tolist(),
        "constant_color": CONSTANT_COLOR,
        "labels": LABELS,
        "model": model,
        "grey": grey,
        "random": random,
        "mean": mean,
        "pictures": per_picture,
        "grey_pictures": grey_per_picture,
        "curves": {"model": curve, "grey": grey_curve, "random": random_curve, "mean": mean_curve},
        "planes": {"model": plane(full), "truth": true_plane},
        "true_chroma": chroma(true_plane, 4, 8).tolist(),
        "categories": [category(0), category(2)],
        "truth_colorfulness": float(np.mean([colorfulness(picture) for picture in rgb])),
        "enlarged_first_row": full[0, 0, :, 0].tolist(),
    }


def jackknife():
    """Weighted mean and its standard error, every leave-one-out mean computed anew."""
    generator = np.random.default_rng(1958)
    values, weights = generator.normal(2, 5, 40), generator.lognormal(0, 2, 40)
    without = np.array([np.average(np.delete(values, i), weights=np.delete(weights, i)) for i in range(len(values))])
    error = np.sqrt((len(values) - 1) * without.var())
    return {"values": values.tolist(), "weights": weights.tolist(), "mean": np.average(values, weights=weights), "standard_error": error}


def sharma():
    import skimage.color.tests as tests

    pairs = []
    with open(os.path.join(os.path.dirname(tests.__file__), "ciede2000_test_data.txt"), encoding="ascii") as table:
        for line in table:
            if line.startswith("#") or not line.strip():
                continue
            values = line.replace("\t", " ").split()
            # pair 1 L1 a1 b1 a'1 C'1 h'1 hmean G T SL SC SH RT dE 2 L2 a2 b2 a'2 C'2 h'2
            pairs.append([float(value) for value in values[2:5] + values[17:20] + [values[15]]])
    assert len(pairs) == 34
    return pairs


def write(name, content):
    with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as file:
        json.dump(content, file, default=float)
        file.write("\n")


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    write("evaluation.json", evaluation())
    write("ciede2000.json", sharma())
    write("jackknife.json", jackknife())
    print(
        "written to",
        os.path.normpath(FOLDER),
        "by",
        sys.version.split()[0],
        "numpy",
        np.__version__,
        "skimage",
        skimage.__version__,
        "torch",
        torch.__version__,
    )
