"""What can be learnt from training rows alone: the temperature, and how well hands of an unknown gesture are told apart."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
from scipy.special import logsumexp
from tqdm import tqdm

from .export import cool, export
from .gesture_model import fold
from .gesture_train import Recipe, train
from .metrics import auroc, best_temperature, softmax

FOLDS = 5
LEARNT = ("temperature", "crossValidatedAccuracy", "minutes")  # what a manifest keeps under `training`
SCORES = ("max-probability", "energy")  # what a service can compute from logits alone
ACCEPTED = 0.95  # share of real gestures that the threshold lets through


def folds(truth: np.ndarray, seed: int) -> np.ndarray:
    """[n] fold of each row, 0..4, every class spread evenly."""
    order = np.random.default_rng(seed).permutation(len(truth))
    place = np.empty(len(truth), int)
    for label in np.unique(truth):
        rows = order[truth[order] == label]
        place[rows] = np.arange(len(rows)) % FOLDS
    return place


def trained(build, points: np.ndarray, truth: np.ndarray, classes: int, recipe: Recipe, log=None) -> keras.Model:
    """A served network, [n, 42] to logits, from the rows given; `log` gets its loss and a bar shows it."""
    keras.backend.clear_session()  # layer names, and with them the file, must not depend on what was made before
    keras.utils.set_random_seed(recipe.seed)
    model = build(classes)
    train(model, points, truth, recipe, log, quiet=not log)
    return fold(model)


def logits_of(model: keras.Model, points: np.ndarray) -> np.ndarray:
    """Logits [n, c] of hands [n, 21, 2]."""
    return model(points.reshape(-1, 42)).numpy().astype(np.float64)


def cross_validate(build, points: np.ndarray, truth: np.ndarray, classes: int, recipe: Recipe) -> np.ndarray:
    """Logits [n, c] of every row from a network that was trained on the other folds."""
    place, logits = folds(truth, recipe.seed), np.zeros((len(truth), classes))
    for number in tqdm(range(FOLDS), desc="cross-validate", unit="fold"):
        inside = place != number
        logits[~inside] = logits_of(trained(build, points[inside], truth[inside], classes, recipe), points[~inside])
    return logits


def score(name: str, logits: np.ndarray) -> np.ndarray:
    """How much each row [n, c] looks like a gesture at all; higher is more.

    max-probability: Hendrycks, Gimpel 2017; energy: Liu et al. 2020, the log of the summed exponentials of the logits.
    """
    if name == "max-probability":
        return softmax(logits).max(axis=1)
    return logsumexp(logits, axis=1)


def kept_back(truth: np.ndarray) -> np.ndarray:
    """[n] whether no network that leaves a gesture out sees this row: each class's first, sixth, eleventh … in the order of the rows.

    `models evaluate` finds the same rows by the same rule.
    """
    kept = np.zeros(len(truth), bool)
    for label in np.unique(truth):
        kept[np.flatnonzero(truth == label)[::FOLDS]] = True
    return kept


def leave_one_out(
    build, points: np.ndarray, truth: np.ndarray, labels: list[str], recipe: Recipe, temperature: float, folder: Path
) -> dict[str, dict[str, float]]:
    """{score: {gesture: AUROC}}: its hands against hands of the others, by a network that saw neither, left in `folder`.

    As many networks as gestures: each is trained for a third of the recipe's epochs.
    """
    recipe = replace(recipe, epochs=recipe.epochs // 3)
    kept = kept_back(truth)
    found: dict[str, dict[str, float]] = {}
    for left, label in enumerate(tqdm(labels, desc="leave one out", unit="gesture")):
        rows = ~kept & (truth != left)
        model = trained(build, points[rows], truth[rows] - (truth[rows] > left), len(labels) - 1, recipe)
        cool(model, temperature)
        export(model, folder / f"{label}.onnx", "landmarks", "logits")
        known, unknown = (logits_of(model, points[part]) for part in (kept & (truth != left), truth == left))
        for name in SCORES:
            found.setdefault(name, {})[label] = auroc(score(name, known), score(name, unknown))
    return found


def rejection(logits: np.ndarray, by_score: dict[str, dict[str, float]], command: str) -> dict:
    """The manifest's `rejection`: of the scores that need only logits the one that separates best, and its threshold.

    logits: cross-validated, already cooled. Below the threshold an answer means 'no gesture'.
    """
    mean = {name: float(np.mean(list(values.values()))) for name, values in by_score.items()}
    best = max(mean, key=mean.get)
    return {
        "score": best,
        "threshold": round(float(np.quantile(score(best, logits), 1 - ACCEPTED)), 4),
        "accepted": ACCEPTED,
        "auroc": round(mean[best], 4),
        "scores": {name: round(value, 4) for name, value in mean.items()},
        "classes": {label: round(value, 4) for label, value in by_score[best].items()},
        "command": command,
    }


def calibrate(build, points: np.ndarray, truth: np.ndarray, labels: list[str], recipe: Recipe, command: str, folder: Path) -> dict:
    """{"training": {"temperature", "crossValidatedAccuracy"}, "rejection"}, all from training rows; `folder` gets the networks of `leave_one_out`."""
    logits = cross_validate(build, points, truth, len(labels), recipe)
    temperature = round(best_temperature(logits, truth), 4)
    accuracy = round(float((logits.argmax(axis=1) == truth).mean()), 4)
    by_score = leave_one_out(build, points, truth, labels, recipe, temperature, folder)
    return {
        "training": {"temperature": temperature, "crossValidatedAccuracy": accuracy},
        "rejection": rejection(logits / temperature, by_score, command),
    }
