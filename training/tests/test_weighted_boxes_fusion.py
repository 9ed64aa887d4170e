"""Boxes are fused as by the code of those who found the method."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from ensemble_boxes import weighted_boxes_fusion

root = Path(__file__).resolve().parents[2]
overlap = 0.55


def models(seed):
    """What two or three models see of a few objects: jittered boxes, some missed, some seen twice, some imagined."""
    random = np.random.default_rng(seed)
    objects = [(random.uniform(0.05, 0.6, 2), random.uniform(0.05, 0.35, 2), int(random.integers(0, 3))) for _ in range(random.integers(1, 12))]
    seen = []
    for _ in range(random.integers(2, 4)):
        boxes = []
        for at, size, kind in objects:
            for _ in range(random.choice([0, 1, 1, 1, 2])):
                x1, y1 = at + random.normal(0, 0.03, 2)
                x2, y2 = at + size + random.normal(0, 0.03, 2)
                corners = np.clip([min(x1, x2 - 0.01), min(y1, y2 - 0.01), x2, y2], 0, 1)
                boxes.append({"class": kind, "confidence": float(random.uniform(0.05, 1)), "corners": corners.tolist()})
        seen.append(boxes)
    return seen


def theirs(seen):
    boxes, scores, labels = weighted_boxes_fusion(
        [[box["corners"] for box in boxes] for boxes in seen],
        [[box["confidence"] for box in boxes] for boxes in seen],
        [[box["class"] for box in boxes] for boxes in seen],
        iou_thr=overlap,
        skip_box_thr=0,
    )
    return sorted(zip(scores.tolist(), labels.astype(int).tolist(), boxes.tolist(), strict=True), key=lambda found: (-found[0], found[1]))


def test_agrees():
    cases = [models(seed) for seed in range(200)]
    node = root / "node_modules" / ".bin" / "node"
    command = [node, "--conditions=source", "scripts/ensemble/fuse-arrays.ts"]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, cwd=root, check=True)
    for seen, fused in zip(cases, json.loads(done.stdout), strict=True):
        ours = sorted(((box["confidence"], box["class"], box["corners"]) for box in fused), key=lambda found: (-found[0], found[1]))
        expected = theirs(seen)
        assert [kind for _, kind, _ in ours] == [kind for _, kind, _ in expected]
        # The reference reckons in single precision.
        assert [score for score, _, _ in ours] == pytest.approx([score for score, _, _ in expected], abs=1e-5)
        assert np.array([box for *_, box in ours]).reshape(-1, 4) == pytest.approx(np.array([box for *_, box in expected]).reshape(-1, 4), abs=1e-5)
    assert any(len(fused) > 3 for fused in json.loads(done.stdout))
