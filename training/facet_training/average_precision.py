"""Average precision of boxes, as COCO computes it (101 points of recall), for data sets without its file format."""

import numpy as np

from .detector import overlap


def average_precision(truth: list[np.ndarray], found: list[tuple[np.ndarray, np.ndarray]], iou: float) -> float:
    """AP of one class: per picture the true boxes [n, 4], and the found ones' (boxes [m, 4], scores [m])."""
    total = sum(len(boxes) for boxes in truth)
    rows = sorted(((score, picture, k) for picture, (_, scores) in enumerate(found) for k, score in enumerate(scores)), reverse=True)
    taken = [np.zeros(len(boxes), bool) for boxes in truth]
    hits = np.zeros(len(rows))
    for place, (_, picture, k) in enumerate(rows):
        if not len(truth[picture]):
            continue
        overlaps = np.where(taken[picture], -1, overlap(found[picture][0][k], truth[picture]))
        best = int(overlaps.argmax())
        if overlaps[best] >= iou:
            taken[picture][best] = True
            hits[place] = 1
    if not total or not len(rows):
        return 0.0
    recall = np.cumsum(hits) / total
    precision = np.cumsum(hits) / np.arange(1, len(rows) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(recall, np.linspace(0, 1, 101))
    return float(np.append(precision, 0)[places].mean())
