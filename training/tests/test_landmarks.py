import numpy as np
import pytest

from facet_training.landmarks import average_hand, mirror, normalise, read_hands, rotate

HANDS = np.random.default_rng(1).normal(size=(40, 21, 2))


def test_normalised_hands_start_at_the_wrist_and_reach_one():
    hands = normalise(HANDS * 300 + 50)
    assert np.allclose(hands[:, 0], 0)
    assert np.allclose(np.linalg.norm(hands, axis=2).max(axis=1), 1)


def test_turning_right_on_a_screen_moves_up_to_the_right():
    up = np.array([[[0.0, 0.0], [0.0, -1.0]]])
    assert np.allclose(rotate(up, 90)[0, 1], [1, 0])


def test_average_of_left_and_right_hands_does_not_collapse():
    hand = normalise(HANDS[:1])
    mixed = np.concatenate([hand, mirror(hand)] * 5)
    mean, depth = average_hand(mixed, np.ones((10, 21)))
    assert min(np.abs(mean - hand[0]).max(), np.abs(mean - mirror(hand)[0]).max()) < 1e-9
    assert np.allclose(depth, 1)


def test_reads_a_plain_csv_without_split_or_depth(tmp_path):
    head = ["label", *[f"{axis}{i}" for i in range(1, 22) for axis in "xy"]]
    rows = [",".join(["up" if i % 2 else "down", *map(str, HANDS[i].ravel())]) for i in range(40)]
    (tmp_path / "own.csv").write_text("\n".join([",".join(head), *rows]))
    hands = read_hands(tmp_path / "own.csv", seed=3)
    assert hands.labels == ["down", "up"]
    assert [hands.test[hands.truth == label].sum() for label in (0, 1)] == [4, 4]


def test_names_the_columns_that_are_missing(tmp_path):
    (tmp_path / "bad.csv").write_text("label,x1,y1\nup,0,0\n")
    with pytest.raises(SystemExit, match="x21"):
        read_hands(tmp_path / "bad.csv", seed=3)
