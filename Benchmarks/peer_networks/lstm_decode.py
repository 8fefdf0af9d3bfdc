"""CharacterWriting.swift in PyTorch and onnxruntime: 256 characters, one at a time, the likeliest each time."""
import numpy
import torch
from torch import nn
from torch.nn import functional as F

from peer_networks import steps

VOCABULARY, UNITS, LAYERS, CHARACTERS = 65, 512, 2, 256


class Characters(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent = nn.LSTM(VOCABULARY, UNITS, LAYERS, batch_first=True)
        self.output = nn.Linear(UNITS, VOCABULARY)

    def forward(self, character, h, c):
        x, (h, c) = self.recurrent(F.one_hot(character, VOCABULARY).float(), (h, c))
        return self.output(x).argmax(-1), h, c


class Cells(nn.Module):
    """The same with one cell a layer, which has less to do for a single step."""

    def __init__(self):
        super().__init__()
        self.cells = nn.ModuleList([nn.LSTMCell(VOCABULARY, UNITS), nn.LSTMCell(UNITS, UNITS)])
        self.output = nn.Linear(UNITS, VOCABULARY)

    def forward(self, character, h, c):
        x, states = F.one_hot(character[0], VOCABULARY).float(), []
        for layer, cell in enumerate(self.cells):
            states.append(cell(x, (h[layer], c[layer])))
            x = states[-1][0]
        h, c = (torch.stack(values) for values in zip(*states))
        return self.output(x).argmax(-1, keepdim=True), h, c


def step(runtime, variant, workload):
    steps.prepare()
    model = (Cells() if variant == "cells" else Characters()).eval()
    first = torch.zeros(1, 1, dtype=torch.long), *(torch.zeros(LAYERS, 1, UNITS) for _ in range(2))
    if runtime == "onnxruntime":
        names = ["character", "h", "c"]
        session = steps.onnx_session(model, first, input_names=names, output_names=["next", "h1", "c1"])

        def write():
            values = [numpy.ascontiguousarray(x.numpy()) for x in first]
            for _ in range(CHARACTERS):
                values = session.run(None, dict(zip(names, values)))

        return write
    call = torch.compile(model) if variant == "compile" else model

    def write():
        values, written = first, []
        with torch.inference_mode():
            for _ in range(CHARACTERS):
                values = call(*values)
                written.append(int(values[0]))
        return written

    return write
