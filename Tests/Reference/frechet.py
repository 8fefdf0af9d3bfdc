"""The numbers of Tests/GradusTests/Reference/FeatureMetricTests.swift, by numpy 2 and scipy 1.17.

python3 -m pip install numpy==2.* scipy==1.17.*; python3 Tests/Reference/frechet.py
"""

import numpy
import scipy.linalg

from reference_numbers import spread


def rows(tensor, count, features, mixing):
    """Correlated rows: spread numbers times a square of spread numbers."""
    x = spread(tensor, count * features).reshape(count, features).astype(numpy.float64)
    return (x @ spread(mixing, features * features).reshape(features, features).astype(numpy.float64)).astype(numpy.float32)


def frechet(a, b):
    a, b = a.astype(numpy.float64), b.astype(numpy.float64)
    (c1, c2) = (numpy.cov(a, rowvar=False), numpy.cov(b, rowvar=False))
    root = scipy.linalg.sqrtm(c1 @ c2).real
    step = a.mean(0) - b.mean(0)
    return step @ step + numpy.trace(c1) + numpy.trace(c2) - 2 * numpy.trace(root)


def covered(centres, points, k):
    """The share of points within a sphere about a centre that reaches to the centre's k-th neighbour."""
    own = numpy.linalg.norm(centres[:, None] - centres[None], axis=2)
    radii = numpy.sort(own, axis=1)[:, k]
    between = numpy.linalg.norm(points[:, None] - centres[None], axis=2)
    return (between <= radii).any(1).mean()


for features, n, m in ((3, 50, 40), (24, 200, 90), (64, 40, 40)):
    a = rows(1, n, features, 3)
    b = numpy.float32(0.8) * rows(2, m, features, 4) + numpy.float32(0.25)
    print(f"({features}, {n}, {m}, {frechet(a, b):.12g}),")

for features, n, m, k, scale in ((2, 300, 200, 3, 0.6), (5, 150, 250, 1, 1.1), (16, 200, 200, 5, 0.9)):
    a = rows(1, n, features, 3)
    b = numpy.float32(scale) * rows(2, m, features, 3)
    print(f"({features}, {n}, {m}, {k}, {scale}, {covered(a, b, k):.6g}, {covered(b, a, k):.6g}),")
