"""A model of MLServer's with an endpoint of its own, so that it takes the request that all take.

Its processes for inference get what the endpoint was given, so files come as bytes.
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from fastapi import File
from mlserver import MLModel
from mlserver.handlers import custom_handler
from pydantic import BaseModel

sys.path.append(str(Path(__file__).parents[1] / "shared"))

from models import open_model  # noqa: E402

task = os.environ["TASK"]


class Point(BaseModel):
    x: float
    y: float
    z: float = 0.0


class Hand(BaseModel):
    landmarks: list[Point]


class Base(MLModel):
    async def load(self) -> bool:
        self.model = open_model(task, threads=1)
        return True

    def answer(self, given) -> dict:
        began = time.perf_counter()
        result = self.model.predict(given)
        return {"request_id": str(uuid4()), **result, "inference_time": time.perf_counter() - began, "timestamp": datetime.now(UTC).isoformat()}


if task == "gesture":

    class Peer(Base):
        @custom_handler(rest_path="/predict")
        async def handle(self, hand: Hand) -> dict:
            return self.answer([(point.x, point.y) for point in hand.landmarks])

else:

    class Peer(Base):
        @custom_handler(rest_path="/predict")
        async def handle(self, file: Annotated[bytes, File()]) -> dict:
            return self.answer(file)
