"""BERT.swift in PyTorch and onnxruntime: base size, one text of 128 words."""
import torch
from torch import nn

from peer_networks import steps
from peer_networks.blocks import PostNormBlock

VOCABULARY, FEATURES, LAYERS, HEADS = 30522, 768, 12, 12


class BERT(nn.Module):
    def __init__(self):
        super().__init__()
        self.symbols, self.positions = nn.Embedding(VOCABULARY, FEATURES), nn.Embedding(512, FEATURES)
        self.segments = nn.Embedding(2, FEATURES)
        self.norm = nn.LayerNorm(FEATURES, eps=1e-12)
        self.blocks = nn.Sequential(*(PostNormBlock(FEATURES, HEADS) for _ in range(LAYERS)))

    def forward(self, x, segments):
        places = self.positions(torch.arange(x.shape[1]))
        return self.blocks(self.norm(self.symbols(x) + places + self.segments(segments)))


def step(runtime, variant, workload):
    steps.prepare()
    inputs = torch.randint(0, VOCABULARY, (1, 128)), torch.zeros(1, 128, dtype=torch.long)
    if runtime == "onnxruntime":
        return steps.onnx_inference(BERT(), inputs)
    return steps.inference(variant, BERT(), inputs)
