import numpy as np

from facet_training.ink import THREE, draw, frame


def test_framed_digit_fills_its_box_and_is_centred_by_mass():
    page = np.asarray(draw(THREE, 280, 24, paper=0, ink=255), np.float32) / 255
    framed = frame(np.pad(page, ((0, 90), (40, 0))))
    rows, columns = np.flatnonzero(framed.max(axis=1)), np.flatnonzero(framed.max(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    y, x = (np.arange(28) @ framed.sum(axis=axis) / framed.sum() for axis in (1, 0))
    assert abs(y - 13.5) <= 0.5 and abs(x - 13.5) <= 0.5
