"""`manifest.json`: what the services need to know of a model, and what was measured of it."""

import hashlib
import json
import math
from datetime import date
from pathlib import Path

import onnx

# Operators that hold weights; their number is what people call the layers of a network.
LAYERS = {"Conv", "Gemm", "MatMul"}


def describe_graph(model: Path) -> dict:
    """sha256, size, opset, precision, tensors and counts, all read from the file itself."""
    content = model.read_bytes()
    loaded = onnx.load_from_string(content)
    produced = {name for node in loaded.graph.node for name in node.output}
    stored = {tensor.name for tensor in loaded.graph.initializer} | {
        node.output[0] for node in loaded.graph.node if node.op_type == "DequantizeLinear"
    }
    folded = any(node.op_type == "DequantizeLinear" for node in loaded.graph.node)
    return {
        "file": model.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "opset": next(entry.version for entry in loaded.opset_import if entry.domain in ("", "ai.onnx")),
        "precision": "int8 weights" if folded else "fp32",
        "inputs": [tensor(value) for value in loaded.graph.input if value.name not in produced],
        "outputs": [tensor(value) for value in loaded.graph.output],
        "layers": sum(holds_weights(node, stored) for node in loaded.graph.node),
    }


def holds_weights(node: onnx.NodeProto, stored: set[str]) -> bool:
    """Whether this is a layer; the gesture network's coordinate differences multiply by a constant too but learn nothing."""
    return node.op_type in LAYERS and node.input[1] in stored and "geometry" not in node.name


def stored_numbers(model: Path) -> int:
    """Weights and biases that the file holds: what is left of a network's parameters once batch normalisation is folded into them."""
    return sum(math.prod(stored.dims) for stored in onnx.load(model).graph.initializer if stored.dims and stored.data_type == onnx.TensorProto.FLOAT)


def tensor(value: onnx.ValueInfoProto) -> dict:
    """A tensor in Open Inference Protocol terms; -1 where the graph leaves a dimension open."""
    dimensions = [d.dim_value if d.HasField("dim_value") else -1 for d in value.type.tensor_type.shape.dim]
    assert value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT, value.name
    return {"name": value.name, "datatype": "FP32", "shape": dimensions}


def measured(metric: str, value: float, dataset: str, samples: int, command: str) -> dict:
    """One measured number and how to measure it again."""
    return {"metric": metric, "value": round(float(value), 4), "dataset": dataset, "samples": samples, "command": command}


def read_manifest(folder: Path) -> dict:
    """The folder's manifest, or nothing when there is none yet."""
    path = folder / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}


def unchanged(folder: Path) -> dict:
    """The folder's manifest if it speaks of the very file that lies there, else nothing."""
    manifest = read_manifest(folder)
    return manifest if manifest.get("sha256") == hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest() else {}


def write_manifest(folder: Path, described: dict) -> dict:
    """Joins the task's part with what the graph says of itself, writes it, answers it."""
    known = unchanged(folder)
    created = known.get("created", date.today().isoformat())
    graph = describe_graph(folder / "model.onnx")
    head = ("task", "version", "name", "description", "architecture")
    manifest = {key: described[key] for key in head}
    manifest |= graph
    manifest |= {key: value for key, value in described.items() if key not in head}
    manifest["created"] = created
    if "variants" in known:
        manifest["variants"] = known["variants"]
    save_manifest(folder, manifest)
    return manifest


def save_manifest(folder: Path, manifest: dict) -> None:
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
