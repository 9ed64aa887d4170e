"""Digits drawn by this code, and MNIST's way of framing one: a 20-pixel box, centred by mass in 28 x 28."""

import numpy as np
from PIL import Image, ImageDraw

# A 7 as a hand writes it, in units of the page: the bar, then the slightly bent stem.
SEVEN = [(0.27, 0.27), (0.36, 0.25), (0.52, 0.255), (0.71, 0.24), (0.66, 0.34), (0.58, 0.48), (0.51, 0.62), (0.47, 0.79)]
# A 3 for the golden file: two bowls.
THREE = [(0.30, 0.26), (0.42, 0.18), (0.57, 0.19), (0.65, 0.29), (0.59, 0.41), (0.45, 0.48),
         (0.60, 0.52), (0.69, 0.64), (0.61, 0.77), (0.45, 0.82), (0.29, 0.75)]  # fmt: skip


def smooth(points: list[tuple[float, float]], steps: int = 12) -> list[tuple[float, float]]:
    """A Catmull-Rom curve through the points, as a hand moves: no corners, all points met."""
    p = np.array([points[0], *points, points[-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    curve = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:])
    ]
    return [tuple(point) for point in np.concatenate([*curve, p[-1:]])]


def draw(points: list[tuple[float, float]], size: int, width: float, paper: int, ink: int, curved: bool = True) -> Image.Image:
    """A grey page of size x size with one stroke, anti-aliased; width in pixels of the page."""
    fine = 4
    page = Image.new("L", (size * fine, size * fine), paper)
    pen = ImageDraw.Draw(page)
    radius = width * fine / 2
    path = np.array(smooth(points) if curved else points) * size * fine
    for start, end in zip(path, path[1:]):
        for share in np.linspace(0, 1, max(2, int(np.linalg.norm(end - start)))):
            x, y = start + (end - start) * share
            pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=ink)
    return page.resize((size, size), Image.Resampling.LANCZOS)


def frame(ink: np.ndarray) -> np.ndarray:
    """Bright ink on dark [h, w] of 0..1 to MNIST's frame, [28, 28] of 0..1."""
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.1), np.flatnonzero(ink.max(axis=0) > 0.1)
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = 20 / max(cut.shape)
    height, width = (max(1, round(side * scale)) for side in cut.shape)
    small = Image.fromarray(np.rint(cut * 255).astype(np.uint8)).resize((width, height), Image.Resampling.BOX)
    values = np.asarray(small, np.float32) / 255
    total = values.sum()
    y = (values.sum(axis=1) @ np.arange(height)) / total
    x = (values.sum(axis=0) @ np.arange(width)) / total
    top, left = (int(np.clip(round(13.5 - middle), 0, 28 - side)) for middle, side in ((y, height), (x, width)))
    framed = np.zeros((28, 28), np.float32)
    framed[top : top + height, left : left + width] = values
    return framed
