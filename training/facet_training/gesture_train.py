"""The training loop of the gesture networks; augmentation happens inside it, on the training rows only."""

from dataclasses import asdict, dataclass

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm


@dataclass(frozen=True)
class Recipe:
    """rotation in degrees either way; jitter in units of the hand's reach; mirror as a probability."""

    epochs: int
    rate: float
    rotation: float
    jitter: float
    mirror: float = 0.5
    smoothing: float = 0.05
    decay: float = 1e-4
    batch: int = 128
    seed: int = 7

    def parameters(self) -> dict:
        return asdict(self)


def augment(hands: tf.Tensor, recipe: Recipe) -> tf.Tensor:
    """[n, 21, 2] to the same hands seen a little differently, normalised again.

    Rotation stays small on purpose: orientation is all that separates `like`, `dislike` and `call`.
    """
    count = tf.shape(hands)[0]
    angle = tf.random.uniform((count, 1), -recipe.rotation, recipe.rotation) * (np.pi / 180)
    side = tf.where(tf.random.uniform((count, 1)) < recipe.mirror, -1.0, 1.0)
    x, y = hands[..., 0] * side, hands[..., 1]
    turned = tf.stack([x * tf.cos(angle) - y * tf.sin(angle), x * tf.sin(angle) + y * tf.cos(angle)], axis=2)
    turned += tf.random.normal(tf.shape(turned)) * recipe.jitter
    turned -= turned[:, :1]
    return turned / tf.reduce_max(tf.norm(turned, axis=2), axis=1)[:, None, None]


def train(model: keras.Model, points: np.ndarray, truth: np.ndarray, recipe: Recipe, log=None, quiet: bool = False) -> None:
    """Fits `model` in place: AdamW, cosine rate, cross entropy with label smoothing."""
    steps = len(points) // recipe.batch
    rate = keras.optimizers.schedules.CosineDecay(recipe.rate, recipe.epochs * steps)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.decay)
    cost = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.smoothing)
    classes = model.output_shape[1]
    hands = tf.constant(points, tf.float32)
    targets = tf.one_hot(truth, classes)

    @tf.function
    def epoch():
        order = tf.random.shuffle(tf.range(len(points)))
        total = 0.0
        for step in tf.range(steps):
            rows = order[step * recipe.batch : (step + 1) * recipe.batch]
            batch = tf.reshape(augment(tf.gather(hands, rows), recipe), (recipe.batch, 42))
            with tf.GradientTape() as tape:
                loss = cost(tf.gather(targets, rows), model(batch, training=True))
            optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_weights), model.trainable_weights))
            total += loss
        return total / tf.cast(steps, tf.float32)

    progress = tqdm(range(recipe.epochs), desc="train", unit="epoch", disable=quiet)
    for number in progress:
        loss = float(epoch())
        progress.set_postfix(loss=f"{loss:.4f}")
        if log:
            log("loss", loss, step=number)
