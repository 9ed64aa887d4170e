import numpy as np
import pytest

from facet_training.ink import SEVEN, draw, frame

redrawn = pytest.importorskip("facet_training.redrawn", reason="needs scikit-image")
DIGIT = frame(np.asarray(draw(SEVEN, 280, 24, paper=0, ink=255), np.float32) / 255)


@pytest.mark.parametrize("kind", redrawn.KINDS)
def test_every_kind_shows_ink_and_follows_its_seed(kind):
    first, again, other = (np.asarray(redrawn.KINDS[kind](DIGIT, np.random.default_rng(seed)).convert("L"), int) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert first.shape in {(280, 280), (640, 480), (800, 600)}
    assert np.ptp(first) > 80
    assert kind in ("plain",) or first.shape != other.shape or not np.array_equal(first, other)


def test_a_thick_pen_leaves_more_ink_than_a_thin_one():
    thin, plain, thick = redrawn.pen(DIGIT, 5), redrawn.strokes(DIGIT), redrawn.pen(DIGIT, 38)
    assert thin.sum() < 0.5 * plain.sum() and plain.sum() < thick.sum()
