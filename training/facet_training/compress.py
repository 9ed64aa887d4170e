"""Smaller and faster forms of an ONNX file: SOURCE TARGET [--optimize] [--quantize]. `models import` runs this for people's own models.

Prints one line of JSON: how far the outputs lie from the original's, as a share of their range, on the same noise.
"""

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers.float16 import convert_float_to_float16

Feed = dict[str, np.ndarray]


def optimise(source: Path, target: Path) -> None:
    """What ONNX Runtime simplifies whatever the processor: constants folded, batch normalisation merged, operators fused."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    ort.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])


def prepared(source: Path, folder: Path) -> Path:
    """The file with all shapes worked out, which quantising wants."""
    ready = folder / "prepared.onnx"
    quant_pre_process(str(source), str(ready), skip_symbolic_shape=True)
    return ready


def quantise_dynamically(source: Path, target: Path) -> None:
    """Weights as int8, activations turned into int8 by each run's own range. Convolutions must have unsigned weights to run on a CPU."""
    with tempfile.TemporaryDirectory() as folder:
        quantize_dynamic(str(prepared(source, Path(folder))), str(target), weight_type=QuantType.QUInt8)


class Rows(CalibrationDataReader):
    """Inputs for calibration, one by one."""

    def __init__(self, feeds: Iterable[Feed]):
        self.feeds = iter(feeds)

    def get_next(self) -> Feed | None:
        return next(self.feeds, None)


def quantise_statically(source: Path, target: Path, feeds: Iterable[Feed]) -> None:
    """Weights and activations as int8, ranges taken from `feeds`, which must not be test data.

    Weights have 7 bits: without VNNI, x86 adds two products of an activation and a weight in 16 bits, and products of 8 bits saturate there.
    """
    with tempfile.TemporaryDirectory() as folder:
        quantize_static(
            str(prepared(source, Path(folder))),
            str(target),
            Rows(feeds),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )


def halve(source: Path, target: Path) -> None:
    """Weights and arithmetic as fp16, inputs and outputs as before: for GPUs; a CPU computes it in fp32 with conversions."""
    onnx.save(convert_float_to_float16(onnx.load(source), keep_io_types=True), target)


def unpack(source: Path, target: Path) -> None:
    """Weights that are stored as int8 as plain fp32 numbers again."""
    model = onnx.load(source)
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    kept = []
    for node in model.graph.node:
        if node.op_type != "DequantizeLinear" or node.input[0] not in stored:
            kept.append(node)
            continue
        values, scale = stored[node.input[0]].astype(np.float32), stored[node.input[1]]
        zero = stored[node.input[2]].astype(np.float32) if len(node.input) > 2 else np.float32(0)
        axis = next((attribute.i for attribute in node.attribute if attribute.name == "axis"), 1)
        shape = [-1 if place == axis else 1 for place in range(values.ndim)] if scale.ndim else []
        weights = (values - np.reshape(zero, shape if np.ndim(zero) else [])) * scale.reshape(shape)
        model.graph.initializer.append(onnx.numpy_helper.from_array(weights.astype(np.float32), node.output[0]))
    del model.graph.node[:]
    model.graph.node.extend(kept)
    used = {name for node in kept for name in node.input}
    for tensor in [tensor for tensor in model.graph.initializer if tensor.name not in used]:
        model.graph.initializer.remove(tensor)
    onnx.save(model, target)


def open_plain(model: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.log_severity_level = 3
    return ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def difference(one: Path, other: Path) -> float:
    """Greatest difference of any output on noise, as a share of that output's range."""
    first, second = open_plain(one), open_plain(other)
    asked = first.get_inputs()[0]
    shape = [side if isinstance(side, int) else 1 for side in asked.shape]
    noise = np.random.default_rng(1).random(shape, np.float32)
    pairs = zip(first.run(None, {asked.name: noise}), second.run(None, {asked.name: noise}))
    return max(float(np.abs(a - b).max() / max(np.ptp(a), 1e-9)) for a, b in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--optimize", action="store_true")
    parser.add_argument("--quantize", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        current = chosen.source
        # In this order: operators that were fused cannot be quantised any more.
        for wanted, step in ((chosen.quantize, quantise_dynamically), (chosen.optimize, optimise)):
            if wanted:
                made = Path(folder) / f"{step.__name__}.onnx"
                step(current, made)
                current = made
        original = {entry.key: entry.value for entry in onnx.load(chosen.source).metadata_props}
        model = onnx.load(current)
        onnx.helper.set_model_props(model, original)  # class names and the like
        made = Path(folder) / "made.onnx"
        onnx.save(model, made)
        shutil.copyfile(made, chosen.target)
    print(json.dumps({"difference": difference(chosen.source, chosen.target), "bytes": chosen.target.stat().st_size}))


if __name__ == "__main__":
    main()
