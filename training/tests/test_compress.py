"""Smaller forms of a small network: they run, they are smaller, and they say nearly the same."""

import json
import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from facet_training import compress

WHITE = {"picture": np.ones((1, 3, 8, 8), np.float32)}


def save(path, kernel, bias, dense):
    """Conv, relu, then a dense layer; with a note in its metadata."""
    nodes = [
        helper.make_node("Conv", ["picture", "kernel", "bias"], ["seen"]),
        helper.make_node("Relu", ["seen"], ["kept"]),
        helper.make_node("Flatten", ["kept"], ["flat"]),
        helper.make_node("MatMul", ["flat", "dense"], ["logits"]),
    ]
    shapes = {"picture": ["n", 3, 8, 8], "logits": ["n", dense.shape[1]]}
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    tensors = {"kernel": kernel, "bias": bias, "dense": dense}
    weights = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in tensors.items()]
    model = helper.make_model(helper.make_graph(nodes, "small", values[:1], values[1:], weights), opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"names": "{0: 'a'}"})
    onnx.save(model, path)
    return path


@pytest.fixture
def network(tmp_path):
    random = np.random.default_rng(3)
    return save(tmp_path / "small.onnx", random.normal(0, 0.2, (16, 3, 3, 3)), random.normal(0, 0.2, 16), random.normal(0, 0.05, (16 * 6 * 6, 40)))


@pytest.fixture
def extreme(tmp_path):
    """Weights of 1 and -1 alone: on a white picture all products of a sum are as large as they can be, and of one sign."""
    signs = np.where(np.arange(16) % 2 == 0, 1.0, -1.0)
    return save(tmp_path / "extreme.onnx", np.tile(signs[:, None, None, None], (1, 3, 3, 3)), np.zeros(16), np.tile(signs, (16 * 6 * 6, 1)))


def rows(count=20):
    random = np.random.default_rng(4)
    return [{"picture": random.random((1, 3, 8, 8), np.float32)} for _ in range(count)]


def quantise_statically(source, target, feeds=None):
    compress.quantise_statically(source, target, feeds or rows())


@pytest.mark.parametrize(
    ("form", "share", "far"),
    [
        (compress.optimise, 1.1, 1e-5),
        (compress.halve, 0.6, 0.01),
        (compress.quantise_dynamically, 0.5, 0.05),
        (quantise_statically, 0.6, 0.1),
    ],
    ids=["optimised", "fp16", "int8-dynamic", "int8-static"],
)
def test_a_form_is_smaller_and_says_nearly_the_same(network, tmp_path, form, share, far):
    target = tmp_path / "form.onnx"
    form(network, target)
    assert target.stat().st_size < share * network.stat().st_size
    assert compress.difference(network, target) <= far


def test_static_int8_leaves_sums_of_two_products_within_16_bits(network, tmp_path):
    """Without VNNI, x86 saturates larger ones, and answers otherwise than other processors."""
    target = tmp_path / "form.onnx"
    quantise_statically(network, target)
    stored = [numpy_helper.to_array(tensor) for tensor in onnx.load(target).graph.initializer if tensor.data_type == TensorProto.INT8]
    weights = [values.astype(int) for values in stored if values.ndim > 1]
    assert len(weights) == 2
    assert max(2 * 255 * np.abs(values).max() for values in weights) <= np.iinfo(np.int16).max


@pytest.mark.parametrize(
    "form", [compress.quantise_dynamically, lambda source, target: quantise_statically(source, target, [WHITE])], ids=["int8-dynamic", "int8-static"]
)
def test_the_largest_sums_are_as_in_fp32(extreme, tmp_path, form):
    target = tmp_path / "form.onnx"
    form(extreme, target)
    expected, found = (compress.open_plain(file).run(None, WHITE)[0] for file in (extreme, target))
    assert np.abs(found - expected).max() <= 0.02 * np.abs(expected).max()


def test_weights_stored_as_int8_are_unpacked_exactly(tmp_path):
    kernel = numpy_helper.from_array(np.arange(-24, 24, dtype=np.int8).reshape(4, 3, 2, 2), "stored")
    scale, zero = (numpy_helper.from_array(np.array(v, t), n) for n, v, t in (("scale", [0.1, 0.2, 0.3, 0.4], np.float32), ("zero", [0] * 4, np.int8)))
    nodes = [helper.make_node("DequantizeLinear", ["stored", "scale", "zero"], ["kernel"], axis=0), helper.make_node("Conv", ["x", "kernel"], ["y"])]
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in (("x", [1, 3, 5, 5]), ("y", [1, 4, 4, 4]))]
    graph = helper.make_graph(nodes, "stored", values[:1], values[1:], [kernel, scale, zero])
    packed, plain = tmp_path / "packed.onnx", tmp_path / "plain.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), packed)
    compress.unpack(packed, plain)
    assert [node.op_type for node in onnx.load(plain).graph.node] == ["Conv"]
    assert compress.difference(packed, plain) < 1e-6


def test_the_command_keeps_the_metadata_and_says_what_it_did(network, tmp_path, monkeypatch, capsys):
    target = tmp_path / "made.onnx"
    monkeypatch.setattr(sys, "argv", ["compress", str(network), str(target), "--optimize", "--quantize"])
    compress.main()
    said = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert said["bytes"] == target.stat().st_size < network.stat().st_size
    assert 0 < said["difference"] < 0.1
    assert {entry.key: entry.value for entry in onnx.load(target).metadata_props} == {"names": "{0: 'a'}"}
