import numpy as np
import pytest

pytest.importorskip("yaml")
from facet_training.average_precision import average_precision
from facet_training.blood_pictures import GREY, Picture, clip, join, place, sample, tint, turn

COLOURS = ((250, 0, 0), (0, 250, 0))
BOXES = np.array([[10, 20, 40, 50], [60, 5, 95, 25]], float)


def slide() -> Picture:
    """Two coloured rectangles on white, the boxes exactly around them."""
    pixels = np.full((80, 120, 3), 255, np.uint8)
    for (left, top, right, bottom), colour in zip(BOXES.astype(int), COLOURS):
        pixels[top:bottom, left:right] = colour
    return Picture("slide", pixels, np.array([0, 1]), BOXES)


def seen(pixels: np.ndarray, channel: int) -> np.ndarray:
    """The box around what has the rectangle's colour."""
    other = 1 - channel
    rows, columns = np.nonzero((pixels[..., channel] > 180) & (pixels[..., other] < 90))
    return np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], float)


@pytest.mark.parametrize("quarter", range(4))
@pytest.mark.parametrize("flip", [False, True])
def test_boxes_turn_with_the_picture(quarter, flip):
    pixels, boxes = turn(slide().pixels, BOXES, quarter, flip)
    for label in range(2):
        assert np.array_equal(boxes[label], seen(pixels, label))


@pytest.mark.parametrize("seed", range(20))
def test_boxes_follow_scaling_and_placing(seed):
    pixels, classes, boxes = place(slide(), 128, 128, (0.6, 1.0), np.random.default_rng(seed))
    assert pixels.shape == (128, 128, 3)
    for label, box in zip(classes, boxes):
        assert np.abs(box - seen(pixels, label)).max() <= 1.5
    if len(classes) == 2:  # all of it lies inside, so some of the canvas is bare
        assert (pixels == GREY).all(axis=2).any()


def test_cells_that_are_hardly_visible_are_not_asked_for():
    classes, boxes = clip(np.array([0, 1]), np.array([[0, 0, 10, 10], [5, 0, 15, 10]], float), (8, 0, 20, 20))
    assert classes.tolist() == [1]
    assert boxes.tolist() == [[8, 0, 15, 10]]


@pytest.mark.parametrize("seed", range(10))
def test_two_pictures_joined_show_the_cells_that_are_asked_for(seed):
    random = np.random.default_rng(seed)
    one = (slide().pixels.astype(np.float32), np.array([0, 1]), BOXES)
    pixels, classes, boxes = join(one, one, random)
    assert pixels.shape == one[0].shape
    for label, (left, top, right, bottom) in zip(classes, boxes.astype(int)):
        inside = pixels[top:bottom, left:right]
        assert (inside[..., label] > 180).mean() > 0.95


def test_a_sample_is_a_tensor_of_shares_and_follows_its_seed():
    first, again, other = (sample([slide()], 0, 64, 96, (0.5, 1.0), 0.5, np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    assert first.shape == (3, 96, 64)
    assert 0 <= first.min() <= first.max() <= 1
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert tint(np.full((4, 4, 3), 100, np.float32), np.random.default_rng(3)).std() < 20


def test_average_precision_reads_precision_at_101_recalls():
    truth = [np.array([[0, 0, 10, 10], [100, 0, 110, 10]], float)]
    found = [(np.array([[0, 0, 10, 10], [50, 0, 60, 10], [100, 0, 110, 10]], float), np.array([0.9, 0.8, 0.7]))]
    assert average_precision(truth, found, 0.5) == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert average_precision(truth, [(np.zeros((0, 4)), np.zeros(0))], 0.5) == 0
    twice = [(np.repeat(truth[0][:1], 2, axis=0), np.array([0.9, 0.8]))]
    assert average_precision([truth[0][:1]], twice, 0.5) == 1
    assert average_precision(truth, twice, 0.5) == pytest.approx(51 / 101)
