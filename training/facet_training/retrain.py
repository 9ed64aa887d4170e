"""Goes on training a classifier with what people labelled: the dense layers at its end, on old rows and new.

Takes minutes at most and no training framework. The result is a plain ONNX file for `models import`.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from .landmarks import mirror, normalise, read_hands, rotate
from .metrics import best_temperature, softmax
from .mnist import digits, read_idx
from .paths import REPOSITORY, SHARED_DATA
from .tail import find_tail, train

SEED = 7
HELD = 0.15  # of the new rows and of the old ones: they only judge
OLD = 6000  # old rows that keep the model from forgetting
NEW = 0.5  # share of a batch that is new, however few they are


def digit_rows(folder: Path, labels: list[str]) -> tuple[tuple, tuple]:
    """((old images [n, 1, 28, 28] of 0..1, truth), (new ones)): MNIST's training digits, and the export's, in MNIST's own format."""
    images, truth = digits("train")
    new = read_idx(folder / "images-idx3-ubyte").astype(np.float32)[:, None] / 255
    return (images.transpose(0, 3, 1, 2), truth), (new, read_idx(folder / "labels-idx1-ubyte").astype(np.int64))


def gesture_rows(folder: Path, labels: list[str]) -> tuple[tuple, tuple]:
    """The same of hands, [n, 42], by a CSV each; new hands are also shown mirrored and a little turned."""
    path = SHARED_DATA / "gesture" / "hagrid18.csv.gz"
    old, new = read_hands(path, SEED), read_hands(folder / "hands.csv", SEED)
    unknown = sorted(set(new.labels) - set(labels))
    if unknown:
        raise SystemExit(f"hands.csv: the model knows no {', '.join(unknown)}; only a training from scratch can teach it")
    points, truth = old.part(test=False)

    def place(hands, positions):
        return np.array([labels.index(hands.labels[position]) for position in positions], np.int64)

    return (points.reshape(-1, 42), place(old, truth)), (new.points.reshape(-1, 42), place(new, new.truth))


def seen_anew(rows: np.ndarray, random: np.random.Generator, copies: int = 8) -> np.ndarray:
    """Hands [n, 42] to [copies * n, 42]: the same from the other side and a little turned, the first as it is."""
    hands = rows.reshape(-1, 21, 2)
    seen = [hands]
    for number in range(1, copies):
        turned = rotate(mirror(hands) if number % 2 else hands, random.uniform(-8, 8, len(hands)))
        seen.append(normalise(turned + random.normal(0, 0.006, turned.shape)))
    return np.concatenate(seen).reshape(-1, 42).astype(np.float32)


ROWS = {"digit": digit_rows, "gesture": gesture_rows}
RATE = {"digit": 1e-3, "gesture": 1e-3}


def divide(count: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Positions to learn from, and positions held back."""
    order = random.permutation(count)
    held = max(1, round(count * HELD))
    return order[held:], order[:held]


def accuracy(logits: np.ndarray, truth: np.ndarray) -> float:
    return round(float((logits.argmax(axis=1) == truth).mean()), 4)


def retrain(task: str, model: Path, data: Path, out: Path, epochs: int) -> dict:
    """Writes `out`; answers what was found on rows that were held back, before and after."""
    random = np.random.default_rng(SEED)
    manifest = json.loads((model / "manifest.json").read_text())
    tail = find_tail(model / manifest["file"])
    (old_rows, old_truth), (new_rows, new_truth) = ROWS[task](data, manifest["labels"])
    chosen = random.permutation(len(old_rows))[:OLD]
    old_rows, old_truth = old_rows[chosen], old_truth[chosen]
    if len(new_rows) < 10:
        raise SystemExit(f"{data}: expected at least ten labelled samples, found {len(new_rows)}")

    old_learn, old_held = divide(len(old_rows), random)
    new_learn, new_held = divide(len(new_rows), random)
    fresh, fresh_truth = new_rows[new_learn], new_truth[new_learn]
    if task == "gesture":
        fresh_truth = np.tile(fresh_truth, 8)
        fresh = seen_anew(fresh, random)
    rows = np.concatenate([old_rows[old_learn], fresh]).astype(np.float32)
    truth = np.concatenate([old_truth[old_learn], fresh_truth])
    share = np.concatenate([np.full(len(old_learn), (1 - NEW) / len(old_learn)), np.full(len(fresh), NEW / len(fresh))])

    features = tail.features(rows)
    held = tail.features(np.concatenate([old_rows[old_held], new_rows[new_held]]).astype(np.float32))
    held_truth = np.concatenate([old_truth[old_held], new_truth[new_held]])
    part = slice(len(old_held)), slice(len(old_held), None)
    before = tail.logits(held)
    train(tail, features, truth, share, epochs=epochs, rate=RATE[task], pull=1e-4, seed=SEED)
    after = tail.logits(held)
    temperature = best_temperature(after, held_truth)
    tail.layers[-1].kernel = tail.layers[-1].kernel / temperature
    tail.layers[-1].bias = tail.layers[-1].bias / temperature

    out.parent.mkdir(parents=True, exist_ok=True)
    tail.save(out)
    return {
        "task": task,
        "from": f"{manifest['task']}/{manifest['version']}@sha256:{manifest['sha256'][:12]}",
        "layers": [list(layer.kernel.shape) for layer in tail.layers],
        "labelled": len(new_rows),
        "old": len(old_rows),
        "temperature": round(temperature, 4),
        "held back": {
            name: {"rows": len(held_truth[rows]), "before": accuracy(before[rows], held_truth[rows]), "after": accuracy(after[rows], held_truth[rows])}
            for name, rows in zip(("old", "labelled"), part)
        },
        "confidence": round(float(softmax(after / temperature).max(axis=1).mean()), 4),
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="training/run retrain", description=__doc__.splitlines()[0])
    parser.add_argument("--task", choices=tuple(ROWS), required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder that `npm run samples -- export` wrote for the task")
    parser.add_argument("--model", type=Path, help="folder of the model to begin with; default: models/<task>/v2")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--epochs", type=int, default=30, help="default: 30")
    chosen = parser.parse_args()
    model = chosen.model or REPOSITORY / "models" / chosen.task / "v2"
    print(json.dumps(retrain(chosen.task, model, chosen.data, chosen.out, chosen.epochs)))


if __name__ == "__main__":
    main()
