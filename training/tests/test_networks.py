import numpy as np
import onnx
import pytest

keras = pytest.importorskip("keras")

from facet_training import digit_model, gesture_model  # noqa: E402
from facet_training.digit_recipe import Recipe  # noqa: E402
from facet_training.digit_train import logits, split, train  # noqa: E402
from facet_training.export import cool, export, settle  # noqa: E402

RANDOM = np.random.default_rng(4)
IMAGES = RANDOM.random((8, 28, 28, 1), np.float32)


def shaken(model: keras.Model) -> keras.Model:
    """Weights and statistics as training leaves them: none at its start value."""
    model.set_weights([np.abs(values + RANDOM.normal(0, 0.1, values.shape)) for values in model.get_weights()])
    return model


def test_joined_committee_answers_the_mean_of_its_branches():
    committee = shaken(digit_model.committee())
    expected = logits(committee, IMAGES)
    assert np.allclose(digit_model.join(committee)(IMAGES).numpy(), expected, rtol=1e-3)
    assert digit_model.join(committee).count_params() <= 1_500_000


def test_folded_gesture_network_is_the_same_function():
    network, rows = shaken(gesture_model.geometric(18)), RANDOM.normal(size=(5, 42)).astype(np.float32)
    assert np.allclose(gesture_model.fold(network)(rows), network(rows, training=False), rtol=1e-3)


def test_cooling_divides_logits():
    network = digit_model.classic()
    before = network(IMAGES).numpy()
    cool(network, 2)
    assert np.allclose(network(IMAGES), before / 2, atol=1e-5)


def test_an_interrupted_training_goes_on(tmp_path, capsys):
    recipe = Recipe(epochs=2, rate=1e-3, held=8, batch=8, average=0.9)
    images, truth = RANDOM.random((24, 28, 28, 1), np.float32), RANDOM.integers(0, 10, 24)
    training, held = split(images, truth, recipe)

    def after_one(name, value, step):
        if step == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(digit_model.classic(), training, held, recipe, tmp_path, log=after_one)
    seen = []
    train(digit_model.classic(), training, held, recipe, tmp_path, log=lambda name, value, step: seen.append(step))
    assert "going on after epoch 1 of 2" in capsys.readouterr().out
    assert set(seen) == {1}


def test_the_same_weights_make_the_same_file_in_whatever_order_the_converter_put_them(tmp_path):
    export(gesture_model.fold(gesture_model.geometric(18)), tmp_path / "model.onnx", "landmarks", "logits")
    first, shuffled = onnx.load(tmp_path / "model.onnx"), onnx.load(tmp_path / "model.onnx")
    for field in (shuffled.graph.node, shuffled.graph.initializer):
        values = list(field)
        del field[:]
        field.extend(values[::-1])
    settle(shuffled.graph)
    assert shuffled.SerializeToString() == first.SerializeToString()
