"""Perceptron.swift in PyTorch."""
import torch
from torch import nn
from torch.nn import functional as F

from peer_networks import steps


def step(runtime, variant, workload):
    steps.prepare()
    model = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    x, y = torch.rand(128, 784), torch.randint(0, 10, (128,))
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
    return steps.training(variant, model, (x,), lambda scores: F.cross_entropy(scores, y), optimizer)
