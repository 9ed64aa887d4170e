"""The dense layers at the end of an ONNX classifier: cut off, trained on, put back.

What comes before them is left as it is and run once over all rows, so that learning takes seconds and needs no training framework. Features that
a network has learnt carry over well: often the last layers alone are what a shift asks to be learnt anew (Kirichenko, Izmailov, Wilson 2023).
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper

from .metrics import softmax


@dataclass
class Dense:
    """kernel [in, out], bias [out], and where the file keeps them."""

    kernel: np.ndarray
    bias: np.ndarray
    relu: bool
    stored: tuple[str, str]
    transposed: bool = False


@dataclass
class Tail:
    """layers in their order; cut is the tensor that goes into the first of them."""

    model: onnx.ModelProto
    cut: str
    layers: list[Dense] = field(default_factory=list)

    def features(self, rows: np.ndarray, part: int = 250) -> np.ndarray:
        """What goes into the tail, [n, in], for rows of the model's input."""
        graph = onnx.ModelProto.FromString(self.model.SerializeToString())
        name = graph.graph.input[0].name
        if self.cut == name:
            return rows.reshape(len(rows), -1)
        graph.graph.output.append(onnx.ValueInfoProto(name=self.cut))
        session = ort.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
        return np.concatenate([session.run([self.cut], {name: rows[at : at + part]})[0] for at in range(0, len(rows), part)])

    def logits(self, features: np.ndarray) -> np.ndarray:
        for layer in self.layers:
            features = features @ layer.kernel + layer.bias
            if layer.relu:
                features = np.maximum(features, 0)
        return features

    def save(self, path: Path) -> None:
        """Writes the model with the layers as they are now."""
        values = {}
        for layer in self.layers:
            values[layer.stored[0]] = layer.kernel.T if layer.transposed else layer.kernel
            values[layer.stored[1]] = layer.bias
        for tensor in self.model.graph.initializer:
            if tensor.name in values:
                shape = tuple(tensor.dims)
                tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values[tensor.name].reshape(shape), np.float32), tensor.name))
        onnx.checker.check_model(self.model)
        path.write_bytes(self.model.SerializeToString())


def find_tail(path: Path) -> Tail:
    """The longest chain of dense layers that ends in the model's output; ends with a sentence when there is none."""
    model = onnx.load(path)
    graph = model.graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    makers = {name: node for node in graph.node for name in node.output}
    uses = [name for node in graph.node for name in node.input]
    tail = Tail(model, graph.output[0].name)

    def maker(*kinds: str) -> onnx.NodeProto | None:
        """Who makes the tensor at the cut, if it is of such a kind and nobody else wants what it makes."""
        node = makers.get(tail.cut)
        return node if node is not None and node.op_type in kinds and uses.count(tail.cut) <= 1 else None

    while True:
        start = tail.cut
        relu = maker("Relu")
        if relu is not None:
            tail.cut = relu.input[0]
        layer = _dense(maker, stored, tail)
        if layer is None or (relu is None) != (not tail.layers):
            # A chain may only be cut where a layer begins; without a relu between them two layers would be one.
            tail.cut = start
            break
        layer.relu = relu is not None
        tail.layers.insert(0, layer)
    if not tail.layers:
        raise SystemExit(f"{path.name}: expected a model that ends in a dense layer, found {graph.node[-1].op_type}")
    return tail


def _dense(maker, stored: dict[str, np.ndarray], tail: Tail) -> Dense | None:
    """The layer that makes the tensor at the cut, which then moves before it: Gemm, or MatMul and Add."""
    gemm = maker("Gemm")
    if gemm is not None and len(gemm.input) == 3 and all(name in stored for name in gemm.input[1:]):
        settings = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in gemm.attribute}
        if settings.get("alpha", 1) != 1 or settings.get("beta", 1) != 1 or settings.get("transA", 0):
            return None
        kernel, bias, turned = stored[gemm.input[1]], stored[gemm.input[2]], bool(settings.get("transB", 0))
        tail.cut = gemm.input[0]
        return Dense((kernel.T if turned else kernel).copy(), bias.copy().ravel(), False, (gemm.input[1], gemm.input[2]), turned)
    add = maker("Add")
    if add is None or not any(name in stored for name in add.input):
        return None
    bias_name = next(name for name in add.input if name in stored)
    before, tail.cut = tail.cut, next(name for name in add.input if name not in stored)
    product = maker("MatMul")
    if product is None or product.input[1] not in stored or stored[product.input[1]].ndim != 2:
        tail.cut = before
        return None
    tail.cut = product.input[0]
    return Dense(stored[product.input[1]].copy(), stored[bias_name].copy().ravel(), False, (product.input[1], bias_name))


def train(tail: Tail, features: np.ndarray, truth: np.ndarray, share: np.ndarray, *, epochs: int, rate: float, pull: float, seed: int) -> None:
    """Trains the layers in place: Adam, cosine rate, cross entropy, and a pull back to where they began (Li, Grandvalet, Davoine 2018).

    features [n, in], truth [n], share [n]: how often a row is drawn, relative to the others.
    """
    random = np.random.default_rng(seed)
    batch, classes = 128, tail.layers[-1].kernel.shape[1]
    steps = max(1, len(features) // batch) * epochs
    for layer in tail.layers:
        layer.kernel, layer.bias = layer.kernel.astype(np.float32), layer.bias.astype(np.float32)
    weights = [array for layer in tail.layers for array in (layer.kernel, layer.bias)]
    began = [array.copy() for array in weights]
    first, second = [np.zeros_like(array) for array in weights], [np.zeros_like(array) for array in weights]
    chance = share / share.sum()
    targets = np.eye(classes, dtype=np.float32)[truth]
    for step in range(1, steps + 1):
        rows = random.choice(len(features), batch, p=chance)
        values = [features[rows].astype(np.float32)]
        for layer in tail.layers:
            out = values[-1] @ layer.kernel + layer.bias
            values.append(np.maximum(out, 0) if layer.relu else out)
        slope = (softmax(values[-1]) - targets[rows]) / batch
        slopes: list[np.ndarray] = []
        for layer, before, after in zip(reversed(tail.layers), reversed(values[:-1]), reversed(values[1:])):
            if layer.relu:
                slope = slope * (after > 0)
            slopes = [before.T @ slope, slope.sum(axis=0), *slopes]
            slope = slope @ layer.kernel.T
        speed = rate * (1 + np.cos(np.pi * step / steps)) / 2
        for weight, start, change, mean, square in zip(weights, began, slopes, first, second):
            change = change + pull * (weight - start)
            mean += 0.1 * (change - mean)
            square += 0.001 * (change * change - square)
            weight -= speed * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
