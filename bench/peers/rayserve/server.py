"""Ray Serve: an HTTP proxy, a controller, and a replica of the model a core, all processes of a Ray of its own. `TASK` and `PORT`."""

import os
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import ray
from ray import serve
from ray.serve.schema import LoggingConfig
from starlette.requests import Request

SHARED = str(Path(__file__).parents[1] / "shared")
task, port = os.environ["TASK"], int(os.environ["PORT"])


@serve.deployment(num_replicas=2, max_ongoing_requests=32, ray_actor_options={"num_cpus": 1}, logging_config=LoggingConfig(enable_access_log=False))
class Peer:
    def __init__(self, task: str, shared: str):
        sys.path.append(shared)
        from models import open_model

        self.task, self.model = task, open_model(task, threads=1)

    async def __call__(self, request: Request) -> dict:
        if self.task == "gesture":
            given = [(point["x"], point["y"]) for point in (await request.json())["landmarks"]]
        else:
            async with request.form() as form:
                given = await form["file"].read()
        began = time.perf_counter()
        result = self.model.predict(given)
        return {"request_id": str(uuid4()), **result, "inference_time": time.perf_counter() - began, "timestamp": datetime.now(UTC).isoformat()}


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # Not in a folder of ours: Ray's sockets lie below it, and a socket's path may be 107 characters long.
    with tempfile.TemporaryDirectory(prefix="facet-ray-", ignore_cleanup_errors=True) as folder:
        try:
            ray.init(num_cpus=3, include_dashboard=False, log_to_driver=False, logging_level="error", _temp_dir=folder)
            serve.start(http_options={"host": "127.0.0.1", "port": port}, logging_config=LoggingConfig(enable_access_log=False))
            serve.run(Peer.bind(task, SHARED), route_prefix="/predict")
            signal.pause()
        finally:
            ray.shutdown()
