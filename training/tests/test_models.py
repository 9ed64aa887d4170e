"""The files under models/: whole, as their manifests say, and true to their golden answers."""

import json

import numpy as np
import pytest
from PIL import Image

from facet_training.detector import Detector, open_session
from facet_training.manifest import describe_graph
from facet_training.metrics import softmax
from facet_training.paths import MODELS

FOLDERS = sorted(path.parent for path in MODELS.glob("*/*/manifest.json"))


@pytest.fixture(params=FOLDERS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def model(request):
    folder = request.param
    manifest = json.loads((folder / "manifest.json").read_text())
    session = open_session(folder / manifest["file"], manifest.get("sessionConfig", {}))
    return folder, manifest, session


def test_manifest_describes_the_file(model):
    folder, manifest, _ = model
    described = describe_graph(folder / manifest["file"])
    assert {key: manifest[key] for key in described} == described


def test_golden_answer(model):
    folder, manifest, session = model
    golden = json.loads((folder / "golden" / "output.json").read_text())
    if manifest["task"] == "detection":
        with Image.open(folder / "golden" / "input.jpg") as picture:
            found = Detector(session, manifest["preprocessing"], manifest["head"])(picture.convert("RGB"), golden["confThreshold"], golden["iouThreshold"])
        assert [manifest["labels"][c] for c, _, _ in found] == [d["class_name"] for d in golden["detections"]]
        for (_, confidence, box), expected in zip(found, golden["detections"]):
            assert abs(confidence - expected["confidence"]) < 0.01
            assert np.allclose(box, expected["bbox"], atol=2)
        return
    if manifest["task"] == "gesture":
        rows = np.array(json.loads((folder / "golden" / "input.json").read_text())["landmarks"])[:, :2].reshape(1, 42)
    else:
        rows = np.asarray(Image.open(folder / "golden" / "input.png"))[None, None] / 255
    logits = session.run(None, {manifest["inputs"][0]["name"]: rows.astype(np.float32)})[0]
    assert np.allclose(softmax(logits)[0], list(golden["probabilities"].values()), atol=1e-3)
    assert manifest["labels"][int(logits.argmax())] == golden["label"]


def test_rows_of_a_batch_do_not_touch_each_other(model):
    _, manifest, session = model
    entry = manifest["inputs"][0]
    rows = np.random.default_rng(5).random((3, *entry["shape"][1:]), np.float32)
    together = session.run(None, {entry["name"]: rows})
    for position in range(3):
        for whole, alone in zip(together, session.run(None, {entry["name"]: rows[position : position + 1]})):
            assert np.allclose(whole[position], alone[0], atol=1e-3)
