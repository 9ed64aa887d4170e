"""MNIST digits as people send them: drawn larger with other pens, on other papers, in other light. All chance is seeded."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image
from scipy import ndimage
from scipy.special import expit
from skimage.morphology import skeletonize

from .digit_augment import bend
from .digit_recipe import Recipe

CANVAS = 280  # pixels, of a drawing page
PHOTO = (480, 640)  # width, height of a photograph
FINE = CANVAS // 28

Random = np.random.Generator
Ink = np.ndarray  # coverage [h, w], 0 paper to 1 ink


def strokes(digit: np.ndarray) -> Ink:
    """A digit [28, 28] of 0..1 with smooth edges at ten times the size; faint ends stay faint."""
    large = ndimage.zoom(digit, FINE, order=3, grid_mode=True, mode="grid-constant")
    return np.clip((large / large.max() - 0.2) / 0.45, 0, 1).astype(np.float32)


def pen(digit: np.ndarray, width: float) -> Ink:
    """The digit's middle lines drawn again with a round pen, width in pixels of the canvas."""
    lines = skeletonize(ndimage.gaussian_filter(strokes(digit), 3) > 0.4)
    return np.clip(width / 2 + 0.5 - ndimage.distance_transform_edt(~lines), 0, 1).astype(np.float32)


def turn(ink: Ink, degrees: float) -> Ink:
    return np.asarray(Image.fromarray(ink).rotate(degrees, Image.Resampling.BICUBIC)).clip(0, 1)


def place(ink: Ink, width: int, height: int, share: float, random: Random, drift: float = 1.0) -> Ink:
    """Puts the digit on a page, `share` of its shorter side high; `drift` 0 keeps it in the middle, 1 lets it lie anywhere."""
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.1), np.flatnonzero(ink.max(axis=0) > 0.1)
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = share * min(width, height) / max(cut.shape)
    wide, high = (max(2, round(side * scale)) for side in cut.shape[::-1])
    small = np.asarray(Image.fromarray(cut).resize((wide, high), Image.Resampling.BICUBIC)).clip(0, 1)
    margin = 0.04 * min(width, height)
    page = np.zeros((height, width), np.float32)
    centre = [(side - part) / 2 for side, part in ((height, high), (width, wide))]
    top, left = (round(middle + drift * random.uniform(-1, 1) * (middle - margin)) for middle in centre)
    page[top : top + high, left : left + wide] = small
    return page


def cloud(width: int, height: int, cells: int, random: Random) -> np.ndarray:
    """Smooth noise [height, width] of about -1..1, with `cells` bumps across."""
    coarse = random.standard_normal((cells * height // width + 1, cells)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)) / 2


def shade(width: int, height: int, random: Random) -> np.ndarray:
    """Light [height, width]: falls off to one side, and a hand or a phone throws a shadow with a soft edge."""
    angle, edge = random.uniform(0, 2 * np.pi), random.uniform(0, 2 * np.pi)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    fall = 1 - random.uniform(0.1, 0.25) * (1 + x * np.cos(angle) + y * np.sin(angle))
    across = x * np.cos(edge) + y * np.sin(edge) - random.uniform(-0.5, 0.5)
    shadow = expit(across / random.uniform(0.01, 0.15))
    return fall * (1 - random.uniform(0.2, 0.5) * shadow)


def photograph(ink: Ink, random: Random, light=1.0, grain: float = 0.0, lines: Ink | float = 0.0) -> Image.Image:
    """Ink [h, w] on paper: blue or black ink, warm paper, `light` [h, w] on both, blue `lines` under it, noise of a camera."""
    paper = np.array([1, 0.98, 0.95]) * random.uniform(0.75, 0.95)
    black = random.random() < 0.5
    colour = np.array([0.12, 0.12, 0.13] if black else [0.1, 0.15, 0.45])
    cover = np.asarray(ink)[..., None] * random.uniform(0.8, 1)
    printed = 1 - np.asarray(lines)[..., None] * np.array([0.45, 0.3, 0.12])
    seen = paper * printed * (1 - cover) + colour * cover
    seen = seen * np.asarray(light)[..., None] if np.ndim(light) else seen * light
    seen = seen + random.normal(0, grain + 0.008, (*ink.shape, 1))
    return Image.fromarray(np.rint(seen.clip(0, 1) * 255).astype(np.uint8))


def drawing(ink: Ink) -> Image.Image:
    """Black on white, as from a page that one draws on."""
    return Image.fromarray(np.rint(255 - 255 * ink).astype(np.uint8))


def compress(picture: Image.Image, quality: int) -> Image.Image:
    packed = BytesIO()
    picture.save(packed, "JPEG", quality=quality)
    return Image.open(packed)


def sheet(digit: np.ndarray, random: Random) -> Ink:
    """The digit somewhere near the middle of a photographed sheet, a third to two thirds of it high."""
    return place(strokes(digit), *PHOTO, random.uniform(0.35, 0.65), random, drift=0.5)


def ruling(width: int, height: int, random: Random) -> Ink:
    """Squared paper: lines of one to two pixels, 28 to 56 apart, not quite straight up."""
    pitch, thickness, lean = random.uniform(28, 56), random.uniform(1, 2), np.radians(random.uniform(-3, 3))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    across, down = x * np.cos(lean) + y * np.sin(lean), y * np.cos(lean) - x * np.sin(lean)
    distance = np.minimum(*(np.abs((axis + random.uniform(0, pitch)) % pitch - pitch / 2) for axis in (across, down)))
    return np.clip(thickness / 2 + 0.5 - distance, 0, 1) * random.uniform(0.5, 1)


def texture(random: Random) -> np.ndarray:
    """Light on crumpled, fibrous paper."""
    return 1 + 0.06 * cloud(*PHOTO, 6, random) + 0.05 * cloud(*PHOTO, 40, random) + 0.04 * cloud(*PHOTO, 200, random)


def blurred(ink: Ink, random: Random, most: float) -> Ink:
    return ndimage.gaussian_filter(ink, random.uniform(most / 3, most))


def everything(digit: np.ndarray, random: Random) -> Image.Image:
    """A hasty photograph: a little of each."""
    ink = turn(strokes(digit), random.uniform(-10, 10))
    ink = blurred(place(ink, *PHOTO, random.uniform(0.25, 0.6), random, drift=0.8), random, 2)
    return photograph(ink, random, shade(*PHOTO, random) * texture(random), 0.01)


# Turned, sheared, scaled and shifted at once.
BENT = Recipe(epochs=0, rate=0, rotation=15, shear=10, scale=0.15, shift=2)
# Each: a digit [28, 28] of 0..1 and a source of chance to a picture.
KINDS: dict[str, Callable[[np.ndarray, Random], Image.Image]] = {
    "plain": lambda digit, random: drawing(strokes(digit)),
    "rotate15": lambda digit, random: drawing(turn(strokes(digit), random.uniform(-15, 15))),
    "bent": lambda digit, random: drawing(strokes(bend(digit[None, ..., None], BENT, random)[0, ..., 0])),
    "thick": lambda digit, random: drawing(pen(digit, random.uniform(32, 44))),
    "thin": lambda digit, random: drawing(pen(digit, random.uniform(3, 7))),
    "offcentre": lambda digit, random: drawing(place(strokes(digit), 600, 800, random.uniform(0.12, 0.3), random)),
    "blur": lambda digit, random: photograph(blurred(sheet(digit, random), random, 5), random),
    "shadow": lambda digit, random: photograph(sheet(digit, random), random, shade(*PHOTO, random)),
    "paper": lambda digit, random: compress(photograph(sheet(digit, random), random, texture(random), 0.03), 60),
    "grid": lambda digit, random: photograph(sheet(digit, random), random, lines=ruling(*PHOTO, random)),
    "photo": everything,
}
