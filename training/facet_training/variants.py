"""Other forms of the shipped models (fp32, fp16, int8), each with its accuracy, size and speed beside what is shipped.

Manifest and card get the numbers, and the reason for what is shipped.
"""

import argparse
import json
import platform
import time
from pathlib import Path

import numpy as np
from PIL import Image

from . import card
from .blood_pictures import read_labels, read_pictures
from .average_precision import average_precision
from .detector import Detector, open_session
from .forms import EXAMPLE, FOLDERS, make
from .landmarks import read_hands
from .manifest import read_manifest, save_manifest
from .mnist import digits
from .paths import SHARED_DATA

COMMAND = "training/run variants"
LOST, FASTER = 0.001, 1.2  # what a form may lose, and must gain, to be shipped in place of the exported one
IMPORTED = {"optimised": "--optimize", "int8 dynamic": "--quantize"}  # forms that `models import` makes
ROUNDS = 15


class Classifier:
    """Gestures and digits: shares of right answers on all test rows."""

    def __init__(self, task: str):
        if task == "digit":
            images, self.truth = digits("t10k")
            self.rows = images.transpose(0, 3, 1, 2)
        else:
            points, self.truth = read_hands(SHARED_DATA / "gesture" / "hagrid18.csv.gz", 7).part(test=True)
            self.rows = points.reshape(-1, 42)

    def measure(self, session, manifest: dict) -> float:
        # One by one: dynamic quantisation takes its ranges from all rows of a run, so that its answers would depend on the others.
        name = session.get_inputs()[0].name
        answers = np.concatenate([session.run(None, {name: row[None]})[0] for row in self.rows.astype(np.float32)])
        return float((answers.argmax(axis=1) == self.truth).mean())


class Photographs:
    """COCO's pictures: mAP."""

    def measure(self, session, manifest: dict) -> float:
        from .coco import mean_average_precision

        detector = Detector(session, manifest["preprocessing"], manifest["head"])
        return mean_average_precision(SHARED_DATA / "detection", lambda image: detector(image, 0.001, 0.5, multi_label=True))["map"]


class Cells:
    """Blood: mAP at IoU 0.50 on the held-back pictures."""

    def __init__(self):
        self.labels, self.held = read_labels(SHARED_DATA / "bccd"), read_pictures(SHARED_DATA / "bccd", "val")

    def measure(self, session, manifest: dict) -> float:
        detector = Detector(session, manifest["preprocessing"], manifest["head"])
        found = [detector(Image.fromarray(each.pixels), 0.001, 0.5, 100, multi_label=True) for each in self.held]
        values = []
        for label in range(len(self.labels)):
            truth = [each.boxes[each.classes == label] for each in self.held]
            of_class = [(np.array([b for c, _, b in each if c == label]), np.array([s for c, s, _ in each if c == label])) for each in found]
            values.append(average_precision(truth, of_class, 0.5))
        return float(np.mean(values))


def data_for(folder: Path):
    if folder == EXAMPLE:
        return Cells()
    return Photographs() if folder.parent.name == "detection" else Classifier(folder.parent.name)


def speeds(sessions: dict, shape: list[int]) -> dict[str, float]:
    """How many times as fast as the shipped file, one row a run, one thread: all take turns in one process, the median of the ratios counts."""
    row = np.random.default_rng(1).random([1, *shape[1:]], np.float32)
    runs = {}
    for name, session in sessions.items():
        feed = {session.get_inputs()[0].name: row}
        session.run(None, feed)
        began = time.perf_counter()
        session.run(None, feed)
        runs[name] = (session, feed, max(1, min(200, int(0.02 / (time.perf_counter() - began)))))
    ratios: dict[str, list[float]] = {name: [] for name in sessions}
    for _ in range(ROUNDS):
        taken = {}
        for name, (session, feed, repeats) in runs.items():
            best = np.inf
            for _ in range(3):
                began = time.process_time()
                for _ in range(repeats):
                    session.run(None, feed)
                best = min(best, (time.process_time() - began) / repeats)
            taken[name] = best
        for name, seconds in taken.items():
            ratios[name].append(taken["shipped"] / seconds)
    return {name: float(np.median(values)) for name, values in ratios.items()}


def processor() -> str:
    """What matters of this processor to the speed of int8: sums of four products in one instruction (VNNI) where it has them."""
    info = Path("/proc/cpuinfo")
    flags = set(next((line for line in info.read_text().splitlines() if line.startswith("flags")), "").split()) if info.exists() else set()
    if not flags:
        return platform.machine()
    vector = next((name for name in ("AVX512F", "AVX2") if name.lower() in flags), "neither AVX2 nor AVX-512")
    return f"x86-64 with {vector}, {'with' if flags & {'avx512_vnni', 'avx_vnni'} else 'without'} VNNI"


def reason(forms: list[dict], precision: str, example: bool = False) -> str:
    """Why the shipped form is the one that it is."""
    shipped = forms[0]
    rule = f"Another form is the better trade when it loses at most {LOST} and is at least {FASTER} times as fast on a CPU."
    kept = [form for form in forms[1:] if form["value"] >= shipped["value"] - LOST]
    better = [form for form in kept if form["speed"] >= FASTER]
    if not better:
        smaller = [f"`{form['form']}`" for form in kept if form["bytes"] < shipped["bytes"]]
        close = "" if not smaller else f" {' and '.join(smaller)} would be smaller and not that much faster."
        return f"{rule} None does, so {precision} is shipped.{close}"
    best = max(better, key=lambda form: form["speed"])
    if example and best["form"] in IMPORTED:
        return f"{rule} `{best['form']}` does, and an import with `{IMPORTED[best['form']]}` makes it; what lies here is what a plain import gives."
    lost = max(0, shipped["value"] - best["value"])
    trade = f"{best['speed']:.2f} times the speed for a loss of {lost:.4f}"
    return f"{rule} By that `{best['form']}` should be shipped instead: {trade}. It has not taken the place of {precision} yet."


def measure(folder: Path) -> None:
    """Makes the forms of one model and writes what they are worth into its manifest and card."""
    manifest, data = read_manifest(folder), data_for(folder)
    files = {"shipped": folder / "model.onnx"} | make(folder)
    sessions = {name: open_session(file, manifest.get("sessionConfig", {}) if name == "shipped" else {}, 1) for name, file in files.items()}
    speed = speeds(sessions, manifest["inputs"][0]["shape"])
    forms = []
    for name, session in sessions.items():
        value = round(data.measure(session, manifest), 4)
        forms.append({"form": name, "bytes": files[name].stat().st_size, "value": value, "speed": round(speed[name], 2)})
        print(f"{folder.parent.name} {folder.name} {json.dumps(forms[-1])}", flush=True)
    write(folder, {"forms": forms, "processor": processor()})


def write(folder: Path, measured: dict) -> None:
    """Puts what was measured, and what follows from it, into manifest and card."""
    manifest = read_manifest(folder)
    why = reason(measured["forms"], manifest["precision"], folder == EXAMPLE)
    facts = {key: measured[key] for key in ("forms", "processor") if key in measured}
    manifest["variants"] = {"metric": manifest["accuracy"]["metric"], **facts, "reason": why, "command": COMMAND}
    save_manifest(folder, manifest)
    text = (folder / "card.md").read_text()
    before, _, reproduce = text.partition("\n## Reproduce")
    before = before.partition("\n## Other forms")[0]
    (folder / "card.md").write_text(f"{before}\n{card.variants(manifest)}\n\n## Reproduce{reproduce}")


def main() -> None:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0])
    parser.add_argument("only", nargs="*", help="gesture, digit, detection, blood-cells; default: all")
    parser.add_argument("--rewrite", action="store_true", help="measure nothing; write cards again from the numbers in the manifests")
    chosen = parser.parse_args()
    for folder in FOLDERS:
        name = "blood-cells" if folder == EXAMPLE else folder.parent.name
        if not chosen.only or name in chosen.only:
            write(folder, read_manifest(folder)["variants"]) if chosen.rewrite else measure(folder)


if __name__ == "__main__":
    main()
