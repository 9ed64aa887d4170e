import numpy as np

from facet_training.digit_augment import CHANGES, augment, bend
from facet_training.digit_recipe import Recipe
from facet_training.ink import THREE, draw, frame

DIGIT = frame(np.asarray(draw(THREE, 280, 24, paper=0, ink=255), np.float32) / 255)
MANY = np.repeat(DIGIT[None, ..., None], 64, axis=0)


def recipe(**changes) -> Recipe:
    still = {"rotation": 0, "shear": 0, "scale": 0, "shift": 0}
    return Recipe(epochs=1, rate=1, **(still | changes))


def test_no_change_is_no_change():
    assert np.allclose(bend(MANY, recipe(), np.random.default_rng(1)), MANY, atol=1e-3)


def test_augmented_digits_differ_stay_in_range_and_follow_the_seed():
    changed, again = (augment(MANY, recipe(rotation=15, elastic=0.8, redrawn=0.5), np.random.default_rng(1)) for _ in range(2))
    assert changed.shape == MANY.shape and changed.min() >= 0 and changed.max() <= 1
    assert np.array_equal(changed, again) and np.abs(changed[0] - changed[1]).max() > 0.2


def test_pens_change_how_much_ink_there_is():
    thick, thin = (change(MANY[..., 0], np.random.default_rng(1)).sum(axis=(1, 2)) / DIGIT.sum() for change in CHANGES[:2])
    assert thick.min() > 1.1 and thin.max() < 0.95
