#!/usr/bin/env python3
"""Random detections and the figures that pycocotools computes for them: Tests/GradusVisionTests/Fixtures/detection-evaluation.json.

    pip install pycocotools numpy && python3 Tests/Reference/detection_evaluation.py
"""
import contextlib
import io
import json
import pathlib

import numpy as np
from pycocotools import mask as masks
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

HEIGHT, WIDTH = 60, 110
rng = np.random.default_rng(7)


def ellipse(x, y, w, h):
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    inside = ((columns - x - w / 2) / (w / 2)) ** 2 + ((rows - y - h / 2) / (h / 2)) ** 2 <= 1
    rle = masks.encode(np.asfortranarray(inside.astype(np.uint8)))
    return {"size": rle["size"], "counts": rle["counts"].decode()}


def shape():
    w, h = rng.integers(4, 100), rng.integers(4, 55)
    return [int(rng.integers(0, max(1, WIDTH - w))), int(rng.integers(0, max(1, HEIGHT - h))), int(w), int(h)]


def case(index):
    images, classes = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    truth, found = [], []
    for image in range(1, images + 1):
        if index % 5 == 1 and image == 1:
            continue  # an image without objects or detections
        for _ in range(int(rng.integers(0, 7))):
            box = shape()
            crowd = int(rng.random() < 0.15)
            rle = ellipse(*box)
            area = float(masks.area(rle)) if rng.random() < 0.7 else float(rng.integers(1, 12000))
            # A class without ground truth.
            kind = int(rng.integers(1, classes + 1)) if index % 7 else 1
            truth.append(dict(id=len(truth) + 1, image_id=image, category_id=kind, bbox=box, segmentation=rle, area=area, iscrowd=crowd))
        count = 130 if index == 3 else int(rng.integers(0, 12))
        own = [t for t in truth if t["image_id"] == image]
        for _ in range(count):
            box = shape()
            kind = int(rng.integers(1, classes + 1))
            if own and rng.random() < 0.7:
                real = own[int(rng.integers(len(own)))]
                box = [max(0, int(v + rng.integers(-3, 4))) for v in real["bbox"]]
                box[2], box[3] = max(2, box[2]), max(2, box[3])
                kind = real["category_id"]
            # Few different scores: ties.
            found.append(dict(image_id=image, category_id=kind, bbox=box, segmentation=ellipse(*box), score=float(rng.integers(1, 12)) / 11))
    return images, classes, truth, found


def summary(images, classes, truth, found, kind):
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = dict(images=[dict(id=i + 1, height=HEIGHT, width=WIDTH) for i in range(images)],
                            categories=[dict(id=c + 1) for c in range(classes)], annotations=[dict(t) for t in truth])
        coco.createIndex()
        own = [{k: v for k, v in f.items() if k != ("segmentation" if kind == "bbox" else "bbox")} for f in found]
        evaluation = COCOeval(coco, coco.loadRes(own), kind)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return [float(v) for v in evaluation.stats]


cases = []
index = 0
while len(cases) < 100:
    images, classes, truth, found = case(index)
    index += 1
    if not found:
        continue  # loadRes takes no empty list
    cases.append(dict(images=images, classes=classes, truth=truth, found=found,
                      bbox=summary(images, classes, truth, found, "bbox"), segm=summary(images, classes, truth, found, "segm")))
polygons = []
for _ in range(200):
    corners = int(rng.integers(3, 9))
    points = np.round(rng.uniform(-8, 1, (corners, 2)) + rng.uniform(0, 1, (corners, 2)) * [WIDTH + 10, HEIGHT + 10], 2)
    flat = [float(v) for v in points.ravel()]
    polygons.append(dict(points=flat, counts=masks.frPyObjects([flat], HEIGHT, WIDTH)[0]["counts"].decode()))
path = pathlib.Path(__file__).parent.parent / "GradusVisionTests" / "Fixtures" / "detection-evaluation.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(dict(height=HEIGHT, width=WIDTH, cases=cases, polygons=polygons), separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
