"""Numbers that Python and Swift make alike, so that weights and batches need not be stored.

Element i of tensor k is the SplitMix64 hash of k * 2**32 + i, its upper 24 bits spread over [-1, 1).
The Swift side is Tests/GradusTests/Reference/ReferenceNumbers.swift.
"""

import numpy


def spread(tensor, count):
    with numpy.errstate(over="ignore"):
        z = (numpy.uint64(tensor) << numpy.uint64(32)) + numpy.arange(count, dtype=numpy.uint64)
        z = z + numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    return ((z >> numpy.uint64(40)).astype(numpy.float64) / 2**23 - 1).astype(numpy.float32)


def weight(index, name, shape, fixed=None):
    """The initial value of the index-th trainable parameter of a model."""
    values = spread(index, int(numpy.prod(shape))).reshape(shape)
    if len(shape) == 1:
        return (1 if name.endswith(("scale", "weight")) else 0) + numpy.float32(0.1) * values
    limit = fixed if fixed is not None else (3 / numpy.prod(shape[:-1])) ** 0.5
    return numpy.float32(limit) * values


def pictures(step, labels, shape):
    """Pictures of ten classes, each a faint fixed pattern under strong noise, about 0."""
    size = int(numpy.prod(shape))
    noise = spread(1000 + step, len(labels) * size).reshape(len(labels), size)
    pattern = numpy.stack([spread(500 + label, size) for label in labels])
    return (numpy.float32(0.5) * pattern + noise).reshape(len(labels), *shape)
