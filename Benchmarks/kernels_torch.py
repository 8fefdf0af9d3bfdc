#!/usr/bin/env python3
"""The functions of `benchmarks --kernels` in PyTorch, under the same names.

    kernels_torch.py [--threads N] [--size N] [--only NAME…]    prints lines of JSON, as `benchmarks --kernels` does
    kernels_torch.py --list                                     prints names
    kernels_torch.py --serve [--threads N]                      answers compare_served.py

Each function is called as a user would; results are new tensors. A name is in one of the tables below: UNARY for functions
of one number, which are timed with their gradient besides; the others say themselves what they need.
"""
import argparse
import json
import time

import torch
from torch.nn import functional as F

from alternation import serve

SIZES = [1_000, 100_000, 10_000_000]
ATTENTION_SIZES = [128, 512, 1024, 2048, 4096]


def uniform(*shape, low=-1.0, high=1.0):
    return torch.empty(*shape).uniform_(low, high)


def rows(n, low=-1.0, high=1.0):
    """Rows of a thousand elements."""
    return uniform(n // min(n, 1000), min(n, 1000), low=low, high=high)


def with_gradient(x, function, upstream):
    """Forward, and the gradient with respect to x."""
    x.requires_grad_()
    return lambda: torch.autograd.grad(function(x), x, upstream)


# name: function, or (function, low, high), of one tensor.
UNARY = {
    "exp": torch.exp, "log": (torch.log, 0.1, 4), "log1p": (torch.log1p, -0.5, 4), "sqrt": (torch.sqrt, 0.1, 4),
    "square": torch.square, "reciprocal": (torch.reciprocal, 0.1, 4), "abs": torch.abs, "negative": torch.neg,
    "sin": torch.sin, "cos": torch.cos, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "softplus": F.softplus,
    "erf": torch.erf, "relu": torch.relu, "relu6": F.relu6, "leakyRelu": lambda x: F.leaky_relu(x, 0.2), "elu": F.elu,
    "gelu": F.gelu, "silu": F.silu, "power 1.7": (lambda x: x.pow(1.7), 0.1, 4), "power 3": lambda x: x.pow(3),
    "clipped": lambda x: x.clamp(-1, 1), "add number": lambda x: x + 1.5, "multiply by number": lambda x: x * 1.5,
    "divide by number": lambda x: x / 1.5, "divide number": (lambda x: 1.5 / x, 0.1, 4),
}
NOT_DIFFERENTIABLE = {"sign": torch.sign, "floor": torch.floor, "round": torch.round}
BINARY = {
    "add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "divide": torch.div, "power": torch.pow,
    "maximum": torch.maximum, "minimum": torch.minimum,
}
COMPARISONS = {
    "greater than tensor": torch.gt, "equal to tensor": torch.eq, "less or equal to tensor": torch.le,
    "greater than number": lambda x, _: x > 0.1, "equal to number": lambda x, _: x == 0.1,
}
ROWS = {
    "sum": torch.sum, "sum of rows": lambda x: x.sum(1), "sum of columns": lambda x: x.sum(0), "mean": torch.mean,
    "mean of rows": lambda x: x.mean(1), "max": torch.max, "max of rows": lambda x: x.amax(1),
    "max of columns": lambda x: x.amax(0), "min of rows": lambda x: x.amin(1),
    "variance": lambda x: x.var(correction=0), "variance of rows": lambda x: x.var(1, correction=0),
    "logSumExp of rows": lambda x: x.logsumexp(1), "cumulativeSum": lambda x: x.cumsum(1),
    "argmax": lambda x: x.argmax(1), "argmin": lambda x: x.argmin(1), "argmax of columns": lambda x: x.argmax(0),
    "topK 10": lambda x: x.topk(10), "sort": lambda x: x.sort(1).values, "argsort": lambda x: x.argsort(1),
    "sort of one row": lambda x: x.flatten().sort().values, "transposed": lambda x: x.t().contiguous(),
    "slice of columns": lambda x: x[:, 250:750].contiguous(), "flipped": lambda x: x.flip(1),
    "all finite": lambda x: bool(x.isfinite().all()),
}
ROWS_WITH_GRADIENT = {
    "softmax": lambda x: x.softmax(1), "logSoftmax": lambda x: x.log_softmax(1),
    "layer norm": lambda x: F.layer_norm(x, x.shape[1:]),
}


def unary(function, low=-3, high=3):
    def forward(n):
        x = rows(n, low, high)
        return lambda: function(x)

    return forward, lambda n: with_gradient(rows(n, low, high), function, rows(n))


def binary(function):
    def forward(n):
        x, y = rows(n, 0.5, 2), rows(n, 0.5, 2)
        return lambda: function(x, y)

    def gradient(n):
        y = rows(n, 0.5, 2)
        return with_gradient(rows(n, 0.5, 2), lambda x: function(x, y), rows(n))

    return forward, gradient


def on(function, *makers):
    """A call of the function with what the makers make for n."""

    def prepare(n):
        inputs = [make(n) for make in makers]
        return lambda: function(*inputs)

    return prepare


def pool(x):
    return F.max_pool2d(x, 2)


def images(n, side=10):
    """Images of 10 × 10 pixels and 10 channels, channels last as in Gradus."""
    x = uniform(n // 1000, 10, side, side)
    return x.contiguous(memory_format=torch.channels_last)


def attention(causal, gradient):
    def prepare(n):
        q, k, v, upstream = (torch.randn(1, 8, n, 64) for _ in range(4))
        call = lambda: F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        if not gradient:
            return call
        for x in (q, k, v):
            x.requires_grad_()
        return lambda: torch.autograd.grad(call(), (q, k, v), upstream)

    return prepare


def taken_gradient(n):
    places = torch.randint(0, 1000, (n // 1000, 1000))
    return with_gradient(rows(n), lambda x: x.gather(1, places), rows(n))


def all_kernels():
    """{name: (sizes, function that makes a call for a size)}"""
    found = {}
    for name, entry in UNARY.items():
        found[name], found[f"{name}, gradient"] = unary(*entry) if isinstance(entry, tuple) else unary(entry)
    for name, function in NOT_DIFFERENTIABLE.items():
        found[name] = unary(function)[0]
    for name, function in BINARY.items():
        found[name], found[f"{name}, gradient"] = binary(function)
    for name, function in COMPARISONS.items():
        found[name] = on(function, rows, rows)
    for name, function in ROWS.items():
        found[name] = on(function, rows)
    for name, function in ROWS_WITH_GRADIENT.items():
        found[name] = on(function, rows)
        found[f"{name}, gradient"] = lambda n, function=function: with_gradient(rows(n), function, rows(n))
    mask = lambda n: rows(n) > 0
    table = lambda n: uniform(1000, 100)
    places = lambda n: torch.randint(0, 1000, (n // 100,))
    found |= {
        "add a row": on(torch.add, rows, lambda n: uniform(1000)),
        "add a column": on(torch.add, rows, lambda n: uniform(n // 1000, 1)),
        "add in place": on(torch.Tensor.add_, rows, lambda n: rows(n) * 1e-18),
        "and": on(torch.logical_and, mask, mask), "not": on(torch.logical_not, mask),
        "where": on(torch.where, mask, rows, rows), "count of true": on(lambda x: int(x.sum()), mask),
        "gather rows of 100": on(torch.nn.functional.embedding, places, table),
        "scatter rows of 100": on(
            lambda base, places, added: base.index_add(0, places, added), table, places,
            lambda n: uniform(n // 100, 100)),
        "takeAlong": on(
            lambda x, places: x.gather(1, places), rows, lambda n: torch.randint(0, 1000, (n // 1000, 1000))),
        "takeAlong, gradient": taken_gradient,
        "oneHot 100": on(lambda x: F.one_hot(x, 100).float(), lambda n: torch.randint(0, 100, (n // 100,))),
        "padded": on(lambda x: F.pad(x, (0, 0, 1, 1, 1, 1)), lambda n: uniform(n // 1000, 10, 10, 10)),
        "joined along rows": on(
            lambda a, b: torch.cat([a, b], 1), lambda n: uniform(n // 1000, 500), lambda n: uniform(n // 1000, 500)),
        "joined rows": on(lambda a, b: torch.cat([a, b]), lambda n: uniform(n // 2), lambda n: uniform(n // 2)),
        "float to int": on(lambda x: x.int(), lambda n: rows(n, -100, 100)),
        "max pool 2 × 2": on(pool, images),
        "max pool 2 × 2, gradient": lambda n: with_gradient(images(n), pool, images(n, 5)),
        "random uniform": lambda n: lambda: torch.rand(n), "random normal": lambda n: lambda: torch.randn(n),
        "random integers": lambda n: lambda: torch.randint(0, 1000, (n,), dtype=torch.int32),
        "random bernoulli": lambda n: lambda: torch.empty(n, dtype=torch.bool).bernoulli_(0.3),
        "random permutation": lambda n: lambda: torch.randperm(n),
        "dropout": on(lambda x: F.dropout(x, 0.3), rows),
        "dropout, gradient": lambda n: with_gradient(rows(n), lambda x: F.dropout(x, 0.3), rows(n)),
        "cross-entropy, gradient": lambda n: with_gradient(
            rows(n), lambda x, labels=torch.randint(0, 1000, (n // 1000,)): F.cross_entropy(x, labels), None),
        "binary cross-entropy, gradient": lambda n: with_gradient(
            rows(n), lambda x, y=rows(n, 0): F.binary_cross_entropy_with_logits(x, y), None),
        "squared error, gradient": lambda n: with_gradient(rows(n), lambda x, y=rows(n): F.mse_loss(x, y), None),
    }
    found = {name: (SIZES, prepare) for name, prepare in found.items()}
    for causal in (False, True):
        for gradient in (False, True):
            name = ("causal " if causal else "") + "attention" + (", gradient" if gradient else "")
            found[name] = (ATTENTION_SIZES, attention(causal, gradient))
    return found


def seconds_per_call(call, limit):
    """The median time of a call: after a first one, calls are timed in groups of a millisecond or more."""

    def timed(calls):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        return (time.perf_counter() - start) / calls

    call()
    calls = max(1, min(100_000, int(1e-3 / max(timed(1), 1e-9))))
    times, end = [], time.perf_counter() + limit
    while not times or time.perf_counter() < end:
        times.append(timed(calls))
    return sorted(times)[len(times) // 2]


def measured(kernels, name, size, limit):
    ns = 1e9 * seconds_per_call(kernels[name][1](size), limit)
    return dict(name=name, size=size, threads=torch.get_num_threads(), ns=ns, ns_per_element=ns / size)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--size", type=int)
    parser.add_argument("--only", nargs="+", default=[""])
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    kernels = all_kernels()
    if options.list:
        print("\n".join(kernels))
    elif options.serve:
        serve(lambda request: measured(kernels, request["kernel"], request["size"], request.get("seconds", 0.05)))
    else:
        for name in kernels:
            if any(name == text if text in kernels else text in name for text in options.only):
                for size in [options.size] if options.size else kernels[name][0]:
                    print(json.dumps(measured(kernels, name, size, 0.1)), flush=True)


if __name__ == "__main__":
    main()
