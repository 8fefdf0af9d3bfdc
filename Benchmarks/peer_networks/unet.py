"""UNet.swift in PyTorch."""
import torch
from torch import nn
from torch.nn import functional as F

from peer_networks import steps

WIDTHS = [32, 64, 128, 256]


def double(inputs, outputs):
    layers = []
    for channels in (inputs, outputs):
        layers += [nn.Conv2d(channels, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList(double(*widths) for widths in zip([3] + WIDTHS, WIDTHS))
        self.enlarge = nn.ModuleList(nn.ConvTranspose2d(2 * width, width, 2, 2) for width in WIDTHS[-2::-1])
        self.up = nn.ModuleList(double(2 * width, width) for width in WIDTHS[-2::-1])
        self.output = nn.Conv2d(WIDTHS[0], 1, 1)

    def forward(self, x):
        carried = []
        for level, block in enumerate(self.down):
            x = block(x if level == 0 else F.max_pool2d(x, 2))
            carried.append(x)
        carried.pop()
        for enlarge, block in zip(self.enlarge, self.up):
            x = block(torch.cat([carried.pop(), enlarge(x)], 1))
        return self.output(x)


def step(runtime, variant, workload):
    steps.prepare()
    model = steps.placed(variant, UNet())
    x = steps.placed(variant, torch.rand(8, 3, 64, 64))
    y = steps.placed(variant, torch.rand(8, 1, 64, 64).round())
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
    return steps.training(
        variant, model, (x,), lambda scores: F.binary_cross_entropy_with_logits(scores, y), optimizer)
