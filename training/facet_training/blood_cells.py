"""The blood-cell detector: trains a YOLOv9 from scratch with LibreYOLO, imports it as a user would, measures it, writes its card."""

import argparse
import dataclasses
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import torch
from libreyolo.utils.serialization import wrap_libreyolo_checkpoint
from PIL import Image

from . import blood_card, tracking
from .average_precision import average_precision
from .blood_pictures import GREY, Picture, read_labels, read_pictures
from .blood_train import Recipe, build, train
from .detector import Detector, letterbox, open_session, suppress
from .manifest import measured, read_manifest, save_manifest
from .paths import CACHE, REPOSITORY, SHARED_DATA

SIZE = 320  # of the square that a picture is served in
CONFIDENCE, IOU, LIMIT = 0.001, 0.5, 100
THRESHOLDS = np.arange(0.5, 1, 0.05)
FOLDER = REPOSITORY / "examples" / "blood-cells"
DATASET = "BCCD, held-back part"  # as `models evaluate` names it
COMMAND = "training/run blood-cells"

Found = tuple[np.ndarray, np.ndarray, np.ndarray]  # classes [n], scores [n], boxes [n, 4] in pixels of the picture


@torch.no_grad()
def detect(model: torch.nn.Module, pixels: np.ndarray) -> Found:
    """What the network finds, for measuring while it learns: low scores and all classes kept."""
    square, scale, offset = letterbox(Image.fromarray(pixels), SIZE, "top-left", GREY)
    answer = model(torch.from_numpy(square.astype(np.float32)))["predictions"][0].float().numpy()
    height, width = pixels.shape[:2]
    boxes = ((answer[:4].T - np.tile(offset, 2)) / np.tile(scale, 2)).clip(0, [width, height] * 2)
    rows = []
    for label, scores in enumerate(answer[4:]):
        likely = np.flatnonzero(scores >= CONFIDENCE)
        rows += [(float(scores[likely[k]]), label, likely[k]) for k in suppress(boxes[likely], scores[likely], IOU)]
    rows = sorted(rows, reverse=True)[:LIMIT]
    return np.array([r[1] for r in rows], int), np.array([r[0] for r in rows]), boxes[[r[2] for r in rows]]


def measure(found: list[Found], pictures: list[Picture], labels: list[str], thresholds=(0.5,)) -> dict[str, list[float]]:
    """AP by class, one value a threshold of overlap."""
    result = {}
    for label, name in enumerate(labels):
        truth = [picture.boxes[picture.classes == label] for picture in pictures]
        of_class = [(boxes[classes == label], scores[classes == label]) for classes, scores, boxes in found]
        result[name] = [average_precision(truth, of_class, iou) for iou in thresholds]
    return result


def fit(recipe: Recipe, size: str, labels: list[str], pictures: list[Picture], held: list[Picture], every: int) -> Path:
    """Trains, or goes on, and writes the averaged network as a checkpoint of LibreYOLO's."""
    folder = CACHE / f"blood-cells-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    with tracking.run("blood-cells", size, dataclasses.asdict(recipe)) as log:

        def after(epoch: int, loss: float, model: torch.nn.Module) -> None:
            log.log_metric("loss", loss, step=epoch)
            line = f"epoch {epoch} loss {loss:.3f}"
            if epoch % every == 0 or epoch == recipe.until:
                values = {name: ap[0] for name, ap in measure([detect(model, each.pixels) for each in held], held, labels).items()}
                log.log_metric("map50_held", float(np.mean(list(values.values()))), step=epoch)
                line += f" mAP50 {np.mean(list(values.values())):.3f} " + " ".join(f"{name} {value:.3f}" for name, value in values.items())
            print(line, flush=True)

        average = train(pictures, build(len(labels), size), recipe, folder / "checkpoint.pt", after)
    target = folder / "blood-cells.pt"
    torch.save(
        wrap_libreyolo_checkpoint(
            average.state_dict(), model_family="yolo9", size=size, task="detect", nc=len(labels), names=dict(enumerate(labels)), imgsz=SIZE
        ),
        target,
    )
    return target


def bring(weights: Path, data: Path) -> Path:
    """`models import`, as a user types it; the folder of the model."""
    golden = sorted((data / "images" / "val").iterdir())[0]
    command = ["npm", "run", "--silent", "models", "--", "import", str(weights), "--task", "detection", "--version", "v1"]
    command += ["--name", "Blood cells, YOLOv9-t", "--licence", "MIT", "--anchor", "top-left", "--box-format", "xyxy", "--size", str(SIZE)]
    command += ["--python", f"{CACHE.parent}/.venv-detector/bin/python", "--golden", str(golden), "--models-dir", str(FOLDER), "--replace"]
    subprocess.run(command, cwd=REPOSITORY, check=True)
    return FOLDER / "detection" / "v1"


def served(folder: Path, pictures: list[Picture]) -> list[Found]:
    """What the exported file finds, by the way that the service goes."""
    manifest = read_manifest(folder)
    detector = Detector(open_session(folder / manifest["file"], {}), manifest["preprocessing"], manifest["head"])
    answers = [detector(Image.fromarray(each.pixels), CONFIDENCE, IOU, LIMIT, multi_label=True) for each in pictures]
    return [(np.array([c for c, _, _ in a], int), np.array([s for _, s, _ in a]), np.array([b for _, _, b in a]).reshape(-1, 4)) for a in answers]


def finish(folder: Path, recipe: Recipe, labels: list[str], held: list[Picture], data: Path) -> None:
    """Measures the imported file and writes the numbers into manifest and card."""
    by_class = measure(served(folder, held), held, labels, THRESHOLDS)
    all_classes = np.mean(list(by_class.values()), axis=0)

    def entry(metric: str, value: float) -> dict:
        return measured(metric, value, DATASET, len(held), f"{COMMAND} --measure")

    manifest = read_manifest(folder) | {
        "description": "Finds red and white blood cells and platelets in pictures through a microscope: the worked example of an own detector.",
        "architecture": "YOLOv9-t: GELAN backbone, PANet neck, decoupled heads on three levels, distances from distributions of 16 bins",
        "accuracy": entry("mAP at IoU 0.50", all_classes[0]),
        "metrics": [
            entry("mAP", all_classes.mean()),
            *[entry(f"AP at IoU 0.50, {name}", values[0]) for name, values in by_class.items()],
        ],
        "training": {"dataset": "BCCD, 300 training pictures", **dataclasses.asdict(recipe), "command": COMMAND},
        "source": "Trained here from random weights with LibreYOLO",
        "attribution": "BCCD (Shenggan/BCCD_Dataset, MIT); LibreYOLO (MIT), after MultimediaTechLab/YOLO (MIT): YOLOv9, Chien-Yao Wang, Hong-Yuan Mark Liao",
    }
    save_manifest(folder, manifest)
    if (data / "LICENSE").exists():  # the golden picture is one of the data set's, which asks for that
        shutil.copyfile(data / "LICENSE", FOLDER / "LICENSE.data")
    blood_card.write(folder, manifest, {name: values[0] for name, values in by_class.items()}, held)
    print(f"blood cells: mAP at IoU 0.50 {all_classes[0]:.4f}, mAP {all_classes.mean():.4f} on {len(held)} pictures")


def main() -> None:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED_DATA / "bccd", help="a data set in YOLO's layout; default: ../shared/data/bccd")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs, help=f"that the learning rate is planned for; default: {Recipe.epochs}")
    parser.add_argument("--until", type=int, default=Recipe.until, help=f"stop after so many of them; a later run goes on; default: {Recipe.until}")
    parser.add_argument("--size", choices=("t", "s"), default="t", help="of the network")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--every", type=int, default=5, help="measure on the held-back part every so many epochs")
    parser.add_argument("--measure", action="store_true", help="only measure the model that is there and rewrite its numbers")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    recipe = dataclasses.replace(Recipe(), epochs=chosen.epochs, until=chosen.until)
    torch.manual_seed(recipe.seed)
    labels, held, began = read_labels(chosen.data), read_pictures(chosen.data, "val"), time.monotonic()
    if chosen.measure:
        folder = FOLDER / "detection" / "v1"
    else:
        weights = fit(recipe, chosen.size, labels, read_pictures(chosen.data, "train"), held, chosen.every)
        print(f"trained for {(time.monotonic() - began) / 60:.0f} minutes in this run")
        folder = bring(weights, chosen.data)
    finish(folder, recipe, labels, held, chosen.data)


if __name__ == "__main__":
    main()
