"""LitServe: HTTP processes in front, model processes behind, queues between them.

`TASK` and `PORT`; `API_SERVERS` and `WORKERS` are how many of each.
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import litserve

sys.path.append(str(Path(__file__).parents[1] / "shared"))

task, workers = os.environ["TASK"], int(os.environ["WORKERS"])


class Api(litserve.LitAPI):
    def setup(self, device):
        from models import open_model

        self.model = open_model(task, threads=1)

    def decode_request(self, request):
        if task == "gesture":
            return [(point["x"], point["y"]) for point in request["landmarks"]]
        return request["file"].file.read()

    def predict(self, given):
        began = time.perf_counter()
        return {**self.model.predict(given), "inference_time": time.perf_counter() - began}

    def encode_response(self, output):
        return {"request_id": str(uuid4()), **output, "timestamp": datetime.now(UTC)}


if __name__ == "__main__":
    server = litserve.LitServer(Api(api_path="/predict"), accelerator="cpu", workers_per_device=workers)
    server.run(
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        num_api_servers=int(os.environ["API_SERVERS"]),
        log_level="error",
        access_log=False,
        generate_client_file=False,
    )
