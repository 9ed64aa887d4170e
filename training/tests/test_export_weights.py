"""What `models import` does with .pt files, with a real PyTorch: needs the environment of `training/run blood-cells`."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs PyTorch")

SCRIPT = Path(__file__).parents[1] / "facet_training" / "export_weights.py"


def export(source: Path, task: str, size: str = "", trust: str = "trust") -> tuple[int, str, Path]:
    target = source.with_suffix(".onnx")
    done = subprocess.run([sys.executable, SCRIPT, source, target, task, size, trust], capture_output=True, text=True, check=False)
    return done.returncode, (done.stderr.strip().splitlines() or [""])[-1], target


def network():
    torch.manual_seed(5)
    return torch.nn.Sequential(torch.nn.Linear(42, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3)).eval()


@pytest.mark.parametrize("write", [lambda model, path: torch.jit.save(torch.jit.script(model), path), torch.save], ids=["TorchScript", "module"])
def test_a_model_with_its_architecture_is_exported_and_says_the_same(write, tmp_path):
    import onnxruntime as ort

    model, source = network(), tmp_path / "hands.pt"
    write(model, str(source))
    code, said, target = export(source, "gesture")
    assert (code, said.startswith("expected")) == (0, False)
    rows = np.random.default_rng(1).random((5, 42), np.float32)
    assert np.allclose(ort.InferenceSession(str(target)).run(None, {"input": rows})[0], model(torch.from_numpy(rows)).detach().numpy(), atol=1e-5)
    noise, answer = (np.fromfile(f"{target}.{name}", np.float32) for name in ("noise", "answer"))
    assert np.allclose(model(torch.from_numpy(noise[None])).detach().numpy()[0], answer, atol=1e-6)


@pytest.mark.parametrize(("size", "shape"), [("", (224, 224)), ("48x40", (40, 48))])
def test_a_classifier_of_pictures_takes_batches_of_its_size(size, shape, tmp_path):
    import onnxruntime as ort

    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(4, 3)).eval()
    source = tmp_path / "flowers.pt"
    torch.jit.save(torch.jit.script(model), str(source))
    code, said, target = export(source, "classification", size)
    assert code == 0, said
    rows = np.random.default_rng(1).random((2, 3, *shape), np.float32)
    assert np.allclose(ort.InferenceSession(str(target)).run(None, {"input": rows})[0], model(torch.from_numpy(rows)).detach().numpy(), atol=1e-5)


@pytest.mark.parametrize("write", [lambda model, path: torch.jit.save(torch.jit.script(model), path), torch.save], ids=["TorchScript", "module"])
def test_code_is_not_run_without_trust(write, tmp_path):
    source = tmp_path / "hands.pt"
    write(network(), str(source))
    code, said, target = export(source, "gesture", trust="")
    assert (code, target.exists()) == (4, False)
    assert said.startswith("expected tensors alone, found a file that runs code when it is loaded")


def test_weights_alone_are_refused_with_what_was_expected(tmp_path):
    source = tmp_path / "weights.pt"
    torch.save(network().state_dict(), source)
    code, said, _ = export(source, "gesture")
    assert code == 4
    assert said.startswith("expected a model with its architecture, found weights alone (0.weight, 0.bias, 2.weight, 2.bias …)")


def test_what_is_no_checkpoint_is_refused(tmp_path):
    source = tmp_path / "text.pt"
    source.write_text("no weights")
    code, said, _ = export(source, "digit")
    assert code == 4
    assert said.startswith("expected what torch.save or torch.jit.save wrote, found a file that PyTorch cannot read")


def test_a_checkpoint_of_libreyolo_is_exported_with_its_class_names(tmp_path):
    nn = pytest.importorskip("libreyolo.models.yolo9.nn")
    from libreyolo.utils.serialization import wrap_libreyolo_checkpoint

    import onnx
    import onnxruntime as ort

    source = tmp_path / "cells.pt"
    model = nn.LibreYOLO9Model(config="t", nb_classes=2)
    torch.save(wrap_libreyolo_checkpoint(model.state_dict(), model_family="yolo9", size="t", task="detect", nc=2, names=["red", "white"], imgsz=64), source)
    code, said, target = export(source, "detection")
    assert code == 0, said
    exported = onnx.load(target)
    assert [side.dim_value for side in exported.graph.input[0].type.tensor_type.shape.dim] == [1, 3, 64, 64]
    answer = np.fromfile(f"{target}.answer", np.float32)
    noise = np.fromfile(f"{target}.noise", np.float32).reshape(1, 3, 64, 64)
    assert np.allclose(ort.InferenceSession(str(target)).run(None, {exported.graph.input[0].name: noise})[0].ravel(), answer, rtol=1e-3, atol=1e-3)
    assert "white" in {entry.key: entry.value for entry in exported.metadata_props}["names"]
    assert export(source, "digit")[:2] == (4, "expected a model for digit, found a checkpoint of LibreYOLO for detect")
