"""Opens the suite's own model files as their manifests say, for every peer alike."""

import json
from pathlib import Path

import onnxruntime as ort

MODELS = Path(__file__).parents[3] / "models"


def read_manifest(task: str) -> dict:
    return json.loads((MODELS / task / "v1" / "manifest.json").read_text())


def open_session(task: str, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that spin while they wait would take the core from the other worker.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    for key, value in read_manifest(task).get("sessionConfig", {}).items():
        options.add_session_config_entry(key, value)
    return ort.InferenceSession(str(MODELS / task / "v1" / "model.onnx"), options, providers=["CPUExecutionProvider"])
