"""The stack that the suite replaces: FastAPI on uvicorn, one process a worker, ONNX Runtime in it.

`TASK` names the task, `THREADS` the threads of one inference, `POOL` how many requests threads may work on at once, where 0 stands for
endpoints that run on the event loop itself.
"""

import os
import sys
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, UploadFile
from pydantic import BaseModel

sys.path.append(str(Path(__file__).parents[1] / "shared"))

from models import open_model  # noqa: E402

task, threads, pool = os.environ["TASK"], int(os.environ["THREADS"]), int(os.environ["POOL"])


@asynccontextmanager
async def lifespan(_: FastAPI):
    # By default 40 threads would share a core, and each keep the memory of an inference.
    if pool > 0:
        current_default_thread_limiter().total_tokens = pool
    yield


app = FastAPI(lifespan=lifespan)


class Point(BaseModel):
    x: float
    y: float
    z: float = 0.0


class Hand(BaseModel):
    landmarks: list[Point]


class GestureAnswer(BaseModel):
    request_id: str
    gesture: str
    gesture_id: int
    confidence: float
    probabilities: dict[str, float]
    action: str | None
    inference_time: float
    timestamp: datetime


class DigitAnswer(BaseModel):
    request_id: str
    predicted_digit: int
    confidence: float
    all_probabilities: dict[str, float]
    inference_time: float
    timestamp: datetime


class Found(BaseModel):
    class_id: int
    class_name: str
    confidence: float
    bbox: tuple[float, float, float, float]


class DetectionAnswer(BaseModel):
    request_id: str
    detections: list[Found]
    image_shape: tuple[int, int, int]
    confidence_threshold: float
    inference_time: float
    timestamp: datetime


def answer(predict, given) -> dict:
    began = time.perf_counter()
    result = predict(given)
    return {"request_id": str(uuid4()), **result, "inference_time": time.perf_counter() - began, "timestamp": datetime.now(UTC)}


def upload_routes(predict, answer_model) -> None:
    if pool == 0:

        @app.post("/predict")
        async def upload(file: UploadFile) -> answer_model:
            return answer(predict, await file.read())
    else:

        @app.post("/predict")
        def upload(file: UploadFile) -> answer_model:
            return answer(predict, file.file.read())


def hand_routes(predict) -> None:
    def points(hand: Hand) -> list[tuple[float, float]]:
        return [(point.x, point.y) for point in hand.landmarks]

    if pool == 0:

        @app.post("/predict")
        async def gesture(hand: Hand) -> GestureAnswer:
            return answer(predict, points(hand))
    else:

        @app.post("/predict")
        def gesture(hand: Hand) -> GestureAnswer:
            return answer(predict, points(hand))


model = open_model(task, threads)
if task == "gesture":
    hand_routes(model.predict)
else:
    upload_routes(model.predict, DigitAnswer if task == "digit" else DetectionAnswer)
