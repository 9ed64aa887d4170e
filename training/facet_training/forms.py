"""Other forms of the shipped models (fp32, fp16, int8), made in training/.cache/variants from the files that are shipped.

Needs no training framework, so that `models evaluate` can have them made where only the tests' environment is.
"""

import argparse
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from . import compress
from .blood_pictures import read_pictures
from .detector import letterbox, open_session
from .landmarks import read_hands
from .manifest import read_manifest
from .mnist import digits
from .paths import CACHE, MODELS, REPOSITORY, SHARED_DATA

EXAMPLE = REPOSITORY / "examples" / "blood-cells" / "detection" / "v1"
FOLDERS = [MODELS / task / version for task in ("gesture", "digit", "detection") for version in ("v1", "v2")] + [EXAMPLE]
CALIBRATION = 200  # rows of training data


def calibration_rows(manifest: dict) -> list[np.ndarray] | None:
    """Inputs [1, …] from training data that a static quantisation takes its ranges from; COCO's pictures are all test data."""
    if manifest["accuracy"]["dataset"].startswith("BCCD"):
        pictures = read_pictures(SHARED_DATA / "bccd", "train")[: CALIBRATION // 2]
        return [letterbox(Image.fromarray(each.pixels), 320, "top-left", 114)[0] for each in pictures]
    if manifest["task"] == "digit":
        return list(digits("train")[0][:CALIBRATION].transpose(0, 3, 1, 2)[:, None])
    if manifest["task"] == "gesture":
        points = read_hands(SHARED_DATA / "gesture" / "hagrid18.csv.gz", 7).part(test=False)[0]
        chosen = np.linspace(0, len(points) - 1, CALIBRATION).astype(int)  # the file is sorted by class
        return list(points[chosen].reshape(CALIBRATION, 1, -1))
    return None


def make(folder: Path) -> dict[str, Path]:
    """{form: file}: those that can be made of the shipped file, in a folder that is named for its hash and there only when all are."""
    manifest, shipped = read_manifest(folder), folder / "model.onnx"
    place = CACHE / "variants" / manifest["sha256"][:16]
    work = place.with_suffix(".part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    made = {}

    def add(name: str, build) -> None:
        target = work / f"{name.replace(' ', '-')}.onnx"
        try:
            build(target)
            open_session(target, {}, 1)
        except Exception as error:  # noqa: BLE001
            target.unlink(missing_ok=True)
            print(f"{manifest['task']} {manifest['version']}: no {name}: {str(error).splitlines()[0][:120]}")
            return
        made[name] = target

    plain = shipped
    if manifest["precision"] != "fp32":
        add("fp32", lambda target: compress.unpack(shipped, target))
        plain = made.get("fp32", shipped)
    add("optimised", lambda target: compress.optimise(plain, target))
    add("fp16", lambda target: compress.halve(plain, target))
    add("int8 dynamic", lambda target: compress.quantise_dynamically(plain, target))
    rows = calibration_rows(manifest)
    if rows:
        name = manifest["inputs"][0]["name"]
        add("int8 static", lambda target: compress.quantise_statically(plain, target, ({name: row.astype(np.float32)} for row in rows)))
    shutil.rmtree(place, ignore_errors=True)
    work.rename(place)
    return {name: place / file.name for name, file in made.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="training/run forms", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, default=FOLDERS, help="folders of models; default: all that are shipped")
    for folder in parser.parse_args().folders:
        make(folder.resolve())


if __name__ == "__main__":
    main()
