"""Photographs that may be shipped: those of scikit-image's package that are public domain or CC0."""

from PIL import Image
from skimage import data

ORIGINS = {
    "astronaut": "Eileen Collins, NASA; public domain",
    "coffee": "Coffee cup, Rachel Michetti (Pikolo Espresso Bar); CC0",
    "chelsea": "Chelsea the cat, Stefan van der Walt; CC0",
    "rocket": "Falcon 9 launch, SpaceX; CC0",
}


def picture(name: str, longest: int | None = None) -> Image.Image:
    """One of `ORIGINS` as RGB, made smaller or larger so that its longest side is `longest` pixels when given."""
    image = Image.fromarray(getattr(data, name)()).convert("RGB")
    if longest:
        scale = longest / max(image.size)
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    return image
