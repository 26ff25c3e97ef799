#!/usr/bin/env python3
"""Writes Fixtures/residual.json: what PyTorch computes for a network with residual connections.

Needs what make_fixtures.py needs; the tests themselves need only the file:

    python3 tests/ActorColorize.Model.Tests/scripts/make_residual_fixture.py

Each convolution whose output has the shape of its input adds its input to it, behind the ReLU.
"""
import skimage.color
import torch
import torch.nn as nn

from make_fixtures import Network, fill, pictures, sample, write


class ResidualNetwork(Network):
    def forward(self, lightness):
        x = (lightness - 50) / 100
        for group in range(8):
            layers = list(getattr(self, f"model{group + 1}"))
            for i in range(0, len(layers) - 1, 2):
                y = layers[i + 1](layers[i](x))
                x = x + y if isinstance(layers[i], nn.Conv2d) and y.shape == x.shape else y
            x = layers[-1](x)
        return x


def main():
    lab = skimage.color.rgb2lab(pictures().astype("float64") / 255)
    network = ResidualNetwork().double()
    fill(network)
    network.eval()
    with torch.no_grad():
        logits = network(torch.from_numpy(lab[..., 0])[:, None].double())
    write("residual.json", {"source": f"PyTorch {torch.__version__}, scikit-image {skimage.__version__}", "logits": sample(logits)})


if __name__ == "__main__":
    main()
