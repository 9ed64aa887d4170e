"""Detection as a Python service would do it: Pillow decodes and scales, numpy sorts the boxes out."""

import numpy as np
from opened import opened
from PIL import Image
from sessions import open_session, read_manifest

CONFIDENCE = 0.25
OVERLAP = 0.45
MOST = 100


class Detection:
    def __init__(self, threads: int):
        manifest = read_manifest("detection")
        self.session = open_session("detection", threads)
        self.labels = manifest["labels"]
        self.size = manifest["preprocessing"]["size"]
        self.pad = manifest["preprocessing"]["pad"]

    def tensor(self, data: bytes | Image.Image) -> tuple[np.ndarray, float, tuple[int, int]]:
        """[3, size, size] of 0..1 with the picture in the upper left, the scale, and the picture's width and height."""
        image = opened(data)
        width, height = image.size
        scale = min(self.size / width, self.size / height)
        canvas = np.full((self.size, self.size, 3), self.pad, np.uint8)
        fitted = image.convert("RGB").resize((round(width * scale), round(height * scale)), Image.Resampling.BILINEAR)
        canvas[: fitted.height, : fitted.width] = np.asarray(fitted)
        return np.ascontiguousarray(canvas.transpose(2, 0, 1), np.float32) / np.float32(255), scale, (width, height)

    def run(self, images: np.ndarray) -> list[np.ndarray]:
        """[n, 3, size, size] to boxes [n, 1000, 4] and scores [n, 1000, 80]"""
        return self.session.run(["boxes", "scores"], {"images": images})

    def answer(self, boxes: np.ndarray, scores: np.ndarray, scale: float, size: tuple[int, int]) -> dict:
        classes = scores.argmax(axis=1)
        confidences = scores[np.arange(len(scores)), classes]
        clear = np.flatnonzero(confidences >= CONFIDENCE)
        clear = clear[np.argsort(-confidences[clear], kind="stable")]
        centre, extent = boxes[clear, :2], boxes[clear, 2:]
        corners = np.concatenate([centre - extent / 2, centre + extent / 2], axis=1) / scale
        corners = corners.clip(0, [*size, *size])
        detections = [
            {
                "class_id": int(classes[clear[row]]),
                "class_name": self.labels[classes[clear[row]]],
                "confidence": float(confidences[clear[row]]),
                "bbox": [round(float(value), 1) for value in corners[row]],
            }
            for row in suppress(corners, classes[clear])
        ]
        return {"detections": detections, "image_shape": [size[1], size[0], 3], "confidence_threshold": CONFIDENCE}

    def predict(self, data: bytes | Image.Image) -> dict:
        tensor, scale, size = self.tensor(data)
        boxes, scores = self.run(tensor[None])
        return self.answer(boxes[0], scores[0], scale, size)


def suppress(corners: np.ndarray, classes: np.ndarray) -> list[int]:
    """Rows to keep of corners [n, 4], best first: greedy, class by class."""
    # Boxes of different classes never meet once each class has a plane of its own.
    moved = corners + classes[:, None] * 1e5
    areas = (moved[:, 2] - moved[:, 0]) * (moved[:, 3] - moved[:, 1])
    rows = np.arange(len(moved))
    kept: list[int] = []
    while len(rows) and len(kept) < MOST:
        best, rows = rows[0], rows[1:]
        kept.append(int(best))
        sides = np.minimum(moved[best, 2:], moved[rows, 2:]) - np.maximum(moved[best, :2], moved[rows, :2])
        shared = sides.clip(0).prod(axis=1)
        rows = rows[shared <= OVERLAP * (areas[best] + areas[rows] - shared)]
    return kept
