#!/usr/bin/env python3
"""Fits the trees that tell monochrome photographs from colour ones, and measures them.

Usage: fit_tone_trees.py TREES FIGURES... --photographs FIGURES... [--measure FIGURES...]   (needs NumPy and scikit-learn)

TREES is written: src/ActorColorize.Imaging/Tones/tone-trees.txt. FIGURES are what `ActorColorize.Benchmarks --only tones --figures` writes,
a line for each picture: path, answer, score, figures. The first ones are of sets of make_tone_set.py, which leaves photographs of one hue
out; --photographs names those of colour photographs as they come, of which grey ones are ignored; --measure those of sets to measure only.
The same files give the same trees.
"""
import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

MONOCHROME, COLOR = -3.0, 0.5  # the bounds of ToneRule


def load(names):
    rows = [line.rstrip("\n").split("\t") for name in names for line in open(name)]
    figures = np.array([[float(value) for value in row[3:]] for row in rows])
    return figures, np.array(["/color/" in row[0] for row in rows])


def nodes_of(nodes, at=0):
    node = nodes[at]
    if node["is_leaf"]:
        return [f"{node['value']:.5g}"]
    split = f"{node['feature_idx']}<{node['num_threshold']:.6g}"
    return [split] + nodes_of(nodes, node["left"]) + nodes_of(nodes, node["right"])


def measure(name, score, color):
    monochrome = ~color
    print(
        f"{name}: monochrome {np.mean(score[monochrome] > COLOR):.2%} wrong, color {np.mean(score[color] < MONOCHROME):.2%} wrong, "
        f"doubtful {np.mean((score >= MONOCHROME) & (score <= COLOR)):.2%}"
    )


def main():
    lists = {"": [], "--photographs": [], "--measure": []}
    current = ""
    for argument in sys.argv[2:]:
        if argument in lists:
            current = argument
        else:
            lists[current].append(argument)
    trees, fitted, tested = sys.argv[1], lists[""], lists["--measure"]
    figures, color = load(fitted)
    weights = np.where(color, 0.5 / np.mean(color), 0.5 / np.mean(~color))
    photographs, _ = load(lists["--photographs"])
    photographs = photographs[photographs[:, 0] > np.log(2 + 0.05)]  # mean chroma
    model = HistGradientBoostingClassifier(
        max_iter=400, learning_rate=0.05, max_leaf_nodes=16, l2_regularization=5, min_samples_leaf=40, early_stopping=False, random_state=1
    ).fit(
        np.concatenate([figures, photographs]),
        np.concatenate([color, np.ones(len(photographs), bool)]),
        sample_weight=np.concatenate([weights, np.ones(len(photographs))]),
    )
    with open(trees, "w") as file:
        file.write(f"{float(model._baseline_prediction):.5g}\n")
        for (predictor,) in model._predictors:
            file.write(" ".join(nodes_of(predictor.nodes)) + "\n")
    for name in [*fitted, *tested]:
        others, truth = load([name])
        measure(name.split("/")[-1], model.decision_function(others), truth)


main()
