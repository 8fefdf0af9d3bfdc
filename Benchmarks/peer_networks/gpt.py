"""GPT.swift in PyTorch and onnxruntime: training, and writing with kept keys and values.

Decoding: "eager" cuts what is there out of room for 256 places; "compile" looks at all of it under a mask, so that shapes stay;
onnxruntime gets keys and values of the past as inputs and gives them back longer.
"""
import numpy
import torch
from torch import nn
from torch.nn import functional as F

from peer_networks import steps
from peer_networks.blocks import PreNormBlock

VOCABULARY, PLACES, FEATURES, LAYERS, HEADS = 65, 256, 384, 6, 6


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.symbols, self.positions = nn.Embedding(VOCABULARY, FEATURES), nn.Embedding(PLACES, FEATURES)
        self.blocks = nn.ModuleList(PreNormBlock(FEATURES, HEADS) for _ in range(LAYERS))
        self.norm = nn.LayerNorm(FEATURES)
        self.output = nn.Linear(FEATURES, VOCABULARY, bias=False)

    def forward(self, x):
        x = self.symbols(x) + self.positions(torch.arange(x.shape[1]))
        for block in self.blocks:
            x = block(x, causal=True)
        return self.output(self.norm(x)).flatten(0, 1)

    def next(self, symbol, place, past, mask=None):
        """The scores behind one symbol; `past[layer]` makes a layer's keys and values from the new ones."""
        x = self.symbols(symbol) + self.positions(place)
        for block, add in zip(self.blocks, past):
            x = block.step(x, add, mask)
        return self.output(self.norm(x))[0, 0]


class Room:
    """Keys and values of one layer in room for all places."""

    def __init__(self):
        self.keys, self.values = (torch.zeros(1, HEADS, PLACES, FEATURES // HEADS) for _ in range(2))

    def put(self, place):
        def add(k, v):
            self.keys[:, :, place], self.values[:, :, place] = k[:, :, 0], v[:, :, 0]
            return self.keys[:, :, : place + 1], self.values[:, :, : place + 1]

        return add

    def put_at(self, place):
        def add(k, v):
            return self.keys.index_copy_(2, place, k), self.values.index_copy_(2, place, v)

        return add


def decoding(variant, model):
    rooms = [Room() for _ in range(LAYERS)]
    places = torch.arange(PLACES)

    def compiled(symbol, place):
        mask = (places <= place)[None, None, None]
        return model.next(symbol, place, [room.put_at(place) for room in rooms], mask)

    call = torch.compile(compiled) if variant == "compile" else None

    def step():
        symbol, written = torch.zeros(1, 1, dtype=torch.long), []
        with torch.inference_mode():
            for at in range(PLACES):
                place = places[at : at + 1]
                scores = call(symbol, place) if call else model.next(symbol, place, [room.put(at) for room in rooms])
                symbol = scores.argmax().view(1, 1)
                written.append(int(symbol))
        return written

    return step


class Step(nn.Module):
    """One symbol with the keys and values of the past as tensors, for export."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, symbol, place, *past):
        grown = []

        def adder(keys, values):
            def add(k, v):
                grown.extend((torch.cat([keys, k], 2), torch.cat([values, v], 2)))
                return grown[-2], grown[-1]

            return add

        adders = [adder(past[2 * layer], past[2 * layer + 1]) for layer in range(LAYERS)]
        return self.model.next(symbol, place, adders).argmax().view(1, 1), *grown


def onnx_decoding(model):
    past = [torch.zeros(1, HEADS, 3, FEATURES // HEADS) for _ in range(2 * LAYERS)]
    names = [f"past{i}" for i in range(2 * LAYERS)]
    grown = [f"grown{i}" for i in range(2 * LAYERS)]
    session = steps.onnx_session(
        Step(model), (torch.zeros(1, 1, dtype=torch.long), torch.zeros(1, dtype=torch.long), *past),
        input_names=["symbol", "place", *names], output_names=["next", *grown],
        dynamic_axes={name: {2: "places"} for name in names + grown})
    empty = numpy.zeros((1, HEADS, 0, FEATURES // HEADS), numpy.float32)

    def step():
        symbol, past = numpy.zeros((1, 1), numpy.int64), [empty] * (2 * LAYERS)
        for at in range(PLACES):
            given = {"symbol": symbol, "place": numpy.array([at]), **dict(zip(names, past))}
            symbol, *past = session.run(None, given)

    return step


def step(runtime, variant, workload):
    steps.prepare()
    model = GPT()
    if workload == "gpt-small-train":
        x, y = (torch.randint(0, VOCABULARY, (16, PLACES)) for _ in range(2))
        optimizer = torch.optim.AdamW(model.parameters(), 1e-3, fused=True)
        return steps.training(variant, model, (x,), lambda scores: F.cross_entropy(scores, y.flatten()), optimizer)
    return onnx_decoding(model.eval()) if runtime == "onnxruntime" else decoding(variant, model.eval())
