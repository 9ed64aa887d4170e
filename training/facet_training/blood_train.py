"""The training loop of the blood-cell detector: LibreYOLO's YOLOv9 and its loss, a checkpoint an epoch, averaged weights."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from libreyolo.models.yolo9.nn import LibreYOLO9Model
from tqdm import tqdm

from .blood_pictures import Picture, sample


@dataclass(frozen=True)
class Recipe:
    """Sizes in pixels; scales of the original pictures, which are 640 wide. The last `settle` epochs see whole pictures as they are served.

    until: epochs after which to stop, however many were planned; the averaged weights are good long before the rate has fallen.
    """

    epochs: int = 90
    until: int = 12
    settle: int = 10
    batch: int = 8
    rate: float = 0.002
    warm: float = 2.0  # epochs
    decay: float = 0.02
    average: float = 0.998
    crop: tuple[int, int] = (256, 256)
    scales: tuple[float, float] = (0.4, 0.68)
    joined: float = 0.4
    whole: tuple[int, int] = (320, 256)
    seed: int = 4


def build(labels: int, size: str) -> LibreYOLO9Model:
    """A YOLOv9 with random weights that starts from boxes and chances of a sensible size.

    LibreYOLO starts from boxes of 15 cells of the grid and chances of 1 in 20,000, whence the first epochs are lost:
    the assignment of boxes to anchors needs some overlap. Here they are 4 cells wide and 1 in 100.
    """
    model = LibreYOLO9Model(config=size, nb_classes=labels)
    bins = torch.arange(model.reg_max, dtype=torch.float32)
    for boxes, classes in zip(model.head.cv2, model.head.cv3):
        boxes[-1].bias.data = (-((bins - 1.7) ** 2) / 2).repeat(4)
        classes[-1].bias.data.fill_(math.log(0.01 / 0.99))
    for layer in model.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 0.1  # a few thousand steps in all: the statistics must keep up
    return model


def batch_of(pictures: list[Picture], rows: np.ndarray, recipe: Recipe, settled: bool, random: np.random.Generator) -> tuple:
    """(images [b, 3, h, w], targets [b, most, 5] as class and corners of 0..1, zeros where there are fewer)."""
    width, height = recipe.whole if settled else recipe.crop
    scales, joined = ((0.48, 0.52), 0.0) if settled else (recipe.scales, recipe.joined)
    made = [sample(pictures, int(row), width, height, scales, joined, random) for row in rows]
    targets = np.zeros((len(made), max(1, max(len(classes) for _, classes, _ in made)), 5), np.float32)
    for target, (_, classes, boxes) in zip(targets, made):
        target[: len(classes), 0] = classes
        target[: len(classes), 1:] = boxes / [width, height, width, height]
    images = torch.from_numpy(np.stack([pixels for pixels, _, _ in made]).astype(np.float32))
    return images.contiguous(memory_format=torch.channels_last), torch.from_numpy(targets)


def loss_of(model: LibreYOLO9Model, images: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """LibreYOLO's loss (CIoU, DFL, cross entropy); the network runs in bfloat16, the loss in float32."""
    with torch.autocast("cpu", torch.bfloat16):
        maps = model(images)
    cost = model.head._get_loss_fn(images.device)  # noqa: SLF001
    cost.update_anchors([images.shape[3], images.shape[2]])
    return cost([level.float() for level in maps], targets)["total_loss"]


def rate_at(progress: float, recipe: Recipe) -> float:
    """Learning rate at a share of all epochs: linear warm-up, then a cosine down to a fiftieth."""
    warm = recipe.warm / recipe.epochs
    if progress < warm:
        return recipe.rate * (0.02 + 0.98 * progress / warm)
    return recipe.rate * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (progress - warm) / (1 - warm))))


def groups(model: torch.nn.Module, decay: float) -> list[dict]:
    """Weights decay; biases and normalisation do not."""
    kept = [p for p in model.parameters() if p.ndim > 1]
    return [{"params": kept, "weight_decay": decay}, {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0}]


@torch.no_grad()
def follow(average: torch.nn.Module, model: torch.nn.Module, decay: float) -> None:
    """Moves the averaged weights and statistics a step towards the model's."""
    for mean, value in zip(average.state_dict().values(), model.state_dict().values()):
        if mean.dtype.is_floating_point:
            mean.lerp_(value, 1 - decay)
        else:
            mean.copy_(value)


def train(pictures: list[Picture], model: LibreYOLO9Model, recipe: Recipe, checkpoint: Path, after: Callable[[int, float, torch.nn.Module], None]) -> torch.nn.Module:
    """Answers the averaged model. Goes on from `checkpoint` when it exists; `after(epoch, loss, averaged)` runs after each epoch.

    The rate depends on the share of epochs done alone, so a run that goes on may be given more or fewer of them.
    """
    model = model.to(memory_format=torch.channels_last)
    average = copy.deepcopy(model).eval()
    optimizer = torch.optim.AdamW(groups(model, recipe.decay), lr=recipe.rate)
    done, step = 0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        done, step = state["done"], state["step"]
        print(f"going on after epoch {done} of {recipe.epochs}", flush=True)
    steps = len(pictures) // recipe.batch
    progress = tqdm(total=min(recipe.until, recipe.epochs) * steps, initial=done * steps, desc="train", unit="step", mininterval=10)
    for epoch in range(done, min(recipe.until, recipe.epochs)):
        random = np.random.default_rng([recipe.seed, epoch])  # of the epoch, so that a resumed run draws the same
        order = random.permutation(len(pictures))
        settled = epoch >= recipe.epochs - recipe.settle
        losses = []
        model.train()
        for number in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = rate_at((epoch + number / steps) / recipe.epochs, recipe)
            rows = order[number * recipe.batch : (number + 1) * recipe.batch]
            loss = loss_of(model, *batch_of(pictures, rows, recipe, settled, random))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
            optimizer.step()
            step += 1
            follow(average, model, min(recipe.average, step / (step + 10)))
            losses.append(loss.item())
            progress.update()
        state = {"model": model.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save(state | {"done": epoch + 1, "step": step}, checkpoint.with_suffix(".part"))
        checkpoint.with_suffix(".part").replace(checkpoint)
        after(epoch + 1, float(np.mean(losses)), average)
    return average
