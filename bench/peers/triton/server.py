"""Triton, as PyPI's nvidia-pytriton brings it: its HTTP server, and a Python process a core that is handed the input. `TASK` and `PORT`."""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
from pytriton.model_config import ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig

sys.path.append(str(Path(__file__).parents[1] / "shared"))

from models import open_model  # noqa: E402

task, port, grpc_port, metrics_port = os.environ["TASK"], *(int(os.environ[name]) for name in ("PORT", "GRPC_PORT", "METRICS_PORT"))


class Peer:
    model = None

    def answer(self, given) -> bytes:
        # In the process that runs it, not in the one that starts them.
        self.model = self.model or open_model(task, threads=1)
        began = time.perf_counter()
        result = self.model.predict(given)
        times = {"inference_time": time.perf_counter() - began, "timestamp": datetime.now(UTC).isoformat()}
        return json.dumps({"request_id": str(uuid4()), **result, **times}).encode()

    def __call__(self, requests) -> list[dict]:
        return [{"answer": np.array([self.answer(self.given(request.data["input"]))])} for request in requests]

    def given(self, value):
        return [(float(x), float(y)) for x, y in value] if task == "gesture" else value[0]


if __name__ == "__main__":
    triton = Triton(config=TritonConfig(http_address="127.0.0.1", http_port=port, grpc_port=grpc_port, metrics_port=metrics_port, log_verbose=0))
    taken = Tensor(name="input", dtype=np.float32, shape=(21, 2)) if task == "gesture" else Tensor(name="input", dtype=bytes, shape=(1,))
    triton.bind(
        model_name="peer",
        infer_func=[Peer(), Peer()],
        inputs=[taken],
        outputs=[Tensor(name="answer", dtype=bytes, shape=(1,))],
        config=ModelConfig(batching=False),
        strict=False,
    )
    triton.serve()
