"""Hands as 21 points: the CSV format, normalising, rotating, mirroring, and averages that belong to nobody.

A hand is 21 x 2, MediaPipe's order (0 = wrist), y downward, minus the wrist, divided by the largest distance from it.
"""

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

POINTS = 21


@dataclass(frozen=True)
class Hands:
    """points [n, 21, 2] normalised; depth [n, 21] as MediaPipe gave it; truth [n] positions in labels; test [n] bool."""

    labels: list[str]
    points: np.ndarray
    depth: np.ndarray
    truth: np.ndarray
    test: np.ndarray

    def part(self, test: bool) -> tuple[np.ndarray, np.ndarray]:
        rows = self.test == test
        return self.points[rows], self.truth[rows]


def normalise(points: np.ndarray) -> np.ndarray:
    """[n, 21, 2] in any square unit to the wrist's frame, largest distance 1."""
    moved = points - points[:, :1]
    reach = np.linalg.norm(moved, axis=2).max(axis=1)
    return moved / np.maximum(reach, 1e-9)[:, None, None]


def rotate(points: np.ndarray, degrees: np.ndarray | float) -> np.ndarray:
    """Turns hands about the wrist; positive is clockwise on a screen, for y grows downward."""
    angle = np.radians(np.broadcast_to(degrees, len(points)))
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, y = points[..., 0], points[..., 1]
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=2)


def mirror(points: np.ndarray) -> np.ndarray:
    """The other hand."""
    return points * np.array([-1, 1], points.dtype)


def read_hands(path: Path, seed: int) -> Hands:
    """Reads `label[, split], x1, y1[, z1] ... x21, y21[, z21]`, plain or gzipped.

    Without a `split` column every fifth row of a class, in a shuffled order, is kept for testing.
    """
    opened = gzip.open(path, "rt", newline="") if path.suffix == ".gz" else open(path, newline="")
    with opened as file:
        rows = list(csv.DictReader(file))
    missing = [name for i in range(1, POINTS + 1) for name in (f"x{i}", f"y{i}") if name not in rows[0]]
    if missing or "label" not in rows[0]:
        raise SystemExit(f"{path.name}: columns {['label'][: 'label' not in rows[0]] + missing} are missing; see training/README.md")
    names = [row["label"] for row in rows]
    labels = sorted(set(names))
    truth = np.array([labels.index(name) for name in names])
    points = np.array([[[float(row[f"x{i}"]), float(row[f"y{i}"])] for i in range(1, POINTS + 1)] for row in rows])
    depth = np.array([[float(row.get(f"z{i}") or 0) for i in range(1, POINTS + 1)] for row in rows])
    if "split" in rows[0]:
        test = np.array([row["split"] == "test" for row in rows])
    else:
        test = np.zeros(len(rows), bool)
        shuffled = np.random.default_rng(seed).permutation(len(rows))
        for label in range(len(labels)):
            test[shuffled[truth[shuffled] == label][::5]] = True
    return Hands(labels, normalise(points).astype(np.float32), depth, truth, test)


def average_hand(points: np.ndarray, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean of many hands of one class, [21, 2] and [21]: what goes into a golden file instead of a person's row.

    Left and right hands would cancel out, so each is mirrored to the side nearer to the mean, until none changes.
    """
    mean, sides = points[0], None  # the first hand only chooses which side the average shows
    for _ in range(50):
        nearer = ((mirror(points) - mean) ** 2).sum(axis=(1, 2)) < ((points - mean) ** 2).sum(axis=(1, 2))
        if sides is not None and (nearer == sides).all():
            break
        sides = nearer
        mean = np.where(sides[:, None, None], mirror(points), points).mean(axis=0)
    return normalise(mean[None])[0], depth.mean(axis=0)
