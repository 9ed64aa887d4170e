"""A detector as the service runs it, written a second time with PIL and numpy, so that the two can be compared."""

import math
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image


def open_session(model: Path, config: dict[str, str], threads: int = 2) -> ort.InferenceSession:
    """ONNX Runtime on the CPU, with the session configuration that the manifest names."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    for key, value in config.items():
        options.add_session_config_entry(key, value)
    return ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def resize(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    """Plain bilinear [h, w, c] float32: two by two neighbours, pixel centres aligned, no blur before shrinking.

    So TensorFlow resized when these detectors were trained; a blur first (PIL, libvips) costs a point of mAP.
    """

    def taps(new: int, old: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        place = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
        first = np.floor(place).astype(int)
        return first, np.minimum(first + 1, old - 1), (place - first).astype(np.float32)

    top, bottom, share = taps(height, pixels.shape[0])
    rows = pixels[top] + (pixels[bottom] - pixels[top]) * share[:, None, None]
    left, right, share = taps(width, pixels.shape[1])
    return rows[:, left] + (rows[:, right] - rows[:, left]) * share[:, None]


def letterbox(image: Image.Image, size: int, anchor: str, pad: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fits an RGB picture into a square: (1x3xSxS float32 of 0..1, scale of x and y, left and top in model pixels).

    The scales differ by what rounding to whole pixels costs. A half is rounded up, where Python's own `round` takes the even number.
    """
    scale = min(size / image.width, size / image.height)
    width, height = (max(1, math.floor(side * scale + 0.5)) for side in image.size)
    left, top = (0, 0) if anchor == "top-left" else ((size - width) // 2, (size - height) // 2)
    canvas = np.full((size, size, 3), pad, np.float32)
    canvas[top : top + height, left : left + width] = resize(np.asarray(image, np.float32), width, height)
    return canvas.transpose(2, 0, 1)[None] / 255, np.array([width / image.width, height / image.height]), np.array([left, top])


def overlap(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Intersection over union of one corner box [4] with many [n, 4]."""
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[2:], others[:, 2:])
    intersection = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(others[:, 2:] - others[:, :2], axis=1)
    return intersection / np.maximum(np.prod(box[2:] - box[:2]) + areas - intersection, 1e-9)


def suppress(boxes: np.ndarray, scores: np.ndarray, iou: float) -> list[int]:
    """Greedy non-maximum suppression of one class: the kept positions, best first."""
    order = list(np.argsort(-scores, kind="stable"))
    kept = []
    while order:
        best = order.pop(0)
        kept.append(best)
        if order:
            order = [i for i, value in zip(order, overlap(boxes[best], boxes[order])) if value <= iou]
    return kept


class Detector:
    """Letterbox, run, decode, suppress per class; boxes are corners in pixels of the picture, clipped to it."""

    def __init__(self, session: ort.InferenceSession, preprocessing: dict, head: dict):
        self.session = session
        self.preprocessing = preprocessing
        self.head = head

    def read(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Corner boxes [n, 4] and scores [n, c], both in model pixels, by the manifest's head."""
        outputs = self.session.run(None, {self.session.get_inputs()[0].name: pixels})
        if self.head["layout"] == "boxes-scores":
            named = dict(zip([output.name for output in self.session.get_outputs()], outputs))
            boxes, scores = named["boxes"][0], named["scores"][0]
        elif self.head["layout"] == "yolov8":
            boxes, scores = outputs[0][0, :4].T, outputs[0][0, 4:].T
        else:
            raise NotImplementedError(f"the head {self.head['layout']}")
        if self.head["boxFormat"] == "cxcywh":
            centre, extent = boxes[:, :2], boxes[:, 2:]
            boxes = np.concatenate([centre - extent / 2, centre + extent / 2], axis=1)
        return boxes, scores

    def __call__(self, image: Image.Image, confidence: float = 0.25, iou: float = 0.45, limit: int = 100, multi_label: bool = False) -> list[tuple]:
        """[(class_id, confidence, (x1, y1, x2, y2))], best first, at most `limit`.

        An anchor counts for its best class only, since people want one name for one object; with `multi_label` for every
        class above the threshold, as evaluations of mAP do.
        """
        chosen = self.preprocessing
        pixels, scale, offset = letterbox(image, chosen["size"], chosen["anchor"], chosen["pad"])
        corners, scores = self.read(pixels)
        corners = (corners - np.tile(offset, 2)) / np.tile(scale, 2)
        corners = corners.clip(0, [image.width, image.height] * 2)
        candidates = scores >= confidence
        if not multi_label:
            candidates &= scores == scores.max(axis=1, keepdims=True)
        found = []
        for class_id in np.flatnonzero(candidates.any(axis=0)):
            rows = np.flatnonzero(candidates[:, class_id])
            confidences = scores[rows, class_id]
            for kept in suppress(corners[rows], confidences, iou):
                found.append((int(class_id), float(confidences[kept]), tuple(corners[rows[kept]])))
        return sorted(found, key=lambda detection: -detection[1])[:limit]
