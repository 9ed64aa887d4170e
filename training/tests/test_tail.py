"""The dense end of a network: found, trained in seconds, put back where it was."""

import json

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from facet_training.paths import MODELS
from facet_training.tail import find_tail, train


def answers(path, rows):
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: rows})[0]


@pytest.mark.parametrize("place, layers", [("digit/v1", [(1600, 128), (128, 10)]), ("digit/v2", [(384, 10)]), ("gesture/v1", [(42, 64), (64, 32), (32, 18)])])
def test_the_shipped_models_end_as_they_say(place, layers, tmp_path):
    folder = MODELS / place
    manifest = json.loads((folder / "manifest.json").read_text())
    tail = find_tail(folder / "model.onnx")
    assert [layer.kernel.shape for layer in tail.layers] == layers
    rows = np.random.default_rng(1).uniform(-1, 1, (5, *manifest["inputs"][0]["shape"][1:])).astype(np.float32)
    expected = answers(folder / "model.onnx", rows)
    np.testing.assert_allclose(tail.logits(tail.features(rows)), expected, atol=1e-3)
    tail.save(tmp_path / "same.onnx")
    np.testing.assert_array_equal(answers(tmp_path / "same.onnx", rows), expected)


@pytest.fixture
def network(tmp_path):
    """tanh of the input, then a Gemm, turned, and a MatMul with its Add."""
    random = np.random.default_rng(3)
    tensors = {"a": random.normal(0, 0.5, (16, 4)), "b": np.zeros(16), "c": random.normal(0, 0.5, (16, 3)), "d": np.zeros(3)}
    nodes = [
        helper.make_node("Tanh", ["rows"], ["seen"]),
        helper.make_node("Gemm", ["seen", "a", "b"], ["one"], transB=1),
        helper.make_node("Relu", ["one"], ["two"]),
        helper.make_node("MatMul", ["two", "c"], ["three"]),
        helper.make_node("Add", ["three", "d"], ["logits"]),
    ]
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", size]) for name, size in (("rows", 4), ("logits", 3))]
    weights = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in tensors.items()]
    model = helper.make_model(helper.make_graph(nodes, "small", values[:1], values[1:], weights), opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = tmp_path / "small.onnx"
    onnx.save(model, path)
    return path


def test_it_learns_what_its_rows_show_and_the_file_says_the_same(network, tmp_path):
    random = np.random.default_rng(5)
    rows = random.normal(0, 1, (900, 4)).astype(np.float32)
    truth = (rows[:, 0] > 0.3).astype(int) + (rows[:, 1] > 0).astype(int)
    tail = find_tail(network)
    assert tail.cut == "seen"
    features = tail.features(rows)
    before = (tail.logits(features).argmax(axis=1) == truth).mean()
    train(tail, features[:600], truth[:600], np.ones(600), epochs=200, rate=1e-2, pull=0, seed=1)
    after = (tail.logits(features[600:]).argmax(axis=1) == truth[600:]).mean()
    assert before < 0.7 < 0.93 < after
    tail.save(tmp_path / "learnt.onnx")
    np.testing.assert_allclose(answers(tmp_path / "learnt.onnx", rows), tail.logits(features), atol=1e-4)

    again = find_tail(network)
    train(again, features[:600], truth[:600], np.ones(600), epochs=200, rate=1e-2, pull=0, seed=1)
    np.testing.assert_array_equal(again.layers[0].kernel, tail.layers[0].kernel)


def test_a_model_that_ends_in_something_else_is_refused_with_a_sentence(tmp_path):
    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 4]) for name in ("rows", "logits")]
    graph = helper.make_graph([helper.make_node("Tanh", ["rows"], ["logits"])], "none", value[:1], value[1:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "none.onnx")
    with pytest.raises(SystemExit, match="ends in a dense layer, found Tanh"):
        find_tail(tmp_path / "none.onnx")
