"""Smaller forms of a small network: they run, they are smaller, and they say nearly the same."""

import json
import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from facet_training import compress


@pytest.fixture
def network(tmp_path):
    """Conv, relu, then a dense layer; with a note in its metadata."""
    random = np.random.default_rng(3)
    tensors = {"kernel": random.normal(0, 0.2, (16, 3, 3, 3)), "bias": random.normal(0, 0.2, 16), "dense": random.normal(0, 0.05, (16 * 6 * 6, 40))}
    nodes = [
        helper.make_node("Conv", ["picture", "kernel", "bias"], ["seen"]),
        helper.make_node("Relu", ["seen"], ["kept"]),
        helper.make_node("Flatten", ["kept"], ["flat"]),
        helper.make_node("MatMul", ["flat", "dense"], ["logits"]),
    ]
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in (("picture", ["n", 3, 8, 8]), ("logits", ["n", 40]))]
    weights = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in tensors.items()]
    model = helper.make_model(helper.make_graph(nodes, "small", values[:1], values[1:], weights), opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"names": "{0: 'a'}"})
    path = tmp_path / "small.onnx"
    onnx.save(model, path)
    return path


def rows(count=20):
    random = np.random.default_rng(4)
    return [{"picture": random.random((1, 3, 8, 8), np.float32)} for _ in range(count)]


@pytest.mark.parametrize(
    ("form", "share", "far"),
    [
        (compress.optimise, 1.1, 1e-5),
        (compress.halve, 0.6, 0.01),
        (compress.quantise_dynamically, 0.5, 0.05),
        (lambda source, target: compress.quantise_statically(source, target, rows()), 0.6, 0.1),
    ],
    ids=["optimised", "fp16", "int8-dynamic", "int8-static"],
)
def test_a_form_is_smaller_and_says_nearly_the_same(network, tmp_path, form, share, far):
    target = tmp_path / "form.onnx"
    form(network, target)
    assert target.stat().st_size < share * network.stat().st_size
    assert compress.difference(network, target) <= far


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
