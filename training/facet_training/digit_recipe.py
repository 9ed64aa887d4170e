"""What a digit network is trained with; a manifest repeats it under `training`."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Recipe:
    """rotation, shear in degrees either way; scale as a share; shift in pixels; elastic as the bend's strength in pixels.

    redrawn: share of the digits that get another pen or paper; average: decay a step of the weights' moving average;
    held: training digits that only validate; half: whether products are taken in bfloat16.
    """

    epochs: int
    rate: float
    rotation: float = 12
    shear: float = 10
    scale: float = 0.12
    shift: float = 1.5
    elastic: float = 0.0
    redrawn: float = 0.0
    smoothing: float = 0.0
    decay: float = 1e-4
    average: float = 0.0
    held: int = 5000
    half: bool = False
    batch: int = 128
    seed: int = 7

    def parameters(self) -> dict:
        return asdict(self)
