"""Turns PyTorch weights into ONNX, for `models import`: SOURCE TARGET KIND [WIDTHxHEIGHT [trust]].

Ends with 3 when a package is missing, 4 when the file cannot be exported; the last line of stderr then says what was expected and
what was found. Loading a module or TorchScript runs code that lies in the file: it is refused without `trust`, and `models import`
calls this in sandbox.py.
"""

import importlib.util
import shutil
import sys
import warnings
from pathlib import Path

MISSING, UNSUITED = 3, 4
SHAPES = {"digit": (1, 1, 28, 28), "gesture": (1, 42)}
SIDES = {"classification": 224}
SIDE = 640


def has(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def end(code: int, sentence: str):
    print(sentence, file=sys.stderr)
    sys.exit(code)


def require(package: str, why: str) -> None:
    if not has(package):
        end(MISSING, f"{why} needs the Python package {package}")


def read(source: str, trusted: bool):
    """What `torch.save` or `torch.jit.save` wrote: a dictionary of tensors, or, where its code may run, a whole module."""
    import torch

    try:
        return torch.load(source, map_location="cpu", weights_only=True)
    except Exception:  # noqa: BLE001
        if not trusted:
            end(UNSUITED, "expected tensors alone, found a file that runs code when it is loaded; say that you trust it")
    try:
        return torch.jit.load(source, map_location="cpu")
    except RuntimeError:
        pass
    try:
        return torch.load(source, map_location="cpu", weights_only=False)
    except ModuleNotFoundError as error:
        end(MISSING, f"it holds a pickled model, which needs the Python package {error.name.split('.')[0]}")
    except Exception as error:  # noqa: BLE001
        end(UNSUITED, f"expected what torch.save or torch.jit.save wrote, found a file that PyTorch cannot read ({type(error).__name__})")


def export_module(module, target: str, kind: str, shape: tuple) -> None:
    import torch

    names = {"input_names": ["input"], "output_names": ["output"], "dynamic_axes": {"input": {0: "batch"}, "output": {0: "batch"}}}
    one = kind == "detection"  # asked for one picture at a time
    torch.onnx.export(module.eval(), torch.zeros(shape), target, opset_version=17, dynamo=False, **({} if one else names))
    keep_answer(module, target, shape)


def keep_answer(module, target: str, shape: tuple, expected: tuple | None = None) -> None:
    """
    Leaves noise and what PyTorch answers to it beside the exported file, as raw 32-bit numbers: the import holds the file against it.

    `expected` is the shape of the part of the answer that was exported; nothing is left where there is none.
    """
    import torch

    noise = torch.rand(shape, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        answers = list(tensors(module(noise)))
    first = next((each for each in answers if expected is None or tuple(each.shape) == expected), None)
    if first is None:
        return
    Path(f"{target}.noise").write_bytes(noise.numpy().tobytes())
    # A scripted module may answer with gradients all the same.
    Path(f"{target}.answer").write_bytes(first.detach().float().contiguous().numpy().tobytes())


def tensors(answer):
    """All tensors of a nested answer, in its order."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, (list, tuple)):
        for each in answer:
            yield from tensors(each)
    elif hasattr(answer, "numpy"):
        yield answer


def keep_detector_answer(module, target: str) -> None:
    """The same for a detector that its own package exported, which may have put something around it."""
    import onnx

    graph = onnx.load(target).graph
    taken, given = ([side.dim_value for side in value.type.tensor_type.shape.dim] for value in (graph.input[0], graph.output[0]))
    if all(taken) and all(given):
        keep_answer(module.float().eval(), target, tuple(taken), tuple(given))


def main(source: str, target: str, task: str, size: str = "", trust: str = "") -> None:
    require("torch", "a .pt file")
    import torch

    warnings.filterwarnings("ignore")
    width, height = map(int, size.split("x")) if size else (None, None)
    trusted = trust == "trust"
    found = read(source, trusted)
    if isinstance(found, dict) and "libreyolo_version" in found:
        require("libreyolo", "a checkpoint of LibreYOLO")
        from libreyolo import LibreYOLO

        if not trusted:
            end(UNSUITED, "expected tensors alone, found a checkpoint of LibreYOLO, which its package loads; say that you trust it")
        if task != "detection" or found.get("task") != "detect":
            end(UNSUITED, f"expected a model for {task}, found a checkpoint of LibreYOLO for {found.get('task')}")
        LibreYOLO(source).export(format="onnx", output_path=target, imgsz=width or found["imgsz"], dynamic=False, simplify=False, opset=17)
        keep_detector_answer(LibreYOLO(source).model, target)
    elif isinstance(found, dict) and ("train_args" in found or type(found.get("model")).__module__.startswith("ultralytics")):
        require("ultralytics", "a checkpoint of Ultralytics")
        from ultralytics import YOLO

        shutil.move(str(YOLO(source).export(format="onnx", **({"imgsz": width} if width else {}))), target)
        keep_detector_answer(YOLO(source).model, target)
    elif isinstance(found, dict):
        kept = ", ".join(list(map(str, found))[:4])
        end(
            UNSUITED,
            f"expected a model with its architecture, found weights alone ({kept} …): save it with torch.jit.save(torch.jit.script(model), file), "
            "or export it with torch.onnx.export",
        )
    elif isinstance(found, torch.nn.Module):
        side = SIDES.get(task, SIDE)
        export_module(found.float(), target, task, SHAPES.get(task) or (1, 3, height or side, width or side))
    else:
        end(UNSUITED, f"expected a model, found {type(found).__name__}")


if __name__ == "__main__":
    main(*sys.argv[1:])
