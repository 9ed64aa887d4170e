"""What is measured of a classifier, from its probabilities on rows it has never seen."""

from dataclasses import dataclass

import numpy as np


def softmax(logits: np.ndarray) -> np.ndarray:
    """Rows of logits [n, c] to probabilities."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Report:
    """accuracy and ece as fractions; confusion[true, predicted] in rows; per class precision, recall, f1, support."""

    labels: list[str]
    samples: int
    accuracy: float
    interval: tuple[float, float]
    macro_f1: float
    ece: float
    confusion: np.ndarray
    per_class: list[dict]


def calibration_error(probabilities: np.ndarray, truth: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error (Guo et al. 2017): mean gap of confidence and accuracy over equal-width bins."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(right[place == b].sum() - confidence[place == b].sum()) for b in range(bins)]
    return float(sum(gaps) / len(truth))


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    share, spread = right / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * np.sqrt(share * (1 - share) / total + spread / total / 4)
    return float(middle - half), float(middle + half)


def report(logits: np.ndarray, truth: np.ndarray, labels: list[str]) -> Report:
    """logits [n, c], truth [n] as positions in `labels`."""
    probabilities = softmax(logits.astype(np.float64))
    predicted = probabilities.argmax(axis=1)
    confusion = np.zeros((len(labels), len(labels)), int)
    np.add.at(confusion, (truth, predicted), 1)
    hits = confusion.diagonal()
    precision = hits / np.maximum(confusion.sum(axis=0), 1)
    recall = hits / np.maximum(confusion.sum(axis=1), 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    per_class = [
        {"label": label, "precision": float(p), "recall": float(r), "f1": float(f), "support": int(n)}
        for label, p, r, f, n in zip(labels, precision, recall, f1, confusion.sum(axis=1))
    ]
    right = int(hits.sum())
    return Report(
        labels=labels,
        samples=len(truth),
        accuracy=right / len(truth),
        interval=wilson(right, len(truth)),
        macro_f1=float(f1.mean()),
        ece=calibration_error(probabilities, truth),
        confusion=confusion,
        per_class=per_class,
    )
