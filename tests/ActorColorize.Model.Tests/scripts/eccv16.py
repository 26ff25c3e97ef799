"""The published network (Zhang, Isola and Efros, Colorful Image Colorization, ECCV 2016) in PyTorch, written from its table of
layers, with any channels and bins."""
import torch
import torch.nn as nn
import torch.nn.functional as F

PUBLISHED = [64, 128, 256, 512, 512, 512, 512, 256]
CONVOLUTIONS = [2, 2, 3, 3, 3, 3, 3, 3]
BINS = 313


def in_gamut_points():
    """The 313 points of a grid of step 10 that lie in the sRGB gamut, a-major."""
    ranges = {
        -90: (50, 90),
        -80: (20, 90),
        -70: (0, 90),
        -60: (-20, 90),
        -50: (-30, 100),
        -40: (-40, 100),
        -30: (-50, 100),
        -20: (-50, 100),
        -10: (-60, 100),
        0: (-70, 100),
        10: (-80, 90),
        20: (-80, 90),
        30: (-90, 90),
        40: (-100, 90),
        50: (-100, 80),
        60: (-110, 80),
        70: (-110, 80),
        80: (-110, 70),
        90: (-110, 70),
        100: (-90, 0),
    }
    points = [(a, b) for a, (first, last) in ranges.items() for b in range(first, last + 1, 10)]
    assert len(points) == BINS
    return torch.tensor(points, dtype=torch.float32)


class Eccv16(nn.Module):
    def __init__(self, channels=PUBLISHED, bins=BINS):
        super().__init__()
        previous = 1
        for group in range(8):
            layers = []
            for i in range(CONVOLUTIONS[group]):
                stride = 2 if group < 3 and i == CONVOLUTIONS[group] - 1 else 1
                dilation = 2 if group in (4, 5) else 1
                if group == 7 and i == 0:
                    layers.append(nn.ConvTranspose2d(previous, channels[group], 4, stride=2, padding=1))
                else:
                    layers.append(nn.Conv2d(previous, channels[group], 3, stride=stride, padding=dilation, dilation=dilation))
                layers.append(nn.ReLU())
                previous = channels[group]
            layers.append(nn.BatchNorm2d(previous) if group < 7 else nn.Conv2d(previous, bins, 1))
            setattr(self, f"model{group + 1}", nn.Sequential(*layers))
        self.model_out = nn.Conv2d(bins, 2, 1, bias=False)

    def forward(self, lightness):
        x = (lightness - 50) / 100
        for group in range(8):
            x = getattr(self, f"model{group + 1}")(x)
        return F.interpolate(self.model_out(x.softmax(1)), scale_factor=4, mode="bilinear", align_corners=False) * 110


def random_network(seed, channels=PUBLISHED, bins=BINS):
    """Random weights and statistics that give vivid colours, which differ from place to place; colours of the bins as published."""
    torch.manual_seed(seed)
    network = Eccv16(channels, bins)
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if name.endswith("num_batches_tracked"):
                tensor.fill_(seed)
            elif name.endswith("running_var") or (name.endswith("weight") and tensor.dim() == 1):
                tensor.uniform_(0.75, 1.25)
            elif name.endswith("running_mean"):
                tensor.uniform_(-0.25, 0.25)
            elif name.endswith("bias"):
                tensor.uniform_(0, 0.5)  # above 0, so that no channel is dead behind its ReLU
            elif name == "model_out.weight":
                tensor.copy_((in_gamut_points().t() / 110).reshape(tensor.shape))
            else:
                fan_in = tensor.shape[0] * 4 if name == "model8.0.weight" else tensor[0].numel()
                tensor.uniform_(-1, 1).mul_((6.0 / fan_in) ** 0.5)
    return network.eval()
