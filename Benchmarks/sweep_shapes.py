#!/usr/bin/env python3
"""Writes sweep_shapes.json: 100 shapes drawn with a fixed seed, of those that networks have and of odd ones.

    python3 Benchmarks/sweep_shapes.py > Benchmarks/sweep_shapes.json
"""
import json
import random

draw = random.Random(20)


def convolution():
    """At most 2 · 10⁹ multiply-adds, so that the sweep takes minutes."""
    while True:
        kernel = draw.choice([(1, 1), (3, 3), (3, 3), (3, 3), (5, 5), (7, 7), (2, 2), (4, 4), (1, 3), (3, 1)])
        groups = draw.choice([1, 1, 1, 1, 2, 4, 8, "depthwise"])
        side = draw.choice([4, 5, 7, 7, 8, 13, 14, 16, 28, 32, 56, 64])
        c, m = (draw.choice([1, 3, 8, 16, 17, 19, 24, 32, 33, 48, 64, 96, 128, 256, 512]) for _ in range(2))
        if groups == "depthwise":
            groups, m = c, c
        shape = dict(
            kind="convolution", n=draw.choice([1, 1, 2, 8, 16, 32]), height=side,
            width=draw.choice([side, side, side, side + 3]), c=c, m=m, kernel=list(kernel), stride=draw.choice([1, 1, 1, 2]),
            dilation=draw.choice([1, 1, 1, 1, 2, 3]), groups=groups)
        work = shape["n"] * side * side * kernel[0] * kernel[1] * c * m / groups / shape["stride"] ** 2
        reach = shape["dilation"] * (max(kernel) - 1) + 1
        if c % groups == 0 and m % groups == 0 and 1e5 < work < 2e9 and reach <= side:
            return shape


def lstm():
    return dict(
        kind="lstm", n=draw.choice([1, 1, 3, 8, 32, 50, 64]), t=draw.choice([1, 10, 20, 50]),
        c=draw.choice([17, 32, 65, 100, 128, 256, 512]), m=draw.choice([33, 64, 100, 128, 256, 512]))


def dense():
    return dict(
        kind="dense", n=draw.choice([1, 2, 7, 16, 32, 100, 128, 512, 1000]),
        c=draw.choice([10, 17, 64, 100, 256, 513, 784, 1024, 2048]), m=draw.choice([1, 10, 33, 64, 100, 512, 1000, 1024, 3000]))


def attention():
    heads, width = draw.choice([1, 2, 3, 4, 6, 8, 12]), draw.choice([16, 32, 64, 64, 96])
    return dict(
        kind="attention", n=draw.choice([1, 1, 4, 16]), t=draw.choice([7, 20, 65, 128, 197, 256, 512]), c=heads * width,
        heads=heads, causal=draw.choice([False, True]))


shapes = [make() for make, count in ((convolution, 52), (lstm, 16), (dense, 16), (attention, 16)) for _ in range(count)]
print("[\n" + ",\n".join(json.dumps(shape) for shape in shapes) + "\n]")
