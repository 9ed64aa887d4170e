"""EfficientDet-Lite: from the published TFLite file to an ONNX graph with a YOLO-like end.

EfficientDet is Tan, Pang and Le, CVPR 2020 (arXiv:1911.09070); the Lite variants drop squeeze-and-excitation and swish.
The published files end in TFLite's own NMS. Here that end is cut off and replaced:

    images [N,3,S,S] RGB 0..1 -> backbone, BiFPN, heads -> best 1000 anchors -> boxes [N,1000,4], scores [N,1000,80]

boxes are (cx, cy, w, h) in input pixels; NMS stays outside, where its thresholds belong to the request.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .coco import CATEGORY_IDS

TOP_ANCHORS = 1000
TFLITE_CLASSES = 90
OPSET = 13


def convert_tflite(tflite: Path, converted: Path) -> onnx.ModelProto:
    """tf2onnx's float graph of a quantised TFLite file, with TFLite's NMS still at its end."""
    if not converted.exists():
        command = [sys.executable, "-m", "tf2onnx.convert", "--tflite", str(tflite), "--output", str(converted)]
        command += ["--opset", str(OPSET), "--dequantize", "--inputs-as-nchw", "serving_default_images:0"]
        subprocess.run(command, check=True)
    return onnx.load(str(converted))


class Surgery:
    """Edits one graph in place. Method order is the order of use."""

    def __init__(self, model: onnx.ModelProto):
        self.graph = model.graph
        self.tensors = {tensor.name: tensor for tensor in self.graph.initializer}
        self.size = next(d.dim_value for d in self.graph.input[0].type.tensor_type.shape.dim if d.dim_value > 3)
        self.nodes = list(self.graph.node)

    def array(self, name: str) -> np.ndarray:
        return numpy_helper.to_array(self.tensors[name])

    def constant(self, name: str, value) -> str:
        self.tensors[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def add(self, op: str, inputs: list[str], output: str, **attributes) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def producer(self, name: str) -> onnx.NodeProto:
        return next(node for node in self.nodes if name in node.output)

    def replace_input(self) -> None:
        """uint8 input with its (x - 127) / 128 becomes float 0..1, any batch."""
        old = self.graph.input[0].name
        stem = next(node for node in self.nodes if node.op_type == "Conv")
        while True:
            node = next(node for node in self.nodes if old in node.input)
            if node is stem:
                break
            self.nodes.remove(node)
            old = node.output[0]
        scaled = helper.make_node("Mul", ["images", self.constant("scale", np.float32(255 / 128))], ["scaled"], name="scaled")
        centred = helper.make_node("Sub", ["scaled", self.constant("centre", np.float32(127 / 128))], ["centred"], name="centred")
        stem.input[0] = "centred"
        self.nodes[:0] = [scaled, centred]

    def keep_coco_classes(self, logits: str) -> None:
        """Drops the ten unused of 90 outputs from each level's last class convolution, and frees the batch dimension."""
        columns = np.array(CATEGORY_IDS) - 1
        pruned: set[str] = set()
        for reshape_output in self.producer(logits).input:
            reshape = self.producer(reshape_output)
            transpose = self.producer(reshape.input[0])
            convolution = self.producer(transpose.input[0])
            reshape.input[1] = self.constant("class_shape", np.array([0, -1, len(columns)], np.int64))
            for name in convolution.input[1:]:
                if name not in pruned:
                    values = self.array(name)
                    values = values.reshape(-1, TFLITE_CLASSES, *values.shape[1:])[:, columns]
                    self.constant(name, values.reshape(-1, *values.shape[2:]))
                    pruned.add(name)

    def free_batch_of_boxes(self, offsets: str) -> None:
        for reshape_output in self.producer(offsets).input:
            self.producer(reshape_output).input[1] = self.constant("box_shape", np.array([0, -1, 4], np.int64))

    def replace_end(self) -> None:
        """Cuts TFLite's NMS off; keeps the best anchors by class logit, then decodes and squashes only those."""
        sigmoid = next(node for node in self.nodes if node.op_type == "Sigmoid")
        divide = next(node for node in self.nodes if node.op_type == "Div")
        logits, offsets = sigmoid.input[0], divide.input[0]
        anchors = self.array("stack")  # [A, 4]: y, x of the centre, height, width, as fractions of the input
        self.keep_coco_classes(logits)
        self.free_batch_of_boxes(offsets)

        self.add("ReduceMax", [logits], "anchor_best", axes=[2], keepdims=0)
        top = helper.make_node("TopK", ["anchor_best", self.constant("top", np.array([TOP_ANCHORS], np.int64))], ["top_logits", "top_anchors"], name="top_anchors")
        self.nodes.append(top)
        self.add("Unsqueeze", ["top_anchors", self.constant("last_axis", np.array([2], np.int64))], "top_index")
        self.add("GatherND", [logits, "top_index"], "best_logits", batch_dims=1)
        self.add("Sigmoid", ["best_logits"], "scores")

        # Box formula: centre = anchor centre + offset * anchor extent; extent = exp(offset) * anchor extent.
        self.add("GatherND", [offsets, "top_index"], "best_offsets", batch_dims=1)
        pixels = (anchors * self.size).astype(np.float32)
        self.add("Gather", [self.constant("anchor_centres", pixels[:, 1::-1].copy()), "top_anchors"], "centres", axis=0)
        self.add("Gather", [self.constant("anchor_extents", pixels[:, :1:-1].copy()), "top_anchors"], "extents", axis=0)
        self.constant("order_centre", np.array([1, 0], np.int64))
        self.constant("order_extent", np.array([3, 2], np.int64))
        self.add("Gather", ["best_offsets", "order_centre"], "offset_centre", axis=2)
        self.add("Gather", ["best_offsets", "order_extent"], "offset_extent", axis=2)
        self.add("Mul", ["offset_centre", "extents"], "shift")
        self.add("Add", ["shift", "centres"], "box_centre")
        self.add("Exp", ["offset_extent"], "growth")
        self.add("Mul", ["growth", "extents"], "box_extent")
        self.add("Concat", ["box_centre", "box_extent"], "boxes", axis=2)

    def widen_resizes(self) -> None:
        """A scale such as 5/3, rounded down to float32, lets newer ONNX Runtimes infer 4 rows for 5: take the float above."""
        for node in self.nodes:
            if node.op_type == "Resize" and node.input[2] in self.tensors:
                scales = self.array(node.input[2])
                whole = scales == np.rint(scales)
                self.constant(node.input[2], np.where(whole, scales, np.nextafter(scales, np.float32(np.inf))))

    def store_weights_as_int8(self) -> None:
        """Convolution weights back to one int8 scale an output channel, as they were in the TFLite file."""
        convolutions = [node for node in self.nodes if node.op_type == "Conv"]
        restored: dict[str, str] = {}
        unpackers = []
        for node in convolutions:
            name = node.input[1]
            if name not in restored:
                weights = self.array(name)
                peak = np.abs(weights).reshape(len(weights), -1).max(axis=1)
                scale = np.where(peak > 0, peak / 127, 1).astype(np.float32)
                steps = np.rint(weights / scale.reshape(-1, 1, 1, 1)).astype(np.int8)
                short = f"weight_{len(restored)}"
                inputs = [self.constant(f"{short}_int8", steps), self.constant(f"{short}_scale", scale)]
                unpackers.append(helper.make_node("DequantizeLinear", inputs, [short], name=short, axis=0))
                restored[name] = short
            node.input[1] = restored[name]
        self.nodes[:0] = unpackers

    def finish(self, name: str) -> onnx.ModelProto:
        """The edited model: unreachable nodes and tensors gone, names short, shapes checked."""
        needed, kept = {"boxes", "scores"}, []
        for node in reversed(self.ordered()):
            if needed.intersection(node.output):
                needed.update(node.input)
                kept.append(node)
        kept.reverse()
        short: dict[str, str] = {}
        public = {"images", "boxes", "scores"}
        for node in kept:
            for names in (node.input, node.output):
                for position, old in enumerate(names):
                    # The converter's names are whole TensorFlow paths, a third of the file.
                    names[position] = old if not old or old in public else short.setdefault(old, f"t{len(short)}")
            node.name = node.output[0]
        tensors = []
        for old, new in short.items():
            if old in self.tensors:
                tensor = onnx.TensorProto()
                tensor.CopyFrom(self.tensors[old])
                tensor.name = new
                tensors.append(tensor)
        inputs = [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 3, self.size, self.size])]
        outputs = [
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, ["batch", TOP_ANCHORS, 4]),
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", TOP_ANCHORS, len(CATEGORY_IDS)]),
        ]
        graph = helper.make_graph(kept, name, inputs, outputs, tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="facet-training")
        model.ir_version = 8
        onnx.checker.check_model(model, full_check=True)
        return model

    def ordered(self) -> list[onnx.NodeProto]:
        """Nodes in an order in which every input exists before it is read."""
        known = {"images", "", *self.tensors}
        waiting, done = list(self.nodes), []
        while waiting:
            ready = [node for node in waiting if all(name in known for name in node.input)]
            if not ready:
                break  # what is left hangs on the input that was cut off
            for node in ready:
                known.update(node.output)
            done += ready
            waiting = [node for node in waiting if not all(name in known for name in node.output)]
        return done


def build(tflite: Path, converted: Path, int8_weights: bool = True) -> onnx.ModelProto:
    """The whole conversion of one published file."""
    surgery = Surgery(convert_tflite(tflite, converted))
    surgery.replace_input()
    surgery.replace_end()
    surgery.widen_resizes()
    if int8_weights:
        surgery.store_weights_as_int8()
    return surgery.finish(tflite.stem)
