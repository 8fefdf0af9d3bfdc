"""VisionTransformer.swift in PyTorch: ViT-Ti for 32 × 32 pixels in patches of 4 × 4."""
import torch
from torch import nn
from torch.nn import functional as F

from peer_networks import steps
from peer_networks.blocks import PreNormBlock

FEATURES, LAYERS, HEADS, PLACES = 192, 12, 3, 65


class VisionTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, FEATURES, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, FEATURES) * 0.02)
        self.positions = nn.Parameter(torch.randn(PLACES, FEATURES) * 0.02)
        self.blocks = nn.ModuleList(PreNormBlock(FEATURES, HEADS) for _ in range(LAYERS))
        self.norm = nn.LayerNorm(FEATURES)
        self.head = nn.Linear(FEATURES, 10)

    def forward(self, images):
        x = self.patches(images).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.positions
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x[:, 0]))


def step(runtime, variant, workload):
    steps.prepare()
    model = steps.placed(variant, VisionTransformer())
    x, y = steps.placed(variant, torch.rand(32, 3, 32, 32)), torch.randint(0, 10, (32,))
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, fused=True)
    return steps.training(variant, model, (x,), lambda scores: F.cross_entropy(scores, y), optimizer)
