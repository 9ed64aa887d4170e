"""COCO's 80 classes, and the mean average precision that its own evaluator computes."""

import contextlib
import io
import json
from pathlib import Path

from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from tqdm import tqdm

# Position = class id (0..79); number = COCO's category id (1..90, ten of which were never used).
CATEGORIES = {
    1: "person", 2: "bicycle", 3: "car", 4: "motorcycle", 5: "airplane", 6: "bus", 7: "train", 8: "truck", 9: "boat",
    10: "traffic light", 11: "fire hydrant", 13: "stop sign", 14: "parking meter", 15: "bench", 16: "bird", 17: "cat",
    18: "dog", 19: "horse", 20: "sheep", 21: "cow", 22: "elephant", 23: "bear", 24: "zebra", 25: "giraffe",
    27: "backpack", 28: "umbrella", 31: "handbag", 32: "tie", 33: "suitcase", 34: "frisbee", 35: "skis",
    36: "snowboard", 37: "sports ball", 38: "kite", 39: "baseball bat", 40: "baseball glove", 41: "skateboard",
    42: "surfboard", 43: "tennis racket", 44: "bottle", 46: "wine glass", 47: "cup", 48: "fork", 49: "knife",
    50: "spoon", 51: "bowl", 52: "banana", 53: "apple", 54: "sandwich", 55: "orange", 56: "broccoli", 57: "carrot",
    58: "hot dog", 59: "pizza", 60: "donut", 61: "cake", 62: "chair", 63: "couch", 64: "potted plant", 65: "bed",
    67: "dining table", 70: "toilet", 72: "tv", 73: "laptop", 74: "mouse", 75: "remote", 76: "keyboard",
    77: "cell phone", 78: "microwave", 79: "oven", 80: "toaster", 81: "sink", 82: "refrigerator", 84: "book",
    85: "clock", 86: "vase", 87: "scissors", 88: "teddy bear", 89: "hair drier", 90: "toothbrush",
}  # fmt: skip
CATEGORY_IDS = list(CATEGORIES)
LABELS = list(CATEGORIES.values())


def mean_average_precision(data: Path, detect) -> dict:
    """COCO's box metrics of `detect(image) -> [(class_id, confidence, (x1, y1, x2, y2)), ...]` over a folder.

    data: folder with `images/` and `instances.json`. Answers mAP (IoU 0.50:0.95), mAP50, mAP by size, and AP by class,
    all as fractions; classes that the folder lacks are left out.
    """
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(str(data / "instances.json"))
    found = []
    for image_id, image in tqdm(truth.imgs.items(), desc="evaluate", unit="picture"):
        with Image.open(data / "images" / image["file_name"]) as picture:
            detections = detect(picture.convert("RGB"))
        for class_id, confidence, (x1, y1, x2, y2) in detections:
            box = [float(x1), float(y1), float(x2 - x1), float(y2 - y1)]
            found.append({"image_id": image_id, "category_id": CATEGORY_IDS[class_id], "bbox": box, "score": float(confidence)})
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(truth, truth.loadRes(found), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    names = ("map", "map50", "map75", "map_small", "map_medium", "map_large")
    result = {name: float(value) for name, value in zip(names, evaluation.stats[:6])}
    precision = evaluation.eval["precision"][:, :, :, 0, 2]  # IoU x recall x class, all areas, 100 detections
    result["pictures"] = len(truth.imgs)
    result["boxes"] = len(truth.anns)
    result["per_class"] = {
        CATEGORIES[category]: float(precision[:, :, index].mean())
        for index, category in enumerate(evaluation.params.catIds)
        if (precision[:, :, index] > -1).any()
    }
    return result


def boxes_per_class(data: Path) -> dict[str, int]:
    """How many annotated boxes the folder holds of each class."""
    annotations = json.loads((data / "instances.json").read_text())["annotations"]
    counts: dict[str, int] = {}
    for annotation in annotations:
        name = CATEGORIES[annotation["category_id"]]
        counts[name] = counts.get(name, 0) + 1
    return counts
