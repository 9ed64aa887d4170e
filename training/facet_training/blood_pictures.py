"""Pictures of blood cells and their boxes, from YOLO's folders, and the crops that a detector learns from."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from PIL import Image

from .detector import resize

GREY = 114  # what letterboxes are padded with
VISIBLE = 0.3  # a cell of which less than this share lies inside a crop is not asked for


@dataclass(frozen=True)
class Picture:
    """pixels [h, w, 3] uint8; classes [n]; boxes [n, 4] as corners in pixels."""

    name: str
    pixels: np.ndarray
    classes: np.ndarray
    boxes: np.ndarray


def read_labels(data: Path) -> list[str]:
    """Class names from a YOLO data set's `data.yaml`."""
    return list(yaml.safe_load((data / "data.yaml").read_text())["names"])


def read_pictures(data: Path, part: str) -> list[Picture]:
    """All pictures of `images/<part>` with the boxes of `labels/<part>`, decoded, in the order of their names."""
    found = []
    for file in sorted((data / "images" / part).iterdir()):
        pixels = np.asarray(Image.open(file).convert("RGB"))
        text = (data / "labels" / part / f"{file.stem}.txt").read_text().split()
        rows = np.array(text, np.float64).reshape(-1, 5)
        height, width = pixels.shape[:2]
        centre, half = rows[:, 1:3], rows[:, 3:] / 2
        boxes = np.concatenate([centre - half, centre + half], axis=1) * [width, height, width, height]
        found.append(Picture(file.name, pixels, rows[:, 0].astype(int), boxes.clip(0, [width, height] * 2)))
    return found


def clip(classes: np.ndarray, boxes: np.ndarray, frame: tuple[float, float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """What of the boxes lies inside the frame (x1, y1, x2, y2); those hardly visible are dropped."""
    inside = np.concatenate([np.maximum(boxes[:, :2], frame[:2]), np.minimum(boxes[:, 2:], frame[2:])], axis=1)
    areas = [np.prod(np.clip(b[:, 2:] - b[:, :2], 0, None), axis=1) for b in (inside, boxes)]
    kept = areas[0] > VISIBLE * np.maximum(areas[1], 1e-9)
    return classes[kept], inside[kept]


def turn(pixels: np.ndarray, boxes: np.ndarray, quarter: int, flip: bool) -> tuple[np.ndarray, np.ndarray]:
    """A picture turned by quarters and mirrored, boxes likewise: under a microscope no side is up."""
    for _ in range(quarter):
        width = pixels.shape[1]
        pixels = np.rot90(pixels)
        boxes = np.stack([boxes[:, 1], width - boxes[:, 2], boxes[:, 3], width - boxes[:, 0]], axis=1)
    if flip:
        width = pixels.shape[1]
        pixels = pixels[:, ::-1]
        boxes = np.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], axis=1)
    return pixels, boxes


def place(picture: Picture, width: int, height: int, scales: tuple[float, float], random: np.random.Generator) -> tuple:
    """(pixels [height, width, 3] float32, classes, boxes): the picture turned, scaled and put anywhere on a grey canvas."""
    pixels, boxes = turn(picture.pixels, picture.boxes, int(random.integers(4)), bool(random.integers(2)))
    stretch = np.exp(random.uniform(-0.06, 0.06, 2)) * np.exp(random.uniform(*np.log(scales)))
    new = np.maximum(1, np.round(np.array([pixels.shape[1], pixels.shape[0]]) * stretch)).astype(int)
    spare = np.array([width, height]) - new
    left, top = (int(random.integers(min(0, room), max(0, room) + 1)) for room in spare)
    scaled = resize(pixels.astype(np.float32), int(new[0]), int(new[1]))
    canvas = np.full((height, width, 3), GREY, np.float32)
    x, y = max(0, left), max(0, top)
    part = scaled[y - top : height - top, x - left : width - left]
    canvas[y : y + part.shape[0], x : x + part.shape[1]] = part
    factor = new / [pixels.shape[1], pixels.shape[0]]
    classes, moved = clip(picture.classes, boxes * np.tile(factor, 2) + [left, top, left, top], (0, 0, width, height))
    return canvas, classes, moved


def join(first: tuple, second: tuple, random: np.random.Generator) -> tuple:
    """Part of one sample beside part of another, cut straight across: new neighbourhoods of the same cells."""
    height, width = first[0].shape[:2]
    cut = random.uniform(0.3, 0.7)
    if random.integers(2):
        at = int(width * cut)
        frames = ((0, 0, at, height), (at, 0, width, height))
    else:
        at = int(height * cut)
        frames = ((0, 0, width, at), (0, at, width, height))
    pixels, parts = first[0].copy(), []
    left, top, right, bottom = frames[1]
    pixels[top:bottom, left:right] = second[0][top:bottom, left:right]
    for (_, classes, boxes), frame in zip((first, second), frames):
        parts.append(clip(classes, boxes, frame))
    return pixels, np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def tint(pixels: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Another lamp and another stain: contrast, brightness and the share of each colour vary a little."""
    gains = np.exp(random.normal(0, 0.05, 3)) * np.exp(random.normal(0, 0.12))
    mean = pixels.mean(axis=(0, 1))
    return np.clip((pixels - mean) * np.exp(random.normal(0, 0.1)) + mean * gains, 0, 255).astype(np.float32)


def sample(pictures: list[Picture], index: int, width: int, height: int, scales: tuple, joined: float, random) -> tuple:
    """One training sample (pixels [3, height, width] of 0..1, classes, boxes in pixels); `joined` is the share made of two pictures."""
    made = place(pictures[index], width, height, scales, random)
    if random.random() < joined:
        made = join(made, place(pictures[int(random.integers(len(pictures)))], width, height, scales, random), random)
    pixels, classes, boxes = made
    return tint(pixels, random).transpose(2, 0, 1) / 255, classes, boxes
