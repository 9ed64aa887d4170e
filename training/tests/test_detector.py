import numpy as np
from PIL import Image

from facet_training.detector import letterbox, overlap, resize, suppress


def test_letterbox_keeps_the_shape_and_pads_the_rest():
    picture = Image.new("RGB", (200, 100), (255, 0, 0))
    pixels, scale, offset = letterbox(picture, 50, "centre", 0)
    assert (pixels.shape, scale.tolist(), offset.tolist()) == ((1, 3, 50, 50), [0.25, 0.25], [0, 12])
    assert pixels[0, 0, 12:37].min() == 1 and pixels[0, 0, :12].max() == 0 and pixels[0, 1:].max() == 0


def test_resize_is_exact_on_a_slope():
    slope = np.tile(np.arange(8, dtype=np.float32)[None, :, None], (8, 1, 3))
    assert np.allclose(resize(slope, 4, 8)[0, :, 0], [0.5, 2.5, 4.5, 6.5])


def test_suppression_keeps_the_best_of_overlapping_boxes():
    boxes = np.array([[0, 0, 10, 10], [1, 0, 10, 10], [20, 20, 30, 30]], float)
    assert np.allclose(overlap(boxes[0], boxes), [1, 0.9, 0])
    assert suppress(boxes, np.array([0.5, 0.9, 0.3]), 0.45) == [1, 2]
