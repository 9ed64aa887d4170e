"""Keras to ONNX with the names and the open batch dimension that the manifests promise."""

from pathlib import Path

import keras
import onnx
import tensorflow as tf
import tf2onnx

OPSET = 17


def cool(model: keras.Model, temperature: float) -> None:
    """Divides the logits by `temperature` (Guo et al. 2017), in the weights of the last layer."""
    model.layers[-1].set_weights([values / temperature for values in model.layers[-1].get_weights()])


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
    settle(proto.graph)
    onnx.checker.check_model(proto, full_check=True)
    path.write_bytes(proto.SerializeToString())


def settle(graph: onnx.GraphProto) -> None:
    """Puts nodes in the order in which the output needs them and names all that lies between by it.

    tf2onnx orders nodes by their addresses in memory, so that without this the same weights would give another file each time.
    """
    producers = {name: node for node in graph.node for name in node.output}
    stored = {tensor.name: tensor for tensor in graph.initializer}
    order: list[onnx.NodeProto] = []

    def visit(name: str) -> None:
        node = producers.pop(name, None)
        if node:
            for needed in node.input:
                visit(needed)
            order.append(node)

    for value in graph.output:
        visit(value.name)
    renamed = {value.name: value.name for value in (*graph.input, *graph.output)}
    tensors = []
    for position, node in enumerate(order):
        node.name = f"{node.name.split('__')[0]}__{position}"
        for place, name in enumerate(node.input):
            if name in stored and name not in renamed:
                renamed[name] = stored[name].name = f"{node.name}/{place}"
                tensors.append(stored[name])
            node.input[place] = renamed[name] if name else ""
        for place, name in enumerate(node.output):
            node.output[place] = renamed.setdefault(name, f"{node.name}:{place}")
    for field, values in ((graph.node, order), (graph.initializer, tensors), (graph.value_info, [])):
        copies = [type(value).FromString(value.SerializeToString(deterministic=True)) for value in values]
        del field[:]
        field.extend(copies)
