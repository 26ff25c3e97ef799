#!/usr/bin/env python3
"""Makes a set of pictures to measure the rule for monochrome pictures with.

Usage: make_tone_set.py OUT PHOTOGRAPHS... (folders of colour photographs; needs Pillow and NumPy)

OUT/monochrome: each photograph in one tone, on a material, with border, stain, stamp or fault, at several JPEG qualities.
OUT/color: photographs as they are and at 60 to 20 percent of their saturation. Photographs of one hue, which nobody could tell from a tone,
are left out: on a tenth of the area the colour has to be 20 levels or more away from the main hue.
The same arguments and the same seed (the environment's SEED, 1 if there is none) give the same pictures.
"""
import os
import random
import sys

import numpy as np
from PIL import Image, ImageDraw

TONED = 360
COLORED = 400


def luma(rgb):
    return rgb @ np.array([0.299, 0.587, 0.114])


def mix(grey, dark, middle, light):
    """A tone by three colours: black, middle grey and white become these."""
    g = grey[..., None] / 255.0
    dark, middle, light = (np.array(c, float) for c in (dark, middle, light))
    lower = dark + (middle - dark) * np.clip(g * 2, 0, 1)
    return np.where(g < 0.5, lower, middle + (light - middle) * np.clip(g * 2 - 1, 0, 1))


TONES = {
    "grey": lambda g: mix(g, (0, 0, 0), (128, 128, 128), (255, 255, 255)),
    "css-sepia": lambda g: np.clip(g[..., None] * np.array([1.351, 1.203, 0.937]), 0, 255),
    "sepia": lambda g: mix(g, (20, 10, 0), (150, 120, 85), (255, 245, 225)),
    "middle-toned": lambda g: mix(g, (0, 0, 0), (148, 124, 96), (255, 255, 255)),
    "selenium": lambda g: mix(g, (18, 8, 16), (132, 124, 130), (252, 252, 252)),
    "cyanotype": lambda g: mix(g, (10, 30, 70), (95, 130, 165), (240, 246, 250)),
    "split-tone": lambda g: mix(g, (10, 14, 34), (126, 124, 124), (255, 244, 222)),
    "faded": lambda g: mix(g, (70, 55, 40), (150, 132, 108), (225, 212, 188)),
    "albumen": lambda g: mix(g, (50, 28, 20), (150, 112, 92), (244, 228, 196)),
    "warm-black": lambda g: mix(g, (12, 10, 8), (132, 128, 122), (250, 248, 243)),
}
PAPERS = {"white": (255, 255, 255), "cream": (250, 240, 215), "yellowed": (240, 222, 178), "bluish": (240, 244, 252)}
MOUNTS = [(255, 255, 255), (120, 90, 60), (70, 60, 55), (225, 205, 165), (150, 150, 145), (30, 30, 30)]
STAMPS = [(200, 40, 60), (60, 70, 170), (110, 60, 140), (40, 120, 70)]


def toned(photograph, index, rng):
    names = list(TONES)
    name = names[index % len(names)]
    rgb = np.asarray(photograph, float)
    out = TONES[name](luma(rgb))
    paper = rng.choice(list(PAPERS))
    out = out * np.array(PAPERS[paper]) / 255.0
    height, width = out.shape[:2]
    yy, xx = np.mgrid[0:height, 0:width]
    faults = []
    if rng.random() < 0.25:  # fading from one side
        a, b = rng.uniform(-1, 1), rng.uniform(-1, 1)
        slope = (a * xx / width + b * yy / height)[..., None]
        out = out * (1 + slope * np.array([0.01, -0.015, -0.06]))
        faults.append("gradient")
    if rng.random() < 0.25:  # a stain
        cx, cy, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.12, 0.4) * min(width, height)
        weight = np.exp(-((((xx - cx) ** 2 + (yy - cy) ** 2) / r**2) ** rng.choice([1, 3])))[..., None]
        out = out * (1 - weight * np.array([0.05, 0.12, 0.3]) * rng.uniform(0.3, 1))
        faults.append("stain")
    if rng.random() < 0.3:  # scratches and dust
        for _ in range(20):
            x, y = rng.randrange(width), rng.randrange(height)
            out[y : y + 2, x : x + 12] = rng.choice([20, 245])
        faults.append("dust")
    if rng.random() < 0.25:
        channel = rng.choice([0, 2])
        out[..., channel] = np.roll(out[..., channel], rng.choice([-1, 1]), axis=rng.choice([0, 1]))
        faults.append("misregistered")
    if rng.random() < 0.4:  # mounted
        edge = int(rng.uniform(0.03, 0.14) * min(width, height))
        mount = np.array(rng.choice(MOUNTS), float)
        framed = np.empty((height + 2 * edge, width + 2 * edge, 3))
        framed[:] = mount
        framed[edge:-edge, edge:-edge] = out
        out = framed
        faults.append("mount")
    image = Image.fromarray(
        np.uint8(
            np.clip(
                np.round(out + np.random.default_rng(index + 1000 * rng.randrange(1000)).normal(0, rng.uniform(0, 3), out.shape)), 0, 255
            )
        )
    )
    if rng.random() < 0.2:
        draw = ImageDraw.Draw(image)
        w, h = image.size
        r = rng.uniform(0.05, 0.09) * min(w, h)
        cx, cy = rng.uniform(r, w - r), rng.uniform(r, h - r)
        draw.ellipse([cx - r, cy - r, cx + r, cy + r], outline=rng.choice(STAMPS), width=max(2, int(r / 6)))
        draw.text((cx - r / 2, cy - 5), "ARCHIV", fill=rng.choice(STAMPS))
        faults.append("stamp")
    return image, f"{name}-{paper}-" + ("+".join(faults) or "plain")


def saturated(photograph, share):
    rgb = np.asarray(photograph, float)
    grey = luma(rgb)[..., None]
    return Image.fromarray(np.uint8(np.clip(np.round(grey + share * (rgb - grey)), 0, 255)))


def has_color(photograph):
    """Whether a tenth of the area is more than 20 levels away from the photograph's main hue."""
    small = np.asarray(photograph.resize((96, 96)), float)
    u, v = small[..., 0] - small[..., 1], (small[..., 0] + small[..., 1]) / 2 - small[..., 2]
    angle = np.arctan2(v.mean(), u.mean())
    return (abs(-np.sin(angle) * u + np.cos(angle) * v) > 20).mean() >= 0.1


def photographs(folders):
    for folder in folders:
        for root, folders_below, files in os.walk(folder):
            folders_below.sort()
            for file in sorted(files):
                if file.lower().endswith((".jpg", ".jpeg")):
                    yield os.path.join(root, file)


def main():
    out, folders = sys.argv[1], sys.argv[2:]
    rng = random.Random(int(os.environ.get("SEED", "1")))
    files = list(photographs(folders[:1]))
    others = [f for folder in folders[1:] for f in rng.sample(list(photographs([folder])), 120)]
    os.makedirs(f"{out}/monochrome", exist_ok=True)
    os.makedirs(f"{out}/color", exist_ok=True)
    for i in range(TONED):
        photograph = Image.open(files[i % len(files)]).convert("RGB")
        image, name = toned(photograph, i, rng)
        image.save(f"{out}/monochrome/{i:03}-{name}.jpg", quality=rng.choice([50, 75, 85, 95]))
    made = 0
    candidates = [file for file in files + others if has_color(Image.open(file).convert("RGB"))]
    while made < COLORED:
        file = candidates[made] if made < len(candidates) else rng.choice(candidates)
        photograph = Image.open(file).convert("RGB")
        share = rng.choice([1, 0.6, 0.4, 0.3, 0.25, 0.2])
        saturated(photograph, share).save(
            f"{out}/color/{made:03}-{int(share * 100):03}-{os.path.basename(file)}", quality=rng.choice([75, 85, 95])
        )
        made += 1


main()
