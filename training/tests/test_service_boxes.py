"""The detection service against the reference in `detector.py`, box by box, over all photographs and the held-back blood cells.

Pictures go as PNG, so that what is compared is the service's own work (scaling, reading the head, suppression) and not two JPEG decoders.
"""

import io
import json
import os
import signal
import subprocess
import urllib.request

import numpy as np
import pytest
from PIL import Image

from facet_training.detector import Detector, open_session, overlap
from facet_training.paths import MODELS, REPOSITORY, SHARED_DATA

NODE = REPOSITORY / "node_modules" / ".bin" / "node"
PIXELS, SCORE = 1.0, 0.01
CASES = {
    "v1": (MODELS / "detection" / "v1", SHARED_DATA / "detection" / "images"),
    "v2": (MODELS / "detection" / "v2", SHARED_DATA / "detection" / "images"),
    "blood cells": (REPOSITORY / "examples" / "blood-cells" / "detection" / "v1", SHARED_DATA / "bccd" / "images" / "val"),
}


@pytest.fixture
def serve():
    """Starts the service on one model folder; answers its predict address."""
    started = []

    def start(version: str, folder) -> str:
        settings = {"PORT": "0", "HOST": "127.0.0.1", "LOG_FORMAT": "json", "WORKERS": "1", "MODEL_VERSIONS": version, "AB_WEIGHTS": f"{version}=100"}
        settings[f"MODEL_{version.upper()}_PATH"] = str(folder)
        command = [str(NODE), "--conditions=source", "services/detection/src/main.ts"]
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"], **settings})
        started.append(process)
        port = None
        for line in process.stdout:
            entry = json.loads(line) if line.startswith("{") else {}
            port = entry.get("port", port)
            if entry.get("msg") == "model ready":
                return f"http://127.0.0.1:{port}/{version}/predict"
        raise AssertionError("the service did not start")

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.stdout.close()
        process.wait(30)


def ask(url: str, picture: Image.Image) -> list[dict]:
    packed = io.BytesIO()
    picture.save(packed, "PNG", compress_level=1)
    request = urllib.request.Request(f"{url}?conf_threshold=0.25&iou_threshold=0.45&max_detections=100", packed.getvalue(), {"Content-Type": "image/png"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["detections"]


def partners(expected: list[tuple], found: list[dict], labels: list[str]) -> list[str]:
    """What differs: each expected box wants one found box of its class within a pixel and a hundredth, and the other way round."""
    faults, free = [], list(range(len(found)))
    for class_id, score, box in expected:
        same = [k for k in free if found[k]["class_name"] == labels[class_id]]
        best = max(same, key=lambda k: overlap(np.array(box), np.array([found[k]["bbox"]]))[0], default=None)
        if best is None:
            # On the edge of the threshold a rounding decides.
            if score > 0.25 + SCORE:
                faults.append(f"{labels[class_id]} {score:.3f} at {np.round(box, 1)} is missing")
            continue
        free.remove(best)
        if np.abs(np.array(found[best]["bbox"]) - box).max() > PIXELS or abs(found[best]["confidence"] - score) > SCORE:
            faults.append(f"{labels[class_id]} {score:.3f} at {np.round(box, 1)} came out as {found[best]}")
    return faults + [f"{found[k]} was not expected" for k in free if found[k]["confidence"] > 0.25 + SCORE]


@pytest.mark.skipif(not NODE.exists(), reason="needs the workspace's Node")
@pytest.mark.parametrize("name", CASES)
def test_the_service_finds_the_same_boxes_as_the_reference(name, serve):
    folder, pictures = CASES[name]
    if not pictures.exists():
        assert not os.environ.get("CI"), f"{pictures} must be there in CI"
        pytest.skip("needs the shared data")
    manifest = json.loads((folder / "manifest.json").read_text())
    session = open_session(folder / manifest["file"], manifest.get("sessionConfig", {}))
    detector, url = Detector(session, manifest["preprocessing"], manifest["head"]), serve(manifest["version"], folder)
    boxes = 0
    for file in sorted(pictures.iterdir()):
        with Image.open(file) as opened:
            # Without its profile and turning: those are tested with the decoder.
            picture = Image.fromarray(np.asarray(opened.convert("RGB")))
        expected = detector(picture, 0.25, 0.45, 100)
        boxes += len(expected)
        assert partners(expected, ask(url, picture), manifest["labels"]) == [], file.name
    assert boxes > 2 * len(list(pictures.iterdir()))
