"""Small JPEG files of several kinds and what Pillow 13 reads from them, for Tests/GradusVisionTests/JPEGFixtures.swift.

python3 -m pip install pillow==13.* numpy==2.*; python3 Tests/Reference/jpeg.py > Tests/GradusVisionTests/JPEGFixtures.swift
"""

import base64
import io

import numpy
from PIL import Image


def pattern(width, height, channels):
    """The picture of Tests/GradusVisionTests/Support/Helpers.swift, smoothed by a coarse scale."""
    y, x, c = numpy.mgrid[0:height, 0:width, 0:channels]
    return ((x * 9 + y * 5 + c * 57) % 256).astype(numpy.uint8)


def saved(picture, **options):
    file = io.BytesIO()
    picture.save(file, "JPEG", **options)
    return file.getvalue()


def as_ycck(file):
    """The same file with Adobe's mark for YCCK instead of CMYK: other colours, of a kind that Pillow does not write."""
    at = file.index(b"Adobe") + 11
    return file[:at] + b"\x02" + file[at + 1:]


rgb = Image.fromarray(pattern(19, 13, 3))
grey = Image.fromarray(pattern(19, 13, 1)[:, :, 0])
cmyk = Image.fromarray(numpy.concatenate([pattern(19, 13, 3), 60 + pattern(19, 13, 1) // 4], axis=2), "CMYK")
files = {
    "color": saved(rgb, quality=92),
    "colorUnsampled": saved(rgb, quality=92, subsampling=0),
    "progressive": saved(rgb, quality=80, progressive=True),
    "grey": saved(grey, quality=92),
    "restarts": saved(rgb, quality=85, restart_marker_blocks=1),
    "cmyk": saved(cmyk, quality=92),
    "ycck": as_ycck(saved(cmyk, quality=92)),
    "rgb": saved(rgb, quality=92, keep_rgb=True),
}

print("// Made by Tests/Reference/jpeg.py with Pillow; do not edit.\n")
print("import Foundation\n")
print("/// A JPEG file and what Pillow reads from it, in 19 × 13 pixels.")
print("struct JPEGFixture: Sendable {\n    let name: String\n    let channels: Int\n    let file: [UInt8]\n    let pixels: [UInt8]\n")
print("    init(_ name: String, _ channels: Int, _ file: String, _ pixels: String) {")
print("        (self.name, self.channels) = (name, channels)")
print("        self.file = [UInt8](Data(base64Encoded: file, options: .ignoreUnknownCharacters)!)")
print("        self.pixels = [UInt8](Data(base64Encoded: pixels, options: .ignoreUnknownCharacters)!)\n    }\n")
print("    static let all = [")
for name, file in files.items():
    picture = Image.open(io.BytesIO(file))
    picture.load()
    if picture.mode == "CMYK":
        picture = picture.convert("RGB")
    pixels = numpy.asarray(picture)
    channels = 1 if pixels.ndim == 2 else 3
    print(f'        JPEGFixture(\n            "{name}", {channels},')
    for last, data in ((False, file), (True, pixels.tobytes())):
        text = base64.b64encode(data).decode()
        print('            """')
        for start in range(0, len(text), 100):
            print(f"            {text[start:start + 100]}")
        print('            """' + ("" if last else ","))
    print("        ),")
print("    ]\n}")
