"""The training loop of the digit networks: small affine and elastic changes, averaged weights."""

from dataclasses import asdict, dataclass

import keras
import numpy as np
import tensorflow as tf
from scipy import ndimage
from tqdm import tqdm


@dataclass(frozen=True)
class Recipe:
    """rotation, shear in degrees either way; scale as a share; shift in pixels; elastic as the bend's strength in pixels."""

    epochs: int
    rate: float
    rotation: float = 12
    shear: float = 10
    scale: float = 0.12
    shift: float = 1.5
    elastic: float = 0.0
    smoothing: float = 0.0
    decay: float = 1e-4
    average: float = 0.0
    batch: int = 128
    seed: int = 7

    def parameters(self) -> dict:
        return asdict(self)


def augment(images: np.ndarray, recipe: Recipe, random: np.random.Generator) -> np.ndarray:
    """[n, 28, 28, 1] to the same digits written a little differently (Simard, Steinkraus, Platt 2003), bilinear."""
    n, size = len(images), images.shape[1]

    def uniform(limit: float) -> np.ndarray:
        return random.uniform(-limit, limit, n).astype(np.float32)

    angle, shear = np.radians(uniform(recipe.rotation)), np.tan(np.radians(uniform(recipe.shear)))
    zoom_x, zoom_y = np.exp(uniform(recipe.scale)), np.exp(uniform(recipe.scale))
    centre = (size - 1) / 2
    rows, columns = np.mgrid[:size, :size].astype(np.float32) - centre
    cos, sin = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    leaning = columns + shear[:, None, None] * rows
    x = (cos * leaning - sin * rows) * zoom_x[:, None, None] + centre + uniform(recipe.shift)[:, None, None]
    y = (sin * leaning + cos * rows) * zoom_y[:, None, None] + centre + uniform(recipe.shift)[:, None, None]
    if recipe.elastic:
        for axis in (x, y):
            bend = random.standard_normal((n, size, size), np.float32)
            bend = ndimage.gaussian_filter(bend, (0, 4, 4))
            axis += bend * (recipe.elastic / bend.std())
    return sample(images[..., 0], x, y)[..., None]


def sample(images: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Bilinear values of images [n, s, s] at pixel positions x, y [n, s, s]; dark outside."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    size = padded.shape[1]
    x, y = np.clip(x + 1, 0, size - 1.001), np.clip(y + 1, 0, size - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    x, y = (x - left).astype(np.float32), (y - top).astype(np.float32)
    flat = padded.reshape(-1)
    corner = np.arange(len(images), dtype=np.int32)[:, None, None] * (size * size) + top * size + left
    upper = flat[corner] * (1 - x) + flat[corner + 1] * x
    lower = flat[corner + size] * (1 - x) + flat[corner + size + 1] * x
    return upper * (1 - y) + lower * y


class Average:
    """Exponential moving average of all weights, batch normalisation's statistics included."""

    def __init__(self, model: keras.Model, decay: float):
        self.decay = decay
        self.variables = model.variables
        self.shadow = [tf.Variable(variable, trainable=False) for variable in self.variables]

    def update(self) -> None:
        for shadow, variable in zip(self.shadow, self.variables):
            shadow.assign_add((1 - self.decay) * (tf.cast(variable, shadow.dtype) - shadow))

    def apply(self) -> None:
        for shadow, variable in zip(self.shadow, self.variables):
            variable.assign(shadow)


def train(model: keras.Model, images: np.ndarray, truth: np.ndarray, recipe: Recipe, log=None) -> None:
    """Fits `model` in place: AdamW, warm-up then cosine, cross entropy, fresh augmentation every epoch."""
    steps = len(images) // recipe.batch
    total = recipe.epochs * steps
    rate = keras.optimizers.schedules.CosineDecay(recipe.rate / 20, total - steps, warmup_target=recipe.rate, warmup_steps=steps)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.decay)
    cost = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.smoothing)
    average = Average(model, recipe.average) if recipe.average else None
    random = np.random.default_rng(recipe.seed)
    targets = np.eye(10, dtype=np.float32)[truth]

    @tf.function
    def step(batch, target):
        with tf.GradientTape() as tape:
            loss = cost(target, model(batch, training=True))
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_weights), model.trainable_weights))
        if average:
            average.update()
        return loss

    progress = tqdm(total=total, desc="train", unit="step", mininterval=5)
    for epoch in range(recipe.epochs):
        order, losses = random.permutation(len(images)), []
        for start in range(0, steps * recipe.batch, recipe.batch):
            rows = order[start : start + recipe.batch]
            losses.append(step(tf.constant(augment(images[rows], recipe, random)), tf.constant(targets[rows])))
            progress.update()
        loss = float(np.mean([float(value) for value in losses]))
        progress.set_postfix(epoch=epoch + 1, loss=f"{loss:.4f}")
        if log:
            log("loss", loss, step=epoch)
    if average:
        average.apply()
