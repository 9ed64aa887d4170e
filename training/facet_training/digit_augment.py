"""Training digits written, held and photographed a little differently, as they look after the service's ink extraction."""

import numpy as np
from scipy import ndimage

from .digit_recipe import Recipe


def augment(images: np.ndarray, recipe: Recipe, random: np.random.Generator) -> np.ndarray:
    """[n, 28, 28, 1] of 0..1 to the same digits, bent and moved, then with other pens and papers where the recipe asks."""
    bent = bend(images, recipe, random)
    return redraw(bent[..., 0], recipe.redrawn, random)[..., None] if recipe.redrawn else bent


def bend(images: np.ndarray, recipe: Recipe, random: np.random.Generator) -> np.ndarray:
    """Rotation, shear, scale, shift and elastic bending (Simard, Steinkraus, Platt 2003) of [n, 28, 28, 1], bilinear."""
    n, size = len(images), images.shape[1]

    def uniform(limit: float) -> np.ndarray:
        return random.uniform(-limit, limit, n).astype(np.float32)

    angle, shear = np.radians(uniform(recipe.rotation)), np.tan(np.radians(uniform(recipe.shear)))
    zoom_x, zoom_y = np.exp(uniform(recipe.scale)), np.exp(uniform(recipe.scale))
    centre = (size - 1) / 2
    rows, columns = np.mgrid[:size, :size].astype(np.float32) - centre
    cos, sin = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    leaning = columns + shear[:, None, None] * rows
    x = (cos * leaning - sin * rows) * zoom_x[:, None, None] + centre + uniform(recipe.shift)[:, None, None]
    y = (sin * leaning + cos * rows) * zoom_y[:, None, None] + centre + uniform(recipe.shift)[:, None, None]
    if recipe.elastic:
        for axis in (x, y):
            noise = random.standard_normal((n, size // 7, size // 7), np.float32)
            # A coarse field drawn out smoothly bends as a blurred fine one does, at a tenth of the work.
            field = ndimage.zoom(noise, (1, 7, 7), order=1, grid_mode=True, mode="nearest")
            axis += field * (recipe.elastic / field.std())
    return sample(images[..., 0], x, y)[..., None]


def sample(images: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Bilinear values of images [n, s, s] at pixel positions x, y [n, s, s]; dark outside."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    size = padded.shape[1]
    x, y = np.clip(x + 1, 0, size - 1.001), np.clip(y + 1, 0, size - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    x, y = (x - left).astype(np.float32), (y - top).astype(np.float32)
    flat = padded.reshape(-1)
    corner = np.arange(len(images), dtype=np.int32)[:, None, None] * (size * size) + top * size + left
    upper = flat[corner] * (1 - x) + flat[corner + 1] * x
    lower = flat[corner + size] * (1 - x) + flat[corner + size + 1] * x
    return upper * (1 - y) + lower * y


def thick(ink: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A broad pen: dilated by up to a pixel all round."""
    return mix(ink, ndimage.maximum_filter(ink, (1, 3, 3)), 0.3, 1, random)


def thin(ink: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A fine pen: eroded by half a pixel, then as dark again as the service makes it."""
    worn = mix(ink, ndimage.minimum_filter(ink, (1, 2, 2)), 0.4, 1, random)
    return worn / np.maximum(worn.max(axis=(1, 2), keepdims=True), 0.3)


def blurred(ink: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A lens out of focus."""
    return mix(ink, ndimage.gaussian_filter(ink, (0, 1, 1)), 0.4, 1, random)


def grainy(ink: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A pencil on rough paper: ink is missing in places, and the paper leaves a few specks."""
    worn = ink * (1 - 0.6 * random.random(ink.shape, np.float32) * random.random((len(ink), 1, 1), np.float32))
    return np.where(random.random(ink.shape, np.float32) < 0.005, random.random(ink.shape, np.float32), worn)


def ruled(ink: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """What is left of a printed line, across or down, part of the picture's width."""
    lined, size = ink.copy(), ink.shape[1]
    for image in lined:
        place, start = random.integers(2, size - 2), random.integers(0, size // 2)
        line = image[place] if random.random() < 0.5 else image[:, place]
        stretch = line[start : start + random.integers(6, size)]
        np.maximum(stretch, random.uniform(0.2, 0.9), out=stretch)
    return lined


def mix(before: np.ndarray, after: np.ndarray, least: float, most: float, random: np.random.Generator) -> np.ndarray:
    """Between the two, each picture by its own share."""
    share = random.uniform(least, most, (len(before), 1, 1)).astype(np.float32)
    return before + share * (after - before)


CHANGES = (thick, thin, blurred, grainy, ruled)


def redraw(ink: np.ndarray, share: float, random: np.random.Generator) -> np.ndarray:
    """Changes a share of the pictures [n, s, s] in one way each, and the steepness of as many edges."""
    changed = ink.copy()
    kind = random.integers(0, len(CHANGES), len(ink))
    kind[random.random(len(ink)) >= share] = -1
    for number, change in enumerate(CHANGES):
        rows = kind == number
        if rows.any():
            changed[rows] = change(ink[rows], random)
    rows = random.random(len(ink)) < share
    low, high = random.uniform(0, 0.25, (rows.sum(), 1, 1)), random.uniform(0.6, 1, (rows.sum(), 1, 1))
    changed[rows] = np.clip((changed[rows] - low) / (high - low), 0, 1)
    return changed
