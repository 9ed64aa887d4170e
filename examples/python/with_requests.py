"""Asks a running suite with nothing but requests: python with_requests.py [http://127.0.0.1:8080]"""

import json
import os
import sys
from pathlib import Path

import requests

url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
examples = Path(__file__).parent.parent

session = requests.Session()
if key := os.environ.get("FACET_API_KEY"):
    session.headers["x-api-key"] = key


def ask(path, **body):
    answer = session.post(f"{url}{path}", timeout=30, **body)
    if not answer.ok:
        # A problem says what is wrong and what to do; its instance is in the server's log too.
        problem = answer.json()
        sys.exit(f"{problem['status']} {problem['code']}: {problem['detail']} ({problem['instance']})")
    return answer.json()


hand = ask("/gesture/predict", json=json.loads((examples / "hand.json").read_text()))
print(f"gesture: {hand['gesture']} ({hand['confidence']:.2f}), which means {hand['action']}")

digit = ask("/digit/predict", files={"file": (examples / "digit.png").read_bytes()})
print(f"digit: {digit['predicted_digit']} ({digit['confidence']:.2f})")

photo = {"file": (examples / "photo.jpg").read_bytes()}
for found in ask("/detection/predict", files=photo, data={"conf_threshold": "0.4"})["detections"]:
    print(f"detection: {found['class_name']} ({found['confidence']:.2f}) at {found['bbox']}")
