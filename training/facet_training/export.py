"""Keras to ONNX with the names and the open batch dimension that the manifests promise."""

from pathlib import Path

import keras
import onnx
import tensorflow as tf
import tf2onnx

OPSET = 17


def export(model: keras.Model, path: Path, input_name: str, output_name: str, channels_first: bool = False) -> None:
    """Writes `path`: one input, one output, batch open. Images become NCHW when `channels_first`."""
    shape = [None, *model.input_shape[1:]]
    signature = [tf.TensorSpec(shape, tf.float32, name=input_name)]
    names = [input_name] if channels_first else None
    proto, _ = tf2onnx.convert.from_keras(model, signature, opset=OPSET, inputs_as_nchw=names)
    old = proto.graph.output[0].name
    for node in proto.graph.node:
        for tensors in (node.input, node.output):
            for position, name in enumerate(tensors):
                tensors[position] = output_name if name == old else name
    proto.graph.output[0].name = output_name
    for value in (proto.graph.input[0], proto.graph.output[0]):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    proto.ir_version = 8
    onnx.checker.check_model(proto, full_check=True)
    path.write_bytes(proto.SerializeToString())

