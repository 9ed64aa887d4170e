"""The card of the blood-cell detector."""

from pathlib import Path

from . import card
from .blood_pictures import Picture

LIMITS = """\
- An example of how to bring a detector of your own, no medical device: nobody may be diagnosed by it.
- One laboratory, one microscope, one stain (BCCD's smears); other pictures look different to it.
- BCCD's annotators left cells out, above all red ones that overlap or are cut by the frame; finding those counts as a mistake here.
- Measured on 64 pictures, so the numbers vary by a point or two."""


def write(folder: Path, manifest: dict, by_class: dict[str, float], held: list[Picture]) -> None:
    """`card.md`; by_class: AP at IoU 0.50."""
    boxes = {name: sum(int((picture.classes == label).sum()) for picture in held) for label, name in enumerate(by_class)}
    rows = [[name, f"{value:.3f}", boxes[name]] for name, value in by_class.items()]
    card.write_card(
        folder,
        manifest,
        {
            "By class": card.table(["Class", "AP at IoU 0.50", "Boxes"], rows),
            "Data": "BCCD: 364 pictures of blood smears, 4,886 boxes, 300 pictures to train on and 64 held back, which nothing was chosen by. "
            "The golden picture is one of the held-back ones.",
            "Limits": LIMITS,
        },
    )
