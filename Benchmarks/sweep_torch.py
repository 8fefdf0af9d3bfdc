#!/usr/bin/env python3
"""The shapes of the sweep in PyTorch; answers compare_served.py. Each shape is timed in two layouts, of which the faster counts:
convolutions plain and channels last, LSTM with rows or with steps first, dense layers only plain, attention with queries, keys
and values as one product and as three.
"""
import sys

import torch
from torch import nn
from torch.nn import functional as F

from alternation import serve
from kernels_torch import seconds_per_call


class Attention(nn.Module):
    def __init__(self, features, heads, causal, joined):
        super().__init__()
        self.heads, self.causal, self.joined = heads, causal, joined
        self.inputs = nn.ModuleList([nn.Linear(features, (3 if joined else 1) * features) for _ in range(1 if joined else 3)])
        self.output = nn.Linear(features, features)

    def forward(self, x):
        n, t, d = x.shape
        parts = self.inputs[0](x).chunk(3, -1) if self.joined else [layer(x) for layer in self.inputs]
        q, k, v = (part.view(n, t, self.heads, d // self.heads).transpose(1, 2) for part in parts)
        joined = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.output(joined.transpose(1, 2).reshape(n, t, d))


def variants(s):
    """Pairs of a module and its input."""
    if s["kind"] == "convolution":
        padding = [size // 2 * s["dilation"] for size in s["kernel"]]
        for layout in (torch.contiguous_format, torch.channels_last):
            layer = nn.Conv2d(s["c"], s["m"], s["kernel"], s["stride"], padding, s["dilation"], s["groups"])
            x = torch.randn(s["n"], s["c"], s["height"], s["width"])
            yield layer.to(memory_format=layout), x.to(memory_format=layout)
    elif s["kind"] == "lstm":
        yield nn.LSTM(s["c"], s["m"], batch_first=True), torch.randn(s["n"], s["t"], s["c"])
        yield nn.LSTM(s["c"], s["m"]), torch.randn(s["t"], s["n"], s["c"])
    elif s["kind"] == "dense":
        yield nn.Linear(s["c"], s["m"]), torch.randn(s["n"], s["c"])
    else:
        for joined in (False, True):
            yield Attention(s["c"], s["heads"], s["causal"], joined), torch.randn(s["n"], s["t"], s["c"])


def output(layer, x):
    y = layer(x)
    return y[0] if isinstance(y, tuple) else y


def call(layer, x, training):
    if not training:
        def forward():
            with torch.inference_mode():
                layer(x)

        return forward
    inputs = [x.requires_grad_(), *layer.parameters()]
    upstream = torch.randn_like(output(layer, x))
    return lambda: torch.autograd.grad(output(layer, x), inputs, upstream)


def answer(request):
    seconds, training = request.get("seconds", 0.05), request.get("training", False)
    return dict(ms=1e3 * min(seconds_per_call(call(*v, training), seconds) for v in variants(request["shape"])))


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    torch.manual_seed(0)
    serve(answer)
