"""Digits as a Python service would do them: Pillow to decode and scale, numpy to frame as MNIST did."""

import numpy as np
from opened import opened
from PIL import Image
from sessions import open_session
from softmax import softmax

SIDE = 28
BOX = 20
DIGITS = [str(digit) for digit in range(10)]


class Digit:
    def __init__(self, threads: int):
        self.session = open_session("digit", threads)

    def tensor(self, data: bytes | Image.Image) -> np.ndarray:
        """[1, 28, 28] of 0..1, bright ink on black."""
        image = opened(data)
        # Lets the JPEG decoder scale down by itself; pictures that are small enough stay as they are.
        image.thumbnail((280, 280))
        grey = image.convert("L")
        if grey.size == (SIDE, SIDE):
            return np.asarray(grey, np.float32)[None] / 255
        return self.frame(grey)[None]

    def frame(self, grey: Image.Image) -> np.ndarray:
        """Cuts the ink out, fits it into 20 pixels and puts its centre of mass in the middle."""
        pixels = np.asarray(grey)
        if np.median(pixels) > 127:
            pixels = 255 - pixels
        low, high = int(np.median(pixels)), int(pixels.max())
        ink = np.clip((pixels.astype(np.float32) - low) / max(1, high - low) * 2 - 0.6, 0, 1)
        rows, columns = np.flatnonzero(ink.max(axis=1) > 0.3), np.flatnonzero(ink.max(axis=0) > 0.3)
        cut = Image.fromarray((255 * ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]).astype(np.uint8))
        scale = BOX / max(cut.size)
        small = np.asarray(cut.resize((max(1, round(cut.width * scale)), max(1, round(cut.height * scale))), Image.Resampling.BOX))
        y, x = np.indices(small.shape)
        mass = small.sum()
        top = int(np.clip(round(SIDE / 2 - (small * y).sum() / mass), 0, SIDE - small.shape[0]))
        left = int(np.clip(round(SIDE / 2 - (small * x).sum() / mass), 0, SIDE - small.shape[1]))
        page = np.zeros((SIDE, SIDE), np.float32)
        page[top : top + small.shape[0], left : left + small.shape[1]] = small / 255
        return page

    def run(self, images: np.ndarray) -> np.ndarray:
        """[n, 1, 28, 28] to logits [n, 10]"""
        return self.session.run(None, {"image": images})[0]

    def answer(self, logits: np.ndarray) -> dict:
        shares = softmax(logits).tolist()
        confidence = max(shares)
        return {
            "predicted_digit": shares.index(confidence),
            "confidence": confidence,
            "all_probabilities": dict(zip(DIGITS, shares)),
        }

    def predict(self, data: bytes | Image.Image) -> dict:
        return self.answer(self.run(self.tensor(data)[None])[0])
