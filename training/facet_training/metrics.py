"""What is measured of a classifier, from its probabilities on rows it has never seen."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import mannwhitneyu


def softmax(logits: np.ndarray) -> np.ndarray:
    """Rows of logits [n, c] to probabilities."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Report:
    """accuracy and ece as fractions; confusion[true, predicted] in rows; curve as `reliability` gives it;
    per class precision, recall, f1, support."""

    labels: list[str]
    samples: int
    accuracy: float
    interval: tuple[float, float]
    macro_f1: float
    ece: float
    curve: list[tuple[float, float, int]]
    confusion: np.ndarray
    per_class: list[dict]


def reliability(probabilities: np.ndarray, truth: np.ndarray, bins: int = 15) -> list[tuple[float, float, int]]:
    """(mean confidence, accuracy, rows) of each equal-width bin of confidence that has rows: the points of a reliability curve."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    filled = [place == b for b in range(bins) if (place == b).any()]
    return [(float(confidence[rows].mean()), float(right[rows].mean()), int(rows.sum())) for rows in filled]


def calibration_error(probabilities: np.ndarray, truth: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error (Guo et al. 2017): mean gap of confidence and accuracy over equal-width bins."""
    return sum(abs(right - sure) * rows for sure, right, rows in reliability(probabilities, truth, bins)) / len(truth)


def auroc(known: np.ndarray, unknown: np.ndarray) -> float:
    """Chance that a score is higher for a row of `known` than for one of `unknown`; equal scores count half (Mann-Whitney)."""
    return float(mannwhitneyu(known, unknown).statistic / (len(known) * len(unknown)))


def best_temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """What to divide logits [n, c] by for the least negative log likelihood (Guo et al. 2017); rows must not be trained on."""

    def cost(log_temperature: float) -> float:
        chances = softmax(logits.astype(np.float64) / np.exp(log_temperature))
        return -np.log(np.maximum(chances[np.arange(len(truth)), truth], 1e-12)).mean()

    return float(np.exp(minimize_scalar(cost, bounds=(-3, 3), method="bounded").x))


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
        curve=reliability(probabilities, truth),
        confusion=confusion,
        per_class=per_class,
    )
