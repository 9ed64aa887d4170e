"""BentoML: a service with two processes; short work on their event loops, detection on a thread in each."""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import bentoml
from PIL.Image import Image
from pydantic import BaseModel

sys.path.append(str(Path(__file__).parents[1] / "shared"))

from models import open_model  # noqa: E402

task = os.environ["TASK"]


class Point(BaseModel):
    x: float
    y: float
    z: float = 0.0


def answer(model, given) -> dict:
    began = time.perf_counter()
    result = model.predict(given)
    return {"request_id": str(uuid4()), **result, "inference_time": time.perf_counter() - began, "timestamp": datetime.now(UTC).isoformat()}


class Base:
    def __init__(self):
        self.model = open_model(task, threads=1)


if task == "gesture":

    class Service(Base):
        @bentoml.api(route="/predict")
        async def predict(self, landmarks: list[Point]) -> dict:
            return answer(self.model, [(point.x, point.y) for point in landmarks])

elif task == "digit":

    class Service(Base):
        @bentoml.api(route="/predict")
        async def predict(self, file: Image) -> dict:
            return answer(self.model, file)

else:

    class Service(Base):
        @bentoml.api(route="/predict")
        def predict(self, file: Image) -> dict:
            return answer(self.model, file)


Peer = bentoml.service(workers=2, threads=1, logging={"access": {"enabled": False}})(Service)
