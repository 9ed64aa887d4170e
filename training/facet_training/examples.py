"""`examples/`: hands, a drawn digit and a photograph that may be shipped, for the README's first requests."""

import argparse

import numpy as np

from .gesture import SEED, class_average
from .golden import write_json
from .ink import SEVEN, draw
from .landmarks import read_hands
from .paths import EXAMPLES, SHARED_DATA
from .pictures import ORIGINS, picture

FRAME = (1280, 720)  # pixels, as a webcam gives
REACH = 330  # pixels from the wrist to the farthest point
MAZE = ("like", "dislike", "four", "three")
PHOTO = "coffee"


def browser_hand(points: np.ndarray, depth: np.ndarray) -> dict:
    """A request as MediaPipe in a browser gives it: x / width, y / height, and the frame's size beside them."""
    pixels = points * REACH
    pixels += np.array(FRAME) / 2 - (pixels.min(axis=0) + pixels.max(axis=0)) / 2
    shares = pixels / FRAME
    landmarks = [{"x": round(float(x), 5), "y": round(float(y), 5), "z": round(float(z), 5)} for (x, y), z in zip(shares, depth)]
    return {"landmarks": landmarks, "image": {"width": FRAME[0], "height": FRAME[1]}}


def main() -> None:
    parser = argparse.ArgumentParser(prog="training/run examples", description=__doc__)
    parser.add_argument("--data", default=SHARED_DATA / "gesture" / "hagrid18.csv.gz", help="landmarks that the average hands come from")
    hands = read_hands(parser.parse_args().data, SEED)
    (EXAMPLES / "hands").mkdir(parents=True, exist_ok=True)
    for gesture in MAZE:
        hand = browser_hand(*class_average(hands, gesture))
        write_json(EXAMPLES / "hands" / f"{gesture}.json", hand)
        if gesture == MAZE[0]:
            write_json(EXAMPLES / "hand.json", hand)
    draw(SEVEN, 280, 17, paper=255, ink=25).save(EXAMPLES / "digit.png", optimize=True)
    picture(PHOTO, 640).save(EXAMPLES / "photo.jpg", quality=85)
    (EXAMPLES / "ATTRIBUTION.md").write_text(
        "# Where these files come from\n\n"
        "| File | Origin | Licence |\n| --- | --- | --- |\n"
        "| `hand.json`, `hands/*.json` | Averages over many hands of a gesture in HaGRID (github.com/hukenovs/hagrid), no single person's hand | CC BY-SA 4.0 |\n"
        "| `digit.png` | Drawn by `training/facet_training/ink.py` | this repository's |\n"
        f"| `photo.jpg` | {ORIGINS[PHOTO].split(';')[0]}, from scikit-image | {ORIGINS[PHOTO].split('; ')[1]} |\n\n"
        "`training/run examples` writes them again.\n"
    )


if __name__ == "__main__":
    main()
