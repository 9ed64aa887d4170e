"""Golden files: one input and the answer that a service must give before it calls itself ready."""

import json
from pathlib import Path

import numpy as np

from .metrics import softmax


def write_json(path: Path, value) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")


def classification(folder: Path, logits: np.ndarray, labels: list[str]) -> dict:
    """Writes `golden/output.json` of one row of logits [1, c]."""
    probabilities = softmax(logits.astype(np.float64))[0]
    answer = {
        "label": labels[int(probabilities.argmax())],
        "probabilities": {label: round(float(p), 6) for label, p in zip(labels, probabilities)},
    }
    write_json(folder / "golden" / "output.json", answer)
    return answer


def detection(folder: Path, detections: list[tuple], labels: list[str], confidence: float, iou: float) -> dict:
    """Writes `golden/output.json` of detections (class_id, confidence, corners in pixels of the picture)."""
    answer = {
        "confThreshold": confidence,
        "iouThreshold": iou,
        "detections": [
            {"class_name": labels[c], "confidence": round(score, 4), "bbox": [round(float(v), 1) for v in box]}
            for c, score, box in detections
        ],
    }
    write_json(folder / "golden" / "output.json", answer)
    return answer
