"""What scikit-image's hog says of two pictures, for Tests/GradusVisionTests/HOGFixtures.swift.

python3 -m pip install scikit-image==0.26.* numpy==2.*; python3 Tests/Reference/hog.py > Tests/GradusVisionTests/HOGFixtures.swift
"""

import numpy
from skimage.feature import hog


def pattern(width, height, channels):
    """The picture of Tests/GradusVisionTests/Support/Helpers.swift."""
    y, x, c = numpy.mgrid[0:height, 0:width, 0:channels]
    return ((x * x * 37 + y * 91 + x * y * 13 + c * 57) % 256).astype(numpy.uint8)


def show(name, comment, values):
    print(f"/// {comment}")
    print(f"let {name}: [Float] = [")
    for start in range(0, len(values), 12):
        print("    " + ", ".join(f"{value:.6f}" for value in values[start:start + 12]) + ",")
    print("]")


print("// Written by Tests/Reference/hog.py.\n")
show(
    "grayHOG", "16 × 16 gray pixels, cells of 8 × 8, blocks of 2 × 2, 9 directions.",
    hog(pattern(16, 16, 1)[:, :, 0], 9, (8, 8), (2, 2), "L2-Hys"))
print()
show(
    "colorHOG", "18 × 13 colour pixels, cells of 4 × 4, blocks of 3 × 3, 6 directions.",
    hog(pattern(18, 13, 3), 6, (4, 4), (3, 3), "L2-Hys", channel_axis=-1))
