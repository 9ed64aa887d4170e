"""Gestures as a Python service would do them: numpy from the landmarks to the answer."""

import numpy as np
from sessions import open_session, read_manifest
from softmax import softmax

ACTIONS = {"like": "up", "dislike": "down", "four": "right", "three": "left"}


class Gesture:
    def __init__(self, threads: int):
        self.session = open_session("gesture", threads)
        self.labels = read_manifest("gesture")["labels"]

    def features(self, points: list[tuple[float, float]]) -> np.ndarray:
        """[42]: x and y from the wrist, by the largest distance from it."""
        offsets = np.array(points, np.float32)
        offsets -= offsets[0]
        return (offsets / np.sqrt((offsets**2).sum(axis=1).max())).ravel()

    def run(self, features: np.ndarray) -> np.ndarray:
        """[n, 42] to logits [n, 18]"""
        return self.session.run(None, {"landmarks": features})[0]

    def answer(self, logits: np.ndarray) -> dict:
        shares = softmax(logits)
        best = int(shares.argmax())
        values = shares.tolist()
        gesture = self.labels[best]
        return {
            "gesture": gesture,
            "gesture_id": best,
            "confidence": values[best],
            "probabilities": dict(zip(self.labels, values)),
            "action": ACTIONS.get(gesture),
        }

    def predict(self, points: list[tuple[float, float]]) -> dict:
        return self.answer(self.run(self.features(points)[None])[0])
